/** Twilio's call status callbacks. Kept apart from calling: the webhook's bundle must not carry the REST client. */
import { isMachine } from '../../core/page/heard.ts';
import type { Report } from '../../core/receipts/ports.ts';
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

/** What answering-machine detection may find. Source: Twilio's guide to it. */
const DETECTED = /^(human|unknown|fax|machine_(start|end_(beep|silence|other)))$/;

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
 * Reads what Twilio tells of a call, in a status callback or, with `AnsweredBy` and no status, of the detection of
 * machines; undefined when it is neither (no call id, or nothing said). A word that is not in the tables above is noted
 * and changes nothing. The signature has been checked before.
 */
export function parseCallStatus(form: Form): Report | undefined {
  const providerId = callSidOf(form);
  const status = textOf(form, 'CallStatus')?.toLowerCase();
  const answeredBy = textOf(form, 'AnsweredBy')?.toLowerCase();
  if (!providerId) return;
  if (!status?.trim()) return answeredBy?.trim() ? detected(providerId, answeredBy) : undefined;
  if (!Object.hasOwn(RANK, status)) return unknownStatus('twilio', providerId, status);
  const news = newsOf(status, form);
  return { provider: 'twilio', providerId, providerStatus: status, rank: RANK[status] ?? 0, news };
}

/** What was found out about who is on the line, while the call goes on. */
function detected(providerId: string, answeredBy: string): Report {
  if (!DETECTED.test(answeredBy)) return unknownStatus('twilio', providerId, answeredBy);
  const rank = RANK['in-progress'] ?? 0;
  return { provider: 'twilio', providerId, providerStatus: answeredBy, rank, news: 'progress' };
}

function newsOf(status: string, form: Form): Report['news'] {
  switch (status) {
    case 'completed':
      return ended(textOf(form, 'AnsweredBy')?.toLowerCase(), Number(textOf(form, 'CallDuration') ?? 0));
    case 'busy':
      return { undelivered: noHuman('busy or declined') };
    case 'no-answer':
      return { undelivered: noHuman('not answered') };
    case 'canceled':
      return { undelivered: noHuman('cancelled before it was answered'), cancelled: true };
    case 'failed': {
      const sip = textOf(form, 'SipResponseCode');
      return { undelivered: notPutThrough(sip && /^\d{3}$/.test(sip) ? `sip_${sip}` : 'failed') };
    }
    default:
      return 'progress';
  }
}

/** @param seconds 0 where Twilio does not say: then nobody is known to have heard the call */
function ended(answeredBy: string | undefined, seconds: number): Report['news'] {
  if (isMachine(answeredBy)) return { undelivered: noHuman('a machine answered') };
  return { taken: { seconds }, unheard: noHuman('answered, and nobody listened to the end') };
}
