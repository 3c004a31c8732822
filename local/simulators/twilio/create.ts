/** What Twilio checks before it takes a message, in its order of complaints. */
import { MAGIC_RECIPIENTS, MAGIC_SENDERS, type TwilioAnswer, twilioError } from './errors.ts';

export interface NewMessage {
  to: string;
  sender: string;
  serviceSid: string | null;
  body: string;
  callbackUrl: string | null;
  /** Milliseconds. */
  validityMs: number;
  /** `RiskCheck=disable`. */
  isUnchecked: boolean;
}

const E164 = /^\+[1-9]\d{6,14}$/;
const SENDER_ID = /^(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}$/;
const SERVICE_SID = /^MG[0-9a-f]{32}$/i;
/** Seconds; Twilio's default too. */
const LONGEST_VALIDITY = 36_000;
/** Twilio's own test sender, always allowed here. */
const TEST_SENDER = '+15005550006';

/**
 * @param ours the configured sender: number, sender id or messaging service
 * One thing differs from Twilio on purpose: a callback URL on this machine is accepted, since here it can be reached.
 */
export function validate(form: URLSearchParams, ours: string): NewMessage | TwilioAnswer {
  const to = form.get('To') ?? '';
  const from = form.get('From') ?? '';
  const serviceSid = form.get('MessagingServiceSid') || null;
  const body = form.get('Body') ?? '';
  const callbackUrl = form.get('StatusCallback') || null;
  const validity = form.get('ValidityPeriod');

  if (to === '') return twilioError(21604);
  if (MAGIC_RECIPIENTS[to]) return twilioError(MAGIC_RECIPIENTS[to], to);
  if (!E164.test(to)) return twilioError(21211, to);
  if (from === '' && serviceSid === null) return twilioError(21603);
  if (serviceSid !== null && (!SERVICE_SID.test(serviceSid) || serviceSid !== ours)) return twilioError(21703);
  if (serviceSid === null) {
    if (MAGIC_SENDERS[from]) return twilioError(MAGIC_SENDERS[from], from);
    if (!E164.test(from) && !SENDER_ID.test(from)) return twilioError(21212, from);
    if (from !== ours && from !== TEST_SENDER) return twilioError(21659, from);
    if (from === to) return twilioError(21266, to);
  }
  if (body === '') return twilioError(21602);
  if (body.length > 1600) return twilioError(21617);
  if (callbackUrl !== null && !isCallable(callbackUrl)) return twilioError(21609, callbackUrl);
  if (validity !== null && !(/^\d+$/.test(validity) && Number(validity) >= 1 && Number(validity) <= 36_000)) {
    return twilioError(21624, validity);
  }
  const riskCheck = form.get('RiskCheck');
  if (riskCheck !== null && !['enable', 'disable'].includes(riskCheck)) return twilioError(20001);
  return {
    to,
    sender: serviceSid === null ? from : TEST_SENDER,
    serviceSid,
    body,
    callbackUrl,
    validityMs: Number(validity ?? LONGEST_VALIDITY) * 1_000,
    isUnchecked: riskCheck === 'disable',
  };
}

/** http(s), and no underscore in the host. */
function isCallable(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return (url?.protocol === 'http:' || url?.protocol === 'https:') && !url.hostname.includes('_');
}
