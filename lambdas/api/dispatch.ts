import type { OperationsAlert } from '../core/alerts/alert.ts';
import type { OperationsAlerts } from '../core/alerts/ports.ts';
import { requiresAck } from '../core/page/new.ts';
import type { ApiResponse, Caller, Handler } from '../http/http.ts';
import { type DispatchInput, dispatchSchema } from '../http/schemas/dispatch.ts';
import { parse } from '../http/validation.ts';
import type { Log } from '../runtime/logger.ts';
import type { Count } from '../runtime/metrics.ts';
import type { createDispatch, DispatchResult } from '../use-cases/dispatch.ts';
import { answerOf, idempotencyKey } from './dispatch-answer.ts';

export interface DispatchDeps {
  dispatch: ReturnType<typeof createDispatch>;
  alerts: OperationsAlerts;
  logger: Pick<Log, 'error'>;
  count: Count;
}

/** One dispatch of a caller, with its key if it has one. Throws the `Problem` that answers it. */
export const createDispatchOne =
  ({ dispatch, alerts, ...telemetry }: DispatchDeps) =>
  async (given: unknown, caller: Caller, key: string | undefined): Promise<ApiResponse> => {
    const { requireAck, ...body }: DispatchInput = parse(dispatchSchema, given);
    const outcome = await dispatch(
      { ...body, requireAck: requireAck ?? requiresAck(body.type, body.incident.priority) },
      {
        clientId: caller.clientId,
        by: caller.name ?? caller.subject,
        subject: caller.subject,
        ...(caller.sourceIp && { from: caller.sourceIp }),
        ...(key !== undefined && { idempotencyKey: key }),
      },
    );
    if (outcome.result === 'no-usable-channel') {
      // The caller hears of it either way, and an alarm counts it: no reason to answer anything else than 422.
      await alerts
        .raise(refused(body, outcome))
        .catch((error: unknown) => telemetry.logger.error('operations was not told of a refused page', { error }));
    }
    return answerOf(outcome, body.recipientId, telemetry);
  };

/** The cause is what has to be mended: the reasons, each once. */
function refused(
  { incident, recipientId }: Pick<DispatchInput, 'incident' | 'recipientId'>,
  { plan }: DispatchResult & { result: 'no-usable-channel' },
): OperationsAlert {
  const cause = [...new Set(plan.unusable.map(({ reason }) => reason))].toSorted().join(', ');
  const { id: incidentId, priority, service } = incident;
  return { kind: 'NO_USABLE_CHANNEL', cause: cause || 'no-channel', incidentId, recipientId, priority, service };
}

/** POST /notifications (docs/spec/api.md#dispatch). */
export function createDispatchHandler(deps: DispatchDeps): Handler {
  const dispatchOne = createDispatchOne(deps);
  return async (request) => dispatchOne(request.body, request.caller, idempotencyKey(request));
}
