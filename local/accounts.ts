/**
 * The simulated accounts as docs/deploy.md asks for them, so that health is ok; the rules of new ones are at
 * `PUT /simulators/{sns,ses,aws-voice,twilio}/account`.
 */
import type { Settings } from './settings.ts';
import type { SesSettings } from './simulators/email/ses-api.ts';
import type { SnsSettings } from './simulators/sns/api.ts';
import type { AwsVoiceSettings } from './simulators/voice/aws-api.ts';

interface Accounts {
  sns: SnsSettings;
  ses: SesSettings;
  awsVoice: AwsVoiceSettings;
}

export function accountsOf({ emailFrom, voiceOriginationIdentity }: Settings): Accounts {
  const domain = /@([^>]+)/.exec(emailFrom)?.[1];
  return {
    sns: { sandbox: false, verified: [], monthlySpendLimit: 100, registeredSenderIds: [] },
    ses: { sandbox: false, quota: 50_000, sent: 0, verified: domain === undefined ? [] : [domain] },
    awsVoice: {
      sandbox: false,
      monthlySpendLimit: 100,
      numbers: voiceOriginationIdentity === '' ? [] : [voiceOriginationIdentity],
      snsMaySend: true,
    },
  };
}
