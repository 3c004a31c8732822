import { bodyDigest, randomPageId } from '../core/page/ids.ts';
import type { Incident } from '../core/page/page.ts';
import type { Handler } from '../http/http.ts';
import { channelsSchema } from '../http/schemas/channels.ts';
import { parse } from '../http/validation.ts';
import type { DispatchDeps } from './dispatch.ts';
import { answerOf, idempotencyKey } from './dispatch-answer.ts';

/**
 * What a test page is about. HIGH, because calls are made for it and quiet hours do not hold it: somebody is waiting for
 * it right now.
 */
const TEST: Omit<Incident, 'id'> = {
  title: 'This is a test page. Nothing is wrong and no answer is needed',
  priority: 'HIGH',
  service: 'Lifeline',
};

/** POST /recipients/{id}/test: a marked page on all usable channels at once, or on the named ones. */
export const createTestPage =
  ({ dispatch, ...telemetry }: Omit<DispatchDeps, 'alerts'>): Handler =>
  async (request) => {
    const { params, body, caller } = request;
    const { id: recipientId = '' } = params;
    const { channels } = parse(channelsSchema, body);
    const key = idempotencyKey(request);
    // One incident for each test, or a second one would be taken for the first, which may still be open; the same for
    // the same key, whose repetition has to have the same body.
    const { clientId } = caller;
    const unique = key === undefined ? randomPageId().slice('pg_'.length) : bodyDigest([clientId, recipientId, key]);
    const outcome = await dispatch(
      {
        incident: { ...TEST, id: `test-${unique}` },
        recipientId,
        type: 'new_incident',
        escalationLevel: 0,
        skipTiers: true,
        requireAck: false,
        ackScope: 'recipient',
        escalateTo: [],
        ...(channels && { channels }),
      },
      {
        clientId,
        by: caller.name ?? caller.subject,
        test: true,
        // A space of its own: the same key may have been used for a dispatch.
        ...(key !== undefined && { idempotencyKey: `test:${key}` }),
      },
    );
    return answerOf(outcome, recipientId, telemetry);
  };
