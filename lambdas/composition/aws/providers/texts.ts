import { FIXED } from '../../../core/rules.ts';
import { callbackUrl } from '../../../delivery/callback-url.ts';
import { createSnsSms } from '../../../providers/sms/sns.ts';
import { createTwilioSms } from '../../../providers/sms/twilio.ts';
import { sns } from '../clients.ts';
import type { Secrets } from '../secrets.ts';
import { base } from './base.ts';

const timeoutMs = FIXED.providerTimeout;
const nowhere = () => undefined;

interface Twilio {
  TWILIO_API_URL: string;
}

export const twilioSms = (
  env: Twilio & { CALLBACK_BASE_URL: string; TWO_WAY_CALLING_CODES: readonly string[] },
  { twilio: credentials }: Secrets,
) =>
  createTwilioSms({
    credentials,
    ...base(env.TWILIO_API_URL),
    callbackUrl: callbackUrl(env.CALLBACK_BASE_URL, '/webhooks/twilio/sms/status'),
    twoWay: env.TWO_WAY_CALLING_CODES,
    timeoutMs,
  });

/** For texts that are no page: nobody asks what becomes of them, and nobody answers them. */
export const twilioTexts = (env: Twilio, { twilio: credentials }: Secrets) =>
  createTwilioSms({ credentials, ...base(env.TWILIO_API_URL), callbackUrl: nowhere, twoWay: [], timeoutMs });

export const snsSms = (env: { SNS_SENDER_ID: string; SNS_SENDER_ID_CALLING_CODES: readonly string[] }) =>
  createSnsSms({
    client: sns(),
    senderId: env.SNS_SENDER_ID,
    registered: env.SNS_SENDER_ID_CALLING_CODES,
    timeoutMs,
  });
