/** Which channels a run has, and what a live run goes without because a setting is missing. */
import { CHANNELS, type Channel } from '../lambdas/core/page/page.ts';
import type { Settings } from './settings.ts';

/** Something that this run does not have. */
export interface Lack {
  /** What it is called where the run says that it is ready. */
  what: string;
  /** Which setting is missing, and what does not work without it. */
  why: string;
  /** The channel that nothing is left of; absent for a provider whose channel has another one. */
  channel?: Channel;
}

const AWS = 'AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';

/**
 * A channel without any provider is left out of the run, as a deployment leaves it out (docs/deploy.md, `channels`): a
 * page says at once that it cannot be reached there, instead of finding its providers down for an hour. Texts, calls and
 * Teams are always there: a live run does not start without Twilio, and the URL of a Teams flow is the recipient's.
 */
export function lacksOf(settings: Settings): Lack[] {
  const { slack, sendgrid, emailFrom, aws, providerUrls, voiceOriginationIdentity } = settings;
  const hasSns = providerUrls.sns !== '' || aws !== undefined;
  const hasSes = providerUrls.ses !== '' || aws !== undefined;
  const hasVoice = providerUrls.voice !== '' || aws !== undefined;
  const lacks: (Lack | false)[] = [
    emailLack(emailFrom, sendgrid !== undefined, hasSes),
    !slack && {
      what: 'Slack',
      channel: 'slack',
      why: 'none: it needs SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET; nobody is reached by Slack',
    },
    !hasSns && { what: 'Push', channel: 'push', why: `none: SNS needs ${AWS}; nobody gets a push notification` },
    !hasSns && { what: 'Standby', why: `none for texts: SNS needs ${AWS}; they go through Twilio alone` },
    (!hasVoice || voiceOriginationIdentity === '') && {
      what: 'Standby',
      why: `none for calls: it needs AWS_VOICE_ORIGINATION_IDENTITY${hasVoice ? '' : `, ${AWS}`}; they go through Twilio alone`,
    },
  ];
  return lacks.filter((one) => one !== false);
}

function emailLack(emailFrom: string, hasSendGrid: boolean, hasSes: boolean): Lack | false {
  const e = { what: 'E-mail', channel: 'email' } as const;
  if (emailFrom === '') return { ...e, why: 'none: it needs EMAIL_FROM; nobody is mailed' };
  if (!hasSendGrid && !hasSes) return { ...e, why: `none: it needs SENDGRID_API_KEY, or ${AWS}; nobody is mailed` };
  if (!hasSendGrid) return { what: 'E-mail', why: 'SES alone: SendGrid needs SENDGRID_API_KEY' };
  return !hasSes && { what: 'E-mail', why: `SendGrid alone: SES needs ${AWS}` };
}

/** The channels that pages may take in this run, in their usual order. */
export function channelsOf(settings: Settings): Channel[] {
  const without = new Set(lacksOf(settings).map(({ channel }) => channel));
  return CHANNELS.filter((channel) => !without.has(channel));
}
