import type { IncomingMessage, ServerResponse } from 'node:http';
import { methodNotAllowed, notFound, Problem, readBody, send, sendJson } from '../cloud/http.ts';
import { listPage } from './list-page.ts';
import { PHONE_PAGE } from './phone-page.ts';
import { PAGE_HEADERS } from './phone-style.ts';
import { callAction, type PhoneCalls, setBehaviour, withCalls } from './phones-calls.ts';
import type { Store } from './store.ts';
import type { Reply } from './twilio/inbound.ts';
import type { Texts } from './twilio/texts.ts';

const PHONES_PAGE = listPage({
  title: 'Phones',
  about: 'what was sent, where it arrived',
  key: 'phone',
  noun: 'message',
  empty: 'No phone has received anything yet. Page somebody, and the phone appears here.',
});

interface Phones {
  store: Store;
  texts: Texts;
  /** Texts back from a phone. */
  reply(phone: string, body: string): Promise<Reply>;
  phoneCalls: PhoneCalls;
}

/** Below `/simulators/phones`: the list, and each phone, as JSON or, for a browser, as a page; and what a phone does. */
export async function handlePhones(
  req: IncomingMessage,
  res: ServerResponse,
  segments: string[],
  { store, texts, reply, phoneCalls }: Phones,
): Promise<void> {
  const [raw, action, ...rest] = segments;
  if (rest.length > 0) throw notFound('No such page.');
  if (raw === undefined || raw === '') {
    if (req.method !== 'GET') throw methodNotAllowed('GET');
    return show(req, res, PHONES_PAGE, { items: store.phones() });
  }
  const phone = parsePhone(raw);
  if (action === 'reply') {
    if (req.method !== 'POST') throw methodNotAllowed('POST');
    return sendJson(res, 200, await reply(phone, parseReply(await readBody(req))));
  }
  if (action !== undefined) return sendJson(res, 200, await callAction(req, phone, action, phoneCalls));
  if (req.method === 'PUT') return sendJson(res, 200, await setBehaviour(req, phone, phoneCalls));
  if (req.method !== 'GET') throw methodNotAllowed('GET, PUT');
  const { items, outgoing, calls } = withCalls(phone, store.phone(phone), phoneCalls);
  show(req, res, PHONE_PAGE, { items, sent: [...texts.sentBy(phone), ...outgoing], calls });
}

/** As a page for a browser, else as JSON. */
export function show(req: IncomingMessage, res: ServerResponse, page: string, json: object): void {
  if (prefersHtml(req.headers.accept ?? '')) send(res, 200, 'text/html; charset=utf-8', page, PAGE_HEADERS);
  else sendJson(res, 200, json, { Vary: 'Accept' });
}

/** `{"body":"ACK 7K3"}`. Throws Problem 400. */
function parseReply(body: string): string {
  let given: unknown;
  try {
    given = JSON.parse(body);
  } catch {
    throw new Problem(400, 'Bad JSON', 'The body is not JSON.');
  }
  const text = (given as { body?: unknown } | null)?.body;
  if (typeof text === 'string' && text.length <= 1_600) return text;
  const errors = [{ path: 'body', message: 'must be a text of at most 1600 characters' }];
  throw new Problem(400, 'Invalid', 'Send {"body": "what the phone texts"}.', { errors });
}

/** `+14155550100`, `%2B14155550100`, `14155550100`. Throws Problem 400. */
function parsePhone(segment: string): string {
  let text = segment;
  try {
    text = decodeURIComponent(segment);
  } catch {
    // Judged as it came.
  }
  const phone = `+${text.trim().replace(/^\+/, '')}`;
  if (!/^\+[1-9]\d{6,14}$/.test(phone)) {
    const errors = [{ path: 'phone', message: 'must be an E.164 number such as +14155550100' }];
    throw new Problem(400, 'Invalid', 'The phone must be an E.164 number.', { errors });
  }
  return phone;
}

function prefersHtml(accept: string): boolean {
  const html = accept.indexOf('text/html');
  const json = accept.indexOf('application/json');
  return html >= 0 && (json < 0 || html < json);
}
