/** The texts that came to our Twilio numbers, as its message list has them: also those that no webhook brought. */
import { phoneOfSender } from '../../core/phone.ts';
import type { Http } from '../http.ts';
import { TWILIO_API, type TwilioCredentials } from '../twilio-wire.ts';

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

/** As many as Twilio gives at once, and so many such pages at most: 20,000 texts in two hours are no on-call team's. */
const PAGE_SIZE = 1_000;
const MOST_PAGES = 20;

/**
 * Lists what phones texted since then, oldest first. Messages that we sent stand in the same list, where the sender is
 * a messaging service and so the number that was texted is not known beforehand.
 * @returns the texts, and whether there were more than may be read at once
 * @throws when Twilio does not answer with a list
 */
export function createInboundList({ http, credentials, apiUrl = TWILIO_API }: Options) {
  return async (since: number): Promise<{ texts: ListedText[]; isCut: boolean }> => {
    const { accountSid, authToken, phoneNumber } = await credentials();
    const Authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
    const query = new URLSearchParams({
      PageSize: String(PAGE_SIZE),
      'DateSent>': new Date(since).toISOString().replace(/\.\d+/, ''),
      ...(phoneNumber.startsWith('+') && { To: phoneNumber }),
    });
    let next: string | null = `/2010-04-01/Accounts/${accountSid}/Messages.json?${query}`;
    const texts: ListedText[] = [];
    for (let page = 0; next !== null && page < MOST_PAGES; page++) {
      const reply = await http({
        method: 'GET',
        url: apiUrl + next,
        headers: { Authorization, Accept: 'application/json' },
      });
      if (reply.status !== 200) throw new Error(`Twilio answers ${reply.status} instead of its messages`);
      const { messages, next_page_uri } = JSON.parse(reply.body) as {
        messages: Resource[];
        next_page_uri?: string | null;
      };
      texts.push(...messages.flatMap(textOf));
      next = next_page_uri ?? null;
    }
    return { texts: texts.filter(({ at }) => at >= since).sort((a, b) => a.at - b.at), isCut: next !== null };
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
