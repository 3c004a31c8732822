import type { Clock } from '../core/clock.ts';
import { phoneOfSender } from '../core/recipient/phone.ts';
import type { Form, Handler } from '../http/http.ts';
import { Problem } from '../http/problem.ts';
import { validTwilioSignature } from '../providers/twilio-signature.ts';
import type { createAnswerText, InboundText, TellDropped } from './answer-text.ts';

interface Deps {
  answerText: ReturnType<typeof createAnswerText>;
  /** Auth token of the account, undefined for accounts that are not ours. */
  authTokenOf: (accountSid: string) => Promise<string | undefined>;
  publicBaseUrl: string;
  dropped: TellDropped;
  clock: Clock;
}

/** What Twilio's own opt-out handling says it made of the text, where an account has it switched on. */
const KEYWORDS: Record<string, NonNullable<InboundText['keyword']>> = { STOP: 'stop', START: 'start', HELP: 'help' };

/**
 * POST /webhooks/twilio/sms/inbound: a text to one of our numbers. The signature first, then what it means. The answer is
 * TwiML, and an empty one is silence: Twilio itself answers STOP, START and HELP, and would refuse a second answer. A form
 * that Lifeline does not know is dropped and counted, never refused: Twilio would only send it once more.
 */
export function createTwilioSmsInbound({ answerText, authTokenOf, publicBaseUrl, dropped, clock }: Deps): Handler {
  return async ({ body, headers }) => {
    const form = (body ?? {}) as Form;
    const { AccountSid: accountSid } = form;
    const authToken = typeof accountSid === 'string' ? await authTokenOf(accountSid) : undefined;
    const url = `${publicBaseUrl}/webhooks/twilio/sms/inbound`;
    const signature = headers['x-twilio-signature'];
    if (!authToken || !validTwilioSignature({ authToken, url, form, signature })) throw new Problem('bad-signature');

    const { MessageSid: id, From: from, Body: text = '', OptOutType: type = '' } = form;
    const drop = (why: string) => {
      dropped(why);
      return twiml('');
    };
    if (typeof id !== 'string' || !/^[A-Z]{2}[0-9a-f]{32}$/i.test(id)) return drop('no id of a message');
    // Short codes, sender ids and other messengers are nobody's phone.
    const phone = typeof from === 'string' ? phoneOfSender(from) : undefined;
    if (phone === undefined) return drop('not from a phone');
    const keyword = typeof type === 'string' ? KEYWORDS[type.toUpperCase()] : undefined;
    const said = typeof text === 'string' ? text : '';
    return twiml(await answerText({ id, from: phone, body: said, cameAt: clock.now(), ...(keyword && { keyword }) }));
  };
}

/** The library for it would weigh more than the rest of this function. */
function twiml(message: string) {
  const inner = message === '' ? '' : `<Message>${escaped(message)}</Message>`;
  const text = `<?xml version="1.0" encoding="UTF-8"?><Response>${inner}</Response>`;
  return { status: 200, content: { type: 'text/xml', text } };
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Text of an XML element. What XML 1.0 cannot hold at all is left out, or Twilio would refuse the whole answer. */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: leaving them out is the point
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
