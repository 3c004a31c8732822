import pMap from 'p-map';
import type { Clock } from '../core/clock.ts';
import { FIXED } from '../core/rules.ts';
import type { Caller, Handler } from '../http/http.ts';
import { asProblem, Problem, toResponse } from '../http/problem.ts';
import { JSON_LIMIT, requireSize } from '../http/request-body.ts';
import { batchSchema } from '../http/schemas/batch.ts';
import { parse } from '../http/validation.ts';
import { METRICS } from '../runtime/metric-names.ts';
import { createDispatchOne, type DispatchDeps } from './dispatch.ts';
import { idempotencyKey } from './dispatch-answer.ts';

/** Dispatches at a time. A hundred of them, half a dozen short calls each, are done well within the function's 15 s. */
const CONCURRENCY = 10;
/** Later none is begun: what has begun by then has 5 s to end in, so that the answer still tells what became of each. */
const BEGIN_WITHIN = FIXED.functionTimeout - 5_000;

interface ItemResult {
  status: number;
  body: unknown;
}

/**
 * POST /notifications/batch: each item as a single call would answer, in their order; none fails the others. What there
 * was no time for answers `timeout`, as a single call would.
 */
export function createBatch(deps: DispatchDeps & { clock: Clock }): Handler {
  const dispatchOne = createDispatchOne(deps);

  return async (request) => {
    const { items } = parse(batchSchema, request.body);
    const key = idempotencyKey(request);
    const until = deps.clock.now() + BEGIN_WITHIN;
    const results = await pMap(
      items,
      async (item, n) =>
        deps.clock.now() >= until
          ? refusal(new Problem('timeout'))
          : answer(item, request.caller, key && `${key}:${n}`),
      { concurrency: CONCURRENCY },
    );
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
