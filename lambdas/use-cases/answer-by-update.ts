import { answeredAction } from '../core/audit/actions.ts';
import type { AuditLog } from '../core/audit/ports.ts';
import { isAnsweredBy } from '../core/page/answer.ts';
import { answeredBy, type DispatchRequest } from '../core/page/new.ts';
import type { Answer } from '../core/page/page.ts';
import type { StopIncident } from './stop-incident.ts';

/** Who sends the news. */
export interface DispatchActor {
  clientId: string;
  /** Who is named as having answered. */
  by: string;
  /** Token subject, where it was a call of the API; default `by`. */
  subject?: string;
  /** Source address, where known. */
  from?: string;
}

/**
 * Dispatching an acknowledgment or a resolution also acknowledges or resolves the incident (contract §1). What changes by
 * it is in the audit, as an answer of the API is. Repeated with the same `at`, it changes and records nothing more.
 */
export function createAnswerByUpdate({ stopIncident, audit }: { stopIncident: StopIncident; audit: AuditLog }) {
  /** @param news the page that brings it */
  return async (
    { type, incident }: Pick<DispatchRequest, 'type' | 'incident'>,
    { clientId, by, subject = by, from }: DispatchActor,
    news: string,
    at: number,
  ): Promise<void> => {
    const action = answeredBy(type);
    if (!action) return;
    const answer: Answer = { at, by, via: 'dispatch' };
    const pages = await stopIncident(incident.id, action, answer, true);
    if (!pages.some((page) => isAnsweredBy(page, action, answer))) return;
    const entry = {
      at,
      resource: `incident/${incident.id}`,
      action: answeredAction('incident', action),
      actor: `${clientId}/${subject}`,
      details: { by, via: 'dispatch', notificationId: news },
      ...(from !== undefined && { from }),
    };
    await audit.record(entry, 'once');
  };
}
