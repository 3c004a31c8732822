/** Twilio's call status callbacks. Kept apart from calling: the webhook's bundle must not carry the REST client. */
import type { Receipt } from '../../core/ports.ts';
import { unknownStatus } from '../unknown-status.ts';
import { noHuman, notPutThrough } from './twilio-voice-codes.ts';

/** Twilio's order. Callbacks come in any, and more than once; the higher rank is the later news. */
const RANK: Record<string, number> = {
  queued: 0,
  initiated: 1,
  ringing: 2,
  'in-progress': 3,
  completed: 4,
  busy: 4,
  'no-answer': 4,
  canceled: 4,
  failed: 4,
};

const CALL_SID = /^CA[0-9a-f]{32}$/i;
/** `machine_start`, `machine_end_beep`, `machine_end_silence`, `machine_end_other`, `fax`. */
export const isMachine = (answeredBy: string | undefined): boolean => /^(machine|fax)/.test(answeredBy ?? '');

/** Twilio's id of the call; undefined when it is none. */
export const callSidOf = (form: Form): string | undefined => {
  const sid = textOf(form, 'CallSid');
  return sid && CALL_SID.test(sid) ? sid : undefined;
};

type Form = Readonly<Record<string, string | string[] | undefined>>;
const textOf = (form: Form, name: string): string | undefined => {
  const value = form[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/**
 * Reads a call status callback; undefined when it is not one (no call id, or no status). A status that is not in the
 * table above is noted and changes nothing. The signature has been checked before.
 *
 * A call that ended well and was not taken by a machine counts as answered by a person: Twilio is right about that in 85
 * to 90 of 100 calls, and what it is not sure about (`unknown`) would else ring people who have heard it all.
 */
export function parseCallStatus(form: Form): Receipt | undefined {
  const providerId = callSidOf(form);
  const providerStatus = textOf(form, 'CallStatus')?.toLowerCase();
  if (!providerId || !providerStatus?.trim()) return;
  if (!Object.hasOwn(RANK, providerStatus)) return unknownStatus('twilio', providerId, providerStatus);
  const news = newsOf(providerStatus, textOf(form, 'AnsweredBy'), textOf(form, 'SipResponseCode'));
  return { provider: 'twilio', providerId, providerStatus, rank: RANK[providerStatus] ?? 0, news };
}

function newsOf(status: string, answeredBy: string | undefined, sip: string | undefined): Receipt['news'] {
  switch (status) {
    case 'completed':
      return isMachine(answeredBy) ? { undelivered: noHuman('a machine answered') } : 'delivered';
    case 'busy':
      return { undelivered: noHuman('busy or declined') };
    case 'no-answer':
      return { undelivered: noHuman('not answered') };
    case 'canceled':
      return { undelivered: noHuman('cancelled before it was answered'), cancelled: true };
    case 'failed':
      return { undelivered: notPutThrough(sip && /^\d{3}$/.test(sip) ? `sip_${sip}` : 'failed') };
    default:
      return 'progress';
  }
}
