/** Which providers are checked: those of the deployment's channels, as far as they are set up. */

import type { Clock } from '../core/clock.ts';
import { NOT_SET_UP } from '../core/health/health.ts';
import type { CheckResult, ProviderCheck } from '../core/health/ports.ts';
import type { Channel } from '../core/page/page.ts';
import { createSendGridCheck } from '../providers/email/sendgrid-check.ts';
import { createSesCheck, type SesCheckOptions } from '../providers/email/ses-check.ts';
import { createHttp } from '../providers/http.ts';
import { createSnsPushCheck } from '../providers/push/push-check.ts';
import { createSlackCheck } from '../providers/slack/slack-check.ts';
import { createSnsCheck, type SnsCheckOptions } from '../providers/sms/sns-check.ts';
import { createTwilioCheck } from '../providers/sms/twilio-check.ts';
import { createAwsVoiceStanding } from '../providers/standing/aws-voice-standing.ts';
import { createSesStanding } from '../providers/standing/ses-standing.ts';
import { createSnsStanding } from '../providers/standing/sns-standing.ts';
import { createTwilioStanding } from '../providers/standing/twilio-standing.ts';
import type { TwilioCredentials } from '../providers/twilio-transport.ts';
import { type AwsVoiceCheckOptions, createAwsVoiceCheck } from '../providers/voice/aws-voice-check.ts';
import { ASKED_EVERY_MS, withStanding } from './standing.ts';

export interface Settings {
  /** What our webhooks begin with; empty where Twilio cannot reach us. */
  CALLBACK_BASE_URL: string;
  /** Countries of the recipients, as ISO codes; `*` for all. */
  SMS_COUNTRIES: string;
  /** Empty where there are none. */
  EMAIL_FROM: string;
  VOICE_ORIGINATION_IDENTITY: string;
  /** Empty means the provider's own. */
  TWILIO_API_URL: string;
  SENDGRID_API_URL: string;
  SLACK_API_URL: string;
  /** How many times shorter waits are; 1 in AWS. */
  TIME_SCALE: number;
}

interface Deps {
  settings: Settings;
  /** Rejects when it cannot be read; a part that is not filled in is absent. */
  secret: () => Promise<{
    twilio: TwilioCredentials;
    sendgrid?: { apiKey: string } | undefined;
    slack?: { botToken: string } | undefined;
  }>;
  sns: () => SnsCheckOptions['client'];
  ses: () => SesCheckOptions['client'];
  voice: () => AwsVoiceCheckOptions['client'];
  clock: Clock;
  /** For each question, milliseconds. */
  timeoutMs: number;
}

const NO_SENDER = 'no e-mail sender: set emailFrom and deploy';
const NO_IDENTITY = 'no number for standby calls: set voiceOriginationIdentity and deploy';
const NO_SENDGRID = 'no SendGrid: add "sendgrid":{"apiKey","webhookPublicKey"} to the provider secret';
const NO_SLACK = 'no Slack: add "slack":{"botToken","signingSecret"} to the provider secret';

/** The checks of these channels' providers. A Teams webhook cannot be asked without posting to it: it has none. */
export function createProviderChecks(channels: readonly Channel[], deps: Deps): ProviderCheck[] {
  const { settings, secret, timeoutMs, clock } = deps;
  const http = createHttp({ timeoutMs });
  const asking = { clock, every: ASKED_EVERY_MS / settings.TIME_SCALE };
  const {
    EMAIL_FROM,
    CALLBACK_BASE_URL: publicBaseUrl,
    SMS_COUNTRIES: countries,
    VOICE_ORIGINATION_IDENTITY: originationIdentity,
  } = settings;
  const at = (apiUrl: string) => (apiUrl === '' ? {} : { apiUrl });

  const account = createTwilioCheck({
    credentials: async () => (await secret()).twilio,
    ...at(settings.TWILIO_API_URL),
    timeoutMs,
  });
  const asked = singleFlight(account.check);
  const twilioOn = (channel: 'sms' | 'voice'): ProviderCheck => {
    const credentials = async () => (await secret()).twilio;
    const standing = createTwilioStanding({
      http,
      credentials,
      ...at(settings.TWILIO_API_URL),
      publicBaseUrl,
      channel,
    });
    return withStanding({ provider: account.provider, channel, check: asked }, standing, asking);
  };
  const sendGrid = createSendGridCheck({
    credentials: async () => ({ apiKey: (await secret()).sendgrid?.apiKey ?? '' }),
    ...at(settings.SENDGRID_API_URL),
    timeoutMs,
  });
  const slack = createSlackCheck({
    credentials: async () => ({ botToken: (await secret()).slack?.botToken ?? '' }),
    ...at(settings.SLACK_API_URL),
    timeoutMs,
  });

  const checks: Record<Channel, () => ProviderCheck[]> = {
    sms: () => [
      twilioOn('sms'),
      withStanding(
        createSnsCheck({ client: deps.sns(), timeoutMs }),
        createSnsStanding({ sns: deps.sns(), numbers: deps.voice(), countries, timeoutMs }),
        asking,
      ),
    ],
    voice: () => [
      twilioOn('voice'),
      whenSetUp(
        withStanding(
          createAwsVoiceCheck({ client: deps.voice(), originationIdentity, timeoutMs }),
          createAwsVoiceStanding({ client: deps.voice(), originationIdentity, timeoutMs }),
          asking,
        ),
        async () => originationIdentity === '' && NO_IDENTITY,
      ),
    ],
    email: () => [
      whenSetUp(sendGrid, async () =>
        EMAIL_FROM === '' ? NO_SENDER : !(await secret()).sendgrid?.apiKey && NO_SENDGRID,
      ),
      whenSetUp(
        withStanding(
          createSesCheck({ client: deps.ses(), timeoutMs }),
          createSesStanding({ client: deps.ses(), from: EMAIL_FROM, timeoutMs }),
          asking,
        ),
        async () => EMAIL_FROM === '' && NO_SENDER,
      ),
    ],
    slack: () => [whenSetUp(slack, async () => !(await secret()).slack?.botToken && NO_SLACK)],
    push: () => [createSnsPushCheck({ client: deps.sns(), timeoutMs })],
    teams: () => [],
  };
  return channels.flatMap((channel) => checks[channel]());
}

/** Who asks while an answer is under way gets that one: one account may stand behind several channels. */
function singleFlight(check: () => Promise<CheckResult>): () => Promise<CheckResult> {
  let underWay: Promise<CheckResult> | undefined;
  return () => {
    underWay ??= check().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
}

/** Asks only a provider that there are settings for; `missing` says which are not there. */
const whenSetUp = (one: ProviderCheck, missing: () => Promise<string | false>): ProviderCheck => ({
  ...one,
  async check() {
    // What cannot be read may be there: the check itself finds that out.
    const message = await missing().catch(() => false as const);
    return message === false ? one.check() : { finding: 'unknown', code: NOT_SET_UP, message };
  },
});
