import { answeredAction } from '../core/audit/actions.ts';
import type { AuditLog } from '../core/audit/ports.ts';
import type { Clock } from '../core/clock.ts';
import { type AnswerAction, isAnsweredBy } from '../core/page/answer.ts';
import { type Answerer, auditOf } from '../core/replies/answerer.ts';
import type { ApiRequest, Handler } from '../http/http.ts';
import { Problem } from '../http/problem.ts';
import { answerSchema } from '../http/schemas/answer.ts';
import { parse } from '../http/validation.ts';
import { pageView } from '../http/views/page.ts';
import type { AnswerPage } from '../use-cases/answer-page.ts';
import type { StopIncident } from '../use-cases/stop-incident.ts';
import { notFound } from './read.ts';

interface Deps {
  answerPage: AnswerPage;
  stopIncident: StopIncident;
  audit: AuditLog;
  clock: Clock;
}

/** POST /notifications/{id}/acknowledge and /resolve: always the page as it is now. */
export const createAnswerNotification =
  (action: AnswerAction, { answerPage, clock }: Deps): Handler =>
  async (request) => {
    const { id = '' } = request.params;
    const answered = await answerPage(id, action, answererOf(request, clock));
    if (!answered) throw notFound(id);
    return { status: 200, body: pageView(answered.page) };
  };

/** POST /incidents/{incidentId}/acknowledge and /resolve: for everybody paged about it. */
export const createAnswerIncident =
  (action: AnswerAction, { stopIncident, audit, clock }: Deps): Handler =>
  async (request) => {
    const { incidentId = '' } = request.params;
    const by = answererOf(request, clock);
    const pages = await stopIncident(incidentId, action, by.answer, true, by.recipientId);
    if (pages.length === 0) {
      throw new Problem('incident-not-found', { detail: `No page of incident "${incidentId}" is known.` });
    }
    if (pages.some((page) => isAnsweredBy(page, action, by.answer))) {
      await audit.record(auditOf(by, `incident/${incidentId}`, answeredAction('incident', action)));
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
