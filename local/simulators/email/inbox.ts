import type { IncomingMessage, ServerResponse } from 'node:http';
import { methodNotAllowed, notFound, Problem, send, sendJson } from '../../cloud/http.ts';
import { INBOX_HEADERS, INBOX_PAGE, INBOXES_PAGE, MAIL_HEADERS, mailDocument } from './inbox-page.ts';
import type { Mails } from './mails.ts';
import { isAddress } from './sendgrid-mail.ts';

/** What the reader of an inbox can do about our mails. */
export interface InboxActs {
  suppress(address: string, report: 'spam' | 'unsubscribe'): void;
  unsuppress(address: string): void;
}

/**
 * Below `/simulators/inbox`: who has mail, each inbox, as JSON or, for a browser, as a page, and the HTML of a mail. POST
 * `{address}/spam` and `{address}/unsubscribe` report our mails; DELETE of either takes the address off SendGrid's lists.
 */
export function handleInbox(
  req: IncomingMessage,
  res: ServerResponse,
  segments: string[],
  mails: Mails,
  acts: InboxActs,
): void {
  const [raw, id, ...rest] = segments;
  if (rest.length > 0) throw notFound('No such page.');
  if (raw && (id === 'spam' || id === 'unsubscribe')) {
    if (req.method === 'POST') acts.suppress(parseAddress(raw), id);
    else if (req.method === 'DELETE') acts.unsuppress(parseAddress(raw));
    else throw methodNotAllowed('POST, DELETE');
    sendJson(res, 200, { suppressed: req.method === 'POST' });
    return;
  }
  if (req.method !== 'GET') throw methodNotAllowed('GET');
  if (raw === undefined || raw === '') {
    show(req, res, INBOXES_PAGE, { items: mails.addresses() });
    return;
  }
  const address = parseAddress(raw);
  const items = mails.inbox(address);
  if (id === undefined) {
    show(req, res, INBOX_PAGE, { items });
    return;
  }
  const mail = items.find((one) => one.id === id);
  if (!mail) throw notFound('This inbox has no such mail.');
  send(res, 200, 'text/html; charset=utf-8', mailDocument(mail.html), MAIL_HEADERS);
}

function show(req: IncomingMessage, res: ServerResponse, page: string, json: object): void {
  const accept = req.headers.accept ?? '';
  const html = accept.indexOf('text/html');
  const isPage = html >= 0 && !accept.slice(0, html).includes('application/json');
  if (isPage) send(res, 200, 'text/html; charset=utf-8', page, INBOX_HEADERS);
  else sendJson(res, 200, json, { Vary: 'Accept' });
}

/** Throws Problem 400. */
function parseAddress(segment: string): string {
  let text = segment;
  try {
    text = decodeURIComponent(segment);
  } catch {
    // Judged as it came.
  }
  if (isAddress(text)) return text;
  const errors = [{ path: 'address', message: 'must be an e-mail address such as alice@example.com' }];
  throw new Problem(400, 'Invalid', 'The address must be an e-mail address.', { errors });
}
