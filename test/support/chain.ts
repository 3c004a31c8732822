/**
 * Chains of requests in tests, as Lambda follows them: what a handler sends carries the runs behind it, and a function that
 * lib/loops.ts does not allow to loop is refused at its 17th run in one chain. Being refused is an error of the test that
 * it happens in: in AWS the message would come back until its queue gives it up.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { LOOPS } from '../../lib/loops.ts';
import { enter, MAX_RUNS, merge, runsSoFar } from '../../local/cloud/lambda/lineage.ts';

const chains = new AsyncLocalStorage<string | undefined>();

/** The trace header that whatever is sent here and now carries; none outside of functions. */
export const currentChain = (): string | undefined => chains.getStore();

/**
 * The trace header of a run of the function.
 * @param entry of the function, as in lib/constructs/fn.ts
 * @param headers of the messages that it is run for; none for an invocation that begins a chain
 * @throws when Lambda would refuse the run
 */
export function chainOfRun(entry: string, headers: readonly (string | undefined)[]): string {
  const chain = merge(headers);
  if (!(entry in LOOPS) && runsSoFar(chain, entry) >= MAX_RUNS) {
    throw new Error(
      `RecursiveInvocationException: ${entry} has run ${MAX_RUNS} times in this chain of requests, and lib/loops.ts does not allow it to loop`,
    );
  }
  return enter(chain, entry);
}

export const inChain = <T>(chain: string, work: () => T): T => chains.run(chain, work);

/** What comes from outside of SQS, SNS, S3 and Lambda begins a chain: requests, schedules, logs, state machines. */
export const inNewChain = <T>(work: () => T): T => chains.run(undefined, work);
