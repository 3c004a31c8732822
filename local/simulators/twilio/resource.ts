/** Messages and the account as Twilio's REST API shows them. */

import { segments } from '../../../lambdas/core/sms/segments.ts';
import { DAY } from '../../../lambdas/core/time.ts';
import type { Message, Store } from '../store.ts';
import type { TwilioAccount } from './account.ts';
import type { SentText, Texts } from './texts.ts';

export const accountPath = (accountSid: string) => `/2010-04-01/Accounts/${accountSid}.json`;
export const messagesPath = (accountSid: string) => `/2010-04-01/Accounts/${accountSid}/Messages`;

/** RFC 2822 with a numeric zone, as Twilio writes times. */
const rfc2822 = (at: number | null) => (at === null ? null : new Date(at).toUTCString().replace('GMT', '+0000'));

/** Like Twilio's, it tells the auth token to whoever has it already. */
export const account = (sid: string, auth_token: string, status: string, type: string): Record<string, unknown> => ({
  sid,
  friendly_name: 'Lifeline',
  status,
  type,
  auth_token,
  owner_account_sid: sid,
  date_created: rfc2822(0),
  date_updated: rfc2822(0),
  subresource_uris: { messages: `${messagesPath(sid)}.json` },
  uri: accountPath(sid),
});

type Direction = 'outbound-api' | 'inbound';

export function resource(m: Message, direction: Direction = 'outbound-api'): Record<string, unknown> {
  const uri = `${messagesPath(m.accountSid)}/${m.sid}`;
  return {
    account_sid: m.accountSid,
    api_version: '2010-04-01',
    body: m.body,
    date_created: rfc2822(m.createdAt),
    date_sent: rfc2822(m.sentAt),
    date_updated: rfc2822(m.updatedAt),
    direction,
    error_code: m.errorCode,
    error_message: null,
    // A messaging service chooses its sender after it has accepted the message.
    from: m.status === 'accepted' ? null : m.sender,
    messaging_service_sid: m.serviceSid,
    num_media: '0',
    num_segments: String(segments(m.body).count),
    price: null,
    price_unit: 'USD',
    sid: m.sid,
    status: m.status,
    subresource_uris: { media: `${uri}/Media.json` },
    to: m.to,
    uri: `${uri}.json`,
  };
}

/** A text that a phone sent, as Twilio's API shows it: from the moment it came in. */
export function inboundMessage(
  { id, at, from, to, body }: SentText,
  { accountSid, phoneNumber }: TwilioAccount,
): Message {
  const time = Date.parse(at);
  return {
    sid: id,
    accountSid,
    serviceSid: phoneNumber.startsWith('MG') ? phoneNumber : null,
    sender: from,
    to,
    body,
    status: 'received',
    errorCode: null,
    callbackUrl: null,
    createdAt: time,
    updatedAt: time,
    sentAt: time,
  };
}

interface Listed {
  message: Message;
  direction: Direction;
}

/** What was sent and what came in, newest first. */
function* both(store: Store, texts: Texts, account: TwilioAccount): Iterable<Listed> {
  const inbound = texts.sent().map((text) => inboundMessage(text, account));
  let next = 0;
  for (const message of store.messages()) {
    for (; (inbound[next]?.createdAt ?? 0) > message.createdAt; next++) {
      const message = inbound[next];
      if (message) yield { message, direction: 'inbound' };
    }
    if (message.accountSid === account.accountSid) yield { message, direction: 'outbound-api' };
  }
  for (const message of inbound.slice(next)) yield { message, direction: 'inbound' };
}

/** One page of `GET Messages.json`, newest first, both ways; filters To, From, DateSent, `DateSent<`, `DateSent>`. */
export function listPage(
  store: Store,
  texts: Texts,
  account: TwilioAccount,
  query: URLSearchParams,
): Record<string, unknown> {
  const { accountSid } = account;
  const size = Math.min(Math.max(Number(query.get('PageSize')) || 50, 1), 1000);
  const page = Number(query.get('Page')) || 0;
  const after = query.get('PageToken')?.replace(/^PA/, '');
  const found: Listed[] = [];
  let isBehind = after === undefined;
  for (const listed of both(store, texts, account)) {
    if (isBehind && matches(listed.message, query)) found.push(listed);
    if (listed.message.sid === after) isBehind = true;
    if (found.length > size) break;
  }
  const shown = found.slice(0, size);
  const uri = (changes: Record<string, string>) => {
    const params = new URLSearchParams(query);
    for (const [name, value] of Object.entries({ PageSize: String(size), ...changes })) params.set(name, value);
    return `${messagesPath(accountSid)}.json?${params}`;
  };
  const last = shown.at(-1)?.message;
  const more = found.length > size && last !== undefined;
  return {
    messages: shown.map(({ message, direction }) => resource(message, direction)),
    page,
    page_size: size,
    start: page * size,
    end: page * size + Math.max(shown.length - 1, 0),
    uri: uri({ Page: String(page) }),
    first_page_uri: `${messagesPath(accountSid)}.json?PageSize=${size}&Page=0`,
    next_page_uri: more ? uri({ Page: String(page + 1), PageToken: `PA${last.sid}` }) : null,
    previous_page_uri: null,
  };
}

function matches(m: Message, query: URLSearchParams): boolean {
  const [to, from] = [query.get('To'), query.get('From')];
  if ((to && m.to !== to) || (from && m.sender !== from)) return false;
  const on = query.get('DateSent');
  const before = query.get('DateSent<');
  const after = query.get('DateSent>');
  if (!on && !before && !after) return true;
  if (m.sentAt === null) return false;
  // A date without a time means that day in GMT; both bounds are inclusive, at Twilio's resolution of a second.
  const end = (text: string) => Date.parse(text) + (text.length === 10 ? DAY : 1000);
  if (on && !(m.sentAt >= Date.parse(on) && m.sentAt < end(on))) return false;
  if (before && !(m.sentAt < end(before))) return false;
  return !(after && !(m.sentAt >= Date.parse(after)));
}
