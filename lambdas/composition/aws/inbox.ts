import { FIXED } from '../../core/rules.ts';
import { createHttp } from '../../providers/http.ts';
import { createInboundList } from '../../providers/sms/twilio-inbound.ts';
import type { Inbox } from '../texts.ts';
import { twilioTexts } from './providers/texts.ts';
import type { Secrets } from './secrets.ts';

/** Twilio's list of what phones texted, and the way back to them. */
export function twilioInbox(env: { TWILIO_API_URL: string }, secrets: Secrets): Inbox {
  const { send } = twilioTexts(env, secrets);
  return {
    list: createInboundList({
      credentials: secrets.twilio,
      ...(env.TWILIO_API_URL && { apiUrl: env.TWILIO_API_URL }),
      http: createHttp({ timeoutMs: FIXED.longestListing }),
    }),
    reply: (to, body) => send({ to, body, ref: '' }),
  };
}
