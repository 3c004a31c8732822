import type { Clock } from '../core/clock.ts';
import { acceptedLanguage, type WordingOverrides, wordingFor } from '../core/content/wording.ts';
import { type AnswerAction, isAnsweredBy } from '../core/page/answer.ts';
import type { Answer, Page } from '../core/page/page.ts';
import type { PageStore } from '../core/page/ports.ts';
import type { RecipientStore } from '../core/recipient/ports.ts';
import { readActionToken } from '../core/replies/action-token.ts';
import type { Answerer } from '../core/replies/answerer.ts';
import type { ActionKeys } from '../core/replies/ports.ts';
import type { ActionState } from '../http/api.gen.ts';
import type { ApiRequest, ApiResponse, Handler } from '../http/http.ts';
import { Problem } from '../http/problem.ts';
import type { AnswerPage } from '../use-cases/answer-page.ts';
import { actionPage, actionProblemPage, PAGE_HEADERS, type Reader } from './action-page.ts';

interface Deps {
  pages: PageStore;
  recipients: RecipientStore;
  answerPage: AnswerPage;
  keys: ActionKeys;
  clock: Clock;
  /** A deployment's own words. */
  overrides: WordingOverrides;
}

/** GET /actions/{token}: a page with a button. It never acts, since mail and message scanners follow links. */
export const createGetAction = (deps: Deps): Handler =>
  negotiated(deps, async (_, { page, action }) => ({ page, action, isNew: false }));

/** POST /actions/{token}: acts; repeated, it says who was first. */
export const createPostAction = (deps: Deps): Handler =>
  negotiated(deps, async (request, { page, action, all }) => {
    const person = await deps.recipients.get(page.recipientId);
    const { sourceIp } = request.caller;
    const by: Answerer = {
      answer: { at: deps.clock.now(), by: person?.name ?? page.recipientId, via: 'link' },
      recipientId: page.recipientId,
      actor: `recipient/${page.recipientId}`,
      ...(sourceIp && { from: sourceIp }),
      details: { via: 'link' },
    };
    const answered = await deps.answerPage(page.id, action, by, all ? 'message' : 'page');
    if (!answered) throw notFound();
    return { page: answered.page, action, isNew: isAnsweredBy(answered.page, action, by.answer) };
  });

interface Seen {
  page: Page;
  action: AnswerAction;
  /** This very request did it. */
  isNew: boolean;
}

/** What the token of a link stands for, and what is known of its page although the link does nothing. */
interface Link {
  found: { page: Page; action: AnswerAction; all: boolean } | Problem;
  page: Page | undefined;
}

async function follow({ params: { token = '' } }: ApiRequest, { keys, pages, clock }: Deps): Promise<Link> {
  const { current, previous } = await keys();
  const known = previous ? [current, previous] : [current];
  const read = readActionToken(token, known, clock.now());
  // A link that has expired still says whose it was: its holder reads that in their own language.
  const named = read.result === 'expired' ? readActionToken(token, known, 0) : read;
  const page = named.result === 'good' ? await pages.get(named.pageId, { consistent: true }) : undefined;
  if (read.result === 'expired') {
    return { page, found: new Problem('action-expired', { detail: 'Action links work for seven days.' }) };
  }
  if (read.result !== 'good' || !page) return { page, found: notFound() };
  return { page, found: { page, action: read.action, all: read.all === true } };
}

const notFound = () => new Problem('action-not-found', { detail: 'Open the link whole, as it stands in the message.' });

/** What the page has of this action: a resolution also settles an acknowledgement. */
const answerOf = (page: Page, action: AnswerAction): Answer | undefined =>
  action === 'resolve' ? page.resolved : (page.acknowledged ?? page.resolved);

/**
 * JSON for who prefers it, a page for everybody else; errors as a page only for browsers. A page speaks the language of
 * the recipient of the page it is about, and that of the browser where it knows none.
 */
function negotiated(deps: Deps, act: (request: ApiRequest, found: Exclude<Link['found'], Problem>) => Promise<Seen>) {
  return async (request: ApiRequest): Promise<ApiResponse> => {
    const accept = (request.headers.accept ?? '').toLowerCase();
    const [html, json] = [accept.indexOf('text/html'), accept.indexOf('application/json')];
    const link = await follow(request, deps);
    const reader = readerOf(link.page, request, deps.overrides);
    try {
      if (link.found instanceof Problem) throw link.found;
      const seen = await act(request, link.found);
      if (json >= 0 && (html < 0 || json < html)) return { status: 200, body: stateOf(seen), headers: PAGE_HEADERS };
      return asPage(200, actionPage(stateOf(seen), seen.isNew, reader));
    } catch (error) {
      const shows = html >= 0 && (json < 0 || html < json);
      if (!shows || !(error instanceof Problem)) throw error;
      const why = error.name === 'action-expired' ? 'expired' : 'unknown';
      return asPage(error.status, actionProblemPage(why, reader.wording));
    }
  };
}

function readerOf(page: Page | undefined, { headers }: ApiRequest, overrides: WordingOverrides): Reader {
  const { language, timezone } = page?.locale ?? {};
  const wording = wordingFor(language ?? acceptedLanguage(headers['accept-language'], overrides), overrides);
  return timezone === undefined ? { wording } : { wording, timezone };
}

const asPage = (status: number, text: string): ApiResponse => ({
  status,
  content: { type: 'text/html', text },
  headers: PAGE_HEADERS,
});

/** What a link shows to whoever holds it: the incident in a line, and who has it. */
function stateOf({ page, action }: Seen): ActionState {
  const { incident, resolved, acknowledged } = page;
  const last = resolved ?? acknowledged;
  return {
    notificationId: page.id,
    incidentId: incident.id,
    title: incident.title,
    service: incident.service,
    priority: incident.priority,
    createdAt: new Date(page.createdAt).toISOString(),
    action,
    done: answerOf(page, action) !== undefined,
    ...(last && {
      status: resolved ? 'RESOLVED' : 'ACKNOWLEDGED',
      by: last.by,
      at: new Date(last.at).toISOString(),
    }),
  };
}
