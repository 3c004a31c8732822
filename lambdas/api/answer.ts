import type { Clock } from '../core/clock.ts';
import type { AnswerAction } from '../core/page/answer.ts';
import type { Answerer } from '../core/replies/answerer.ts';
import type { ApiRequest, Handler } from '../http/http.ts';
import { Problem } from '../http/problem.ts';
import { answerSchema } from '../http/schemas/answer.ts';
import { parse } from '../http/validation.ts';
import { pageView } from '../http/views/page.ts';
import type { AnswerIncident } from '../use-cases/answer-incident.ts';
import type { AnswerPage } from '../use-cases/answer-page.ts';
import { notFound } from './read.ts';

interface Deps {
  answerPage: AnswerPage;
  answerIncident: AnswerIncident;
  clock: Clock;
}

/** POST /notifications/{id}/acknowledge and /resolve: always the page as it is now. */
export const createAnswerNotification =
  (action: AnswerAction, { answerPage, clock }: Deps): Handler =>
  async (request) => {
    const { id = '' } = request.params;
    const answered = await answerPage(id, action, answererOf(request, clock), 'page');
    if (!answered) throw notFound(id);
    return { status: 200, body: pageView(answered.page) };
  };

/** POST /incidents/{incidentId}/acknowledge and /resolve: for everybody paged about it. */
export const createAnswerIncident =
  (action: AnswerAction, { answerIncident, clock }: Deps): Handler =>
  async (request) => {
    const { incidentId = '' } = request.params;
    const pages = await answerIncident(incidentId, action, answererOf(request, clock));
    if (pages.length === 0) {
      throw new Problem('incident-not-found', { detail: `No page of incident "${incidentId}" is known.` });
    }
    const status = pages.every((page) => page.resolved) ? 'RESOLVED' : 'ACKNOWLEDGED';
    return { status: 200, body: { incidentId, status, items: pages.map(pageView) } };
  };

/**
 * `by` is whom to show; the token's subject goes to the audit, whatever `by` says. The subject may be a recipient's id,
 * and then this recipient need not be told; whether `by` names one is seen where the others are told.
 */
function answererOf({ body, caller }: ApiRequest, clock: Clock): Answerer {
  const { by } = parse(answerSchema, body);
  return {
    answer: { at: clock.now(), by: by ?? caller.name ?? caller.subject, via: 'api' },
    recipientId: caller.subject,
    actor: `${caller.clientId}/${caller.subject}`,
    ...(caller.sourceIp && { from: caller.sourceIp }),
    details: {},
  };
}
