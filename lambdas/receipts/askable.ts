import type { CircuitName } from '../core/circuit/circuit.ts';
import type { Report } from '../core/receipts/ports.ts';
import { FIXED } from '../core/rules.ts';
import { createTwilioSms, type TwilioSmsOptions } from '../providers/sms/twilio.ts';
import { createTwilioVoice } from '../providers/voice/twilio-voice.ts';

interface Deps {
  credentials: TwilioSmsOptions['credentials'];
  /** Empty means Twilio's own. */
  apiUrl: string;
}

const none = () => undefined;

/**
 * The providers that can be asked what became of a send. Nobody can be asked about an e-mail: SendGrid's and SES's APIs
 * tell nothing of a single mail without a product of its own, so theirs only count when missing.
 */
export function createAskable({ credentials, apiUrl }: Deps) {
  const options = { credentials, ...(apiUrl && { apiUrl }), callbackUrl: none, timeoutMs: FIXED.providerTimeout };
  const voice = createTwilioVoice({ ...options, menuUrl: none });
  const providers: Partial<Record<CircuitName, { ask?(providerId: string): Promise<Report | undefined> }>> = {
    'twilio/sms': createTwilioSms({ ...options, twoWay: [] }),
    'twilio/voice': voice,
  };
  return {
    /** The status of a send; undefined when it cannot be had. */
    ask: async (providerId: string, circuit: CircuitName): Promise<Report | undefined> =>
      providers[circuit]?.ask?.(providerId),
    hangUp: voice.hangUp,
  };
}
