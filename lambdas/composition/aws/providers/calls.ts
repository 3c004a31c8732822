import { FIXED } from '../../../core/rules.ts';
import { callbackUrl } from '../../../delivery/callback-url.ts';
import { createAwsVoice } from '../../../providers/voice/aws-voice.ts';
import { createTwilioVoice } from '../../../providers/voice/twilio-voice.ts';
import { pinpointVoice } from '../clients.ts';
import type { Secrets } from '../secrets.ts';
import { base } from './base.ts';

const timeoutMs = FIXED.providerTimeout;
const nowhere = () => undefined;

interface Twilio {
  TWILIO_API_URL: string;
}

export function twilioVoice(env: Twilio & { CALLBACK_BASE_URL: string }, { twilio: credentials }: Secrets) {
  const urlOf = (path: string) => callbackUrl(env.CALLBACK_BASE_URL, `/webhooks/twilio/voice/${path}`);
  return createTwilioVoice({
    credentials,
    ...base(env.TWILIO_API_URL),
    callbackUrl: urlOf('status'),
    menuUrl: urlOf('menu'),
    timeoutMs,
  });
}

/** For calls that are no page: their text says what it has to say twice itself, and there is no menu. */
export const twilioCalls = (env: Twilio, { twilio: credentials }: Secrets) =>
  createTwilioVoice({
    credentials,
    ...base(env.TWILIO_API_URL),
    callbackUrl: nowhere,
    menuUrl: nowhere,
    times: 1,
    timeoutMs,
  });

export const awsVoice = (env: { VOICE_ORIGINATION_IDENTITY: string }) =>
  createAwsVoice({ client: pinpointVoice(), originationIdentity: env.VOICE_ORIGINATION_IDENTITY, timeoutMs });
