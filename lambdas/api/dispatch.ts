import { requiresAck } from '../core/page/new.ts';
import type { createDispatch } from '../operations/dispatch.ts';
import type { ApiResponse, Caller, Handler } from '../runtime/http.ts';
import type { Log } from '../runtime/logger.ts';
import type { Count } from '../runtime/metrics.ts';
import { type DispatchInput, dispatchSchema } from '../runtime/schemas/dispatch.ts';
import { parse } from '../runtime/validation.ts';
import { answerOf, idempotencyKey } from './dispatch-answer.ts';

export interface DispatchDeps {
  dispatch: ReturnType<typeof createDispatch>;
  logger: Pick<Log, 'error'>;
  count: Count;
}

/** One dispatch of a caller, with its key if it has one. Throws the `Problem` that answers it. */
export const createDispatchOne =
  ({ dispatch, ...telemetry }: DispatchDeps) =>
  async (given: unknown, caller: Caller, key: string | undefined): Promise<ApiResponse> => {
    const { requireAck, ...body }: DispatchInput = parse(dispatchSchema, given);
    const outcome = await dispatch(
      { ...body, requireAck: requireAck ?? requiresAck(body.type, body.incident.priority) },
      {
        clientId: caller.clientId,
        by: caller.name ?? caller.subject,
        ...(key !== undefined && { idempotencyKey: key }),
      },
    );
    return answerOf(outcome, body.recipientId, telemetry);
  };

/** POST /notifications (contract §1, "Dispatch"). */
export function createDispatchHandler(deps: DispatchDeps): Handler {
  const dispatchOne = createDispatchOne(deps);
  return async (request) => dispatchOne(request.body, request.caller, idempotencyKey(request));
}
