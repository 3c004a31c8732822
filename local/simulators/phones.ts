import type { IncomingMessage, ServerResponse } from 'node:http';
import { methodNotAllowed, notFound, Problem, send, sendJson } from './http.ts';
import { PHONE_PAGE, PHONE_PAGE_HEADERS } from './phone-page.ts';
import type { Store } from './store.ts';

/** Below `/simulators/phones`: the list, and each phone as JSON or, for a browser, as a page. */
export function handlePhones(req: IncomingMessage, res: ServerResponse, segments: string[], store: Store): void {
  const [raw, action, ...rest] = segments;
  if (rest.length > 0) throw notFound('No such page.');
  if (raw === undefined || raw === '') {
    if (req.method !== 'GET') throw methodNotAllowed('GET');
    sendJson(res, 200, { items: store.phones() });
    return;
  }
  const phone = parsePhone(raw);
  if (action === 'reply' || action === 'keypress' || action === 'call') {
    throw notFound(`"${action}" is not available in this version: there is nothing yet that would take it.`);
  }
  if (action !== undefined) throw notFound('A phone has no such page.');
  if (req.method !== 'GET') throw methodNotAllowed('GET');
  if (prefersHtml(req.headers.accept ?? '')) send(res, 200, 'text/html; charset=utf-8', PHONE_PAGE, PHONE_PAGE_HEADERS);
  else sendJson(res, 200, { items: store.phone(phone) }, { Vary: 'Accept' });
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
