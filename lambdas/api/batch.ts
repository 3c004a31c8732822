import type { Caller, Handler } from '../runtime/http.ts';
import { METRICS } from '../runtime/metric-names.ts';
import { asProblem, toResponse } from '../runtime/problem.ts';
import { JSON_LIMIT, requireSize } from '../runtime/request-body.ts';
import { batchSchema } from '../runtime/schemas/batch.ts';
import { parse } from '../runtime/validation.ts';
import { createDispatchOne, type DispatchDeps } from './dispatch.ts';
import { idempotencyKey } from './dispatch-answer.ts';

/** Dispatches at a time. A hundred of them, half a dozen short calls each, are done well within the function's 15 s. */
const AT_ONCE = 10;

interface ItemResult {
  status: number;
  body: unknown;
}

/** POST /notifications/batch: each item as a single call would answer, in their order; none fails the others. */
export function createBatch(deps: DispatchDeps): Handler {
  const dispatchOne = createDispatchOne(deps);

  return async (request) => {
    const { items } = parse(batchSchema, request.body);
    const key = idempotencyKey(request);
    const results: ItemResult[] = [];
    const waiting = items.entries();
    const take = async () => {
      for (const [n, item] of waiting) {
        results[n] = await answer(item, request.caller, key === undefined ? undefined : `${key}:${n}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, take));
    return { status: 200, body: { items: results } };
  };

  async function answer(item: unknown, caller: Caller, key: string | undefined): Promise<ItemResult> {
    try {
      requireSize(JSON.stringify(item), JSON_LIMIT);
      const { status, body } = await dispatchOne(item, caller, key);
      return { status, body };
    } catch (error) {
      return refusal(error);
    }
  }

  function refusal(error: unknown): ItemResult {
    const problem = asProblem(error);
    if (problem.name === 'internal') deps.count(METRICS.internalError);
    if (problem.status >= 500) deps.logger.error(problem.name, { error: problem.cause ?? problem });
    return { status: problem.status, body: JSON.parse(toResponse(problem).body) };
  }
}
