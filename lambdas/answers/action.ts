import { readActionToken } from '../core/answers/action-token.ts';
import type { Answerer } from '../core/answers/answerer.ts';
import { type AnswerAction, isAnsweredBy } from '../core/page/answer.ts';
import type { Answer, Page } from '../core/page/page.ts';
import type { ActionKeys, Clock, PageStore, RecipientStore } from '../core/ports.ts';
import type { AnswerPage } from '../operations/answer-page.ts';
import type { ActionState } from '../runtime/api.gen.ts';
import type { ApiRequest, ApiResponse, Handler } from '../runtime/http.ts';
import { Problem } from '../runtime/problem.ts';
import { actionPage, actionProblemPage, PAGE_HEADERS } from './action-page.ts';

interface Deps {
  pages: PageStore;
  recipients: RecipientStore;
  answerPage: AnswerPage;
  keys: ActionKeys;
  clock: Clock;
}

/** GET /actions/{token}: a page with a button. It never acts, since mail and message scanners follow links. */
export const createGetAction = (deps: Deps): Handler =>
  negotiated(async (request) => {
    const { page, action } = await find(request, deps);
    return { page, action, isNew: false };
  });

/** POST /actions/{token}: acts; repeated, it says who was first. */
export const createPostAction = (deps: Deps): Handler =>
  negotiated(async (request) => {
    const { page, action, all } = await find(request, deps);
    const person = await deps.recipients.get(page.recipientId);
    const { sourceIp } = request.caller;
    const by: Answerer = {
      answer: { at: deps.clock.now(), by: person?.name ?? page.recipientId, via: 'link' },
      recipientId: page.recipientId,
      actor: `recipient/${page.recipientId}`,
      ...(sourceIp && { from: sourceIp }),
      details: { via: 'link' },
    };
    const answered = await deps.answerPage(page.id, action, by, all);
    if (!answered) throw notFound();
    return { page: answered.page, action, isNew: isAnsweredBy(answered.page, action, by.answer) };
  });

interface Seen {
  page: Page;
  action: AnswerAction;
  /** This very request did it. */
  isNew: boolean;
}

async function find({ params: { token = '' } }: ApiRequest, { keys, pages, clock }: Deps) {
  const { current, previous } = await keys();
  const read = readActionToken(token, previous ? [current, previous] : [current], clock.now());
  if (read.result === 'expired') throw new Problem('action-expired', { detail: 'Action links work for seven days.' });
  const page = read.result === 'good' ? await pages.get(read.pageId, { consistent: true }) : undefined;
  if (read.result !== 'good' || !page) throw notFound();
  return { page, action: read.action, all: read.all === true };
}

const notFound = () => new Problem('action-not-found', { detail: 'Open the link whole, as it stands in the message.' });

/** What the page has of this action: a resolution also settles an acknowledgement. */
const answerOf = (page: Page, action: AnswerAction): Answer | undefined =>
  action === 'resolve' ? page.resolved : (page.acknowledged ?? page.resolved);

/** JSON for who prefers it, a page for everybody else; errors as a page only for browsers. */
function negotiated(look: (request: ApiRequest) => Promise<Seen>): Handler {
  return async (request) => {
    const accept = (request.headers.accept ?? '').toLowerCase();
    const [html, json] = [accept.indexOf('text/html'), accept.indexOf('application/json')];
    try {
      const seen = await look(request);
      if (json >= 0 && (html < 0 || json < html)) return { status: 200, body: stateOf(seen), headers: PAGE_HEADERS };
      return asPage(200, actionPage(stateOf(seen), seen.isNew));
    } catch (error) {
      const shows = html >= 0 && (json < 0 || html < json);
      if (!shows || !(error instanceof Problem)) throw error;
      return asPage(error.status, actionProblemPage(error.name === 'action-expired' ? 'expired' : 'unknown'));
    }
  };
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
