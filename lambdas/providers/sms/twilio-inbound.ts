/** The texts that came to our Twilio numbers, as its message list has them: also those that no webhook brought. */
import { phoneOfSender } from '../../core/recipient/phone.ts';
import type { Http } from '../http.ts';
import { TWILIO_API, type TwilioCredentials } from '../twilio-transport.ts';

/** @property id Twilio's; `at` when Twilio had it, epoch ms */
export interface ListedText {
  id: string;
  from: string;
  body: string;
  at: number;
}

interface Options {
  http: Http;
  credentials: () => Promise<TwilioCredentials>;
  /** Default https://api.twilio.com. */
  apiUrl?: string;
}

/** @property next where the list goes on, as Twilio names it; absent at its end */
export interface ListedPage {
  texts: ListedText[];
  next?: string;
}

/** Messages on one page of the list. Twilio gives up to 1,000, and takes the longer for it. */
const PAGE_SIZE = 200;

/**
 * Lists what phones texted since then, one page of Twilio's list at a time, oldest first within the page; the pages come
 * newest first. Messages that we sent stand in the same list, where the sender is a messaging service and so the number
 * that was texted is not known beforehand.
 * @param since epoch ms
 * @param from where the list goes on, as the page before said; undefined for its first page
 * @throws when Twilio does not answer with a list
 */
export function createInboundList({ http, credentials, apiUrl = TWILIO_API }: Options) {
  return async (since: number, from: string | undefined): Promise<ListedPage> => {
    const { accountSid, authToken, phoneNumber } = await credentials();
    const Authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
    const query = new URLSearchParams({
      PageSize: String(PAGE_SIZE),
      'DateSent>': new Date(since).toISOString().replace(/\.\d+/, ''),
      ...(phoneNumber.startsWith('+') && { To: phoneNumber }),
    });
    const path = from ?? `/2010-04-01/Accounts/${accountSid}/Messages.json?${query}`;
    const reply = await http({
      method: 'GET',
      url: apiUrl + path,
      headers: { Authorization, Accept: 'application/json' },
    });
    if (reply.status !== 200) throw new Error(`Twilio answers ${reply.status} instead of its messages`);
    const { messages, next_page_uri: next } = JSON.parse(reply.body) as {
      messages: Resource[];
      next_page_uri?: string | null;
    };
    // Twilio tells whole seconds: of two texts in one second the later one stands first in its list.
    const texts = messages.flatMap(textOf).filter(({ at }) => at >= since);
    return {
      texts: texts.reverse().sort((a, b) => a.at - b.at),
      ...(typeof next === 'string' && next !== '' && { next }),
    };
  };
}

interface Resource {
  sid: string;
  direction: string;
  from: string | null;
  body: string | null;
  date_sent: string | null;
  date_created: string | null;
}

/** None for what we sent ourselves, and for what did not come from a phone. */
function textOf({ sid, direction, from, body, date_sent: sent, date_created: created }: Resource): ListedText[] {
  const phone = direction === 'inbound' && from !== null ? phoneOfSender(from) : undefined;
  const at = Date.parse(sent ?? created ?? '');
  return phone === undefined || Number.isNaN(at) ? [] : [{ id: sid, from: phone, body: body ?? '', at }];
}
