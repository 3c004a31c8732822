import { type AuditAction, answeredAction } from '../core/audit-actions.ts';
import { type AnswerAction, isAnsweredBy } from '../core/page/answer.ts';
import type { Answer } from '../core/page/page.ts';
import { pageView } from '../core/page/view.ts';
import type { AuditLog, Clock } from '../core/ports.ts';
import type { createAnswerPage } from '../operations/answer-page.ts';
import type { StopIncident } from '../operations/stop-incident.ts';
import type { ApiRequest, Handler } from '../runtime/http.ts';
import { Problem } from '../runtime/problem.ts';
import { answerSchema } from '../runtime/schemas/answer.ts';
import { parse } from '../runtime/validation.ts';
import { notFound } from './read.ts';

interface Deps {
  answerPage: ReturnType<typeof createAnswerPage>;
  stopIncident: StopIncident;
  audit: AuditLog;
  clock: Clock;
}

/** POST /notifications/{id}/acknowledge and /resolve: always the page as it is now. */
export const createAnswerNotification =
  (action: AnswerAction, { answerPage, audit, clock }: Deps): Handler =>
  async (request) => {
    const { id = '' } = request.params;
    const by = answerOf(request, clock);
    const answered = await answerPage(id, action, by);
    if (!answered) throw notFound(id);
    if (answered.changed) await record(audit, `page/${id}`, answeredAction('page', action), by, request);
    return { status: 200, body: pageView(answered.page) };
  };

/** POST /incidents/{incidentId}/acknowledge and /resolve: for everybody paged about it. */
export const createAnswerIncident =
  (action: AnswerAction, { stopIncident, audit, clock }: Deps): Handler =>
  async (request) => {
    const { incidentId = '' } = request.params;
    const by = answerOf(request, clock);
    const pages = await stopIncident(incidentId, action, by, true);
    if (pages.length === 0) {
      throw new Problem('incident-not-found', { detail: `No page of incident "${incidentId}" is known.` });
    }
    if (pages.some((page) => isAnsweredBy(page, action, by))) {
      await record(audit, `incident/${incidentId}`, answeredAction('incident', action), by, request);
    }
    const status = pages.every((page) => page.resolved) ? 'RESOLVED' : 'ACKNOWLEDGED';
    return { status: 200, body: { incidentId, status, items: pages.map(pageView) } };
  };

/** `by` is whom to show; the token's subject goes to the audit, whatever `by` says. */
function answerOf({ body, caller }: ApiRequest, clock: Clock): Answer {
  const { by } = parse(answerSchema, body);
  return { at: clock.now(), by: by ?? caller.name ?? caller.subject, via: 'api' };
}

const record = (audit: AuditLog, resource: string, action: AuditAction, by: Answer, { caller }: ApiRequest) =>
  audit.record({
    at: by.at,
    resource,
    action,
    actor: `${caller.clientId}/${caller.subject}`,
    ...(caller.sourceIp && { from: caller.sourceIp }),
    details: { by: by.by },
  });
