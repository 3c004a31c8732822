import { answeredBy, type DispatchRequest } from '../core/page/new.ts';
import type { AnswerIncident } from './answer-incident.ts';

/** Who dispatches. */
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
 * Dispatching an acknowledgment or a resolution also acknowledges or resolves the incident (docs/spec/api.md#dispatch).
 * Repeated with the same `at`, it changes and records nothing more.
 */
export function createAnswerByUpdate(answerIncident: AnswerIncident) {
  /** @param notificationId the page that carries the update */
  return async (
    { type, incident }: Pick<DispatchRequest, 'type' | 'incident'>,
    { clientId, by, subject = by, from }: DispatchActor,
    notificationId: string,
    at: number,
  ): Promise<void> => {
    const action = answeredBy(type);
    if (!action) return;
    await answerIncident(incident.id, action, {
      answer: { at, by, via: 'dispatch' },
      actor: `${clientId}/${subject}`,
      details: { via: 'dispatch', notificationId },
      ...(from !== undefined && { from }),
    });
  };
}
