import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { chainOfRun, inChain } from '../support/chain.ts';
import type { MemoryQueue } from '../support/memory-queue.ts';
import { CONTEXT, sqsEvent } from '../support/world/sqs.ts';
import type { Simulation } from './simulation.ts';

/**
 * An event source mapping: takes what is due, deletes what the function is done with; a dead function deletes nothing. A run
 * that Lambda would refuse as a loop ends the simulation.
 * @param entry of the function, as in lib/constructs/fn.ts
 */
export function consume(
  sim: Simulation,
  queue: MemoryQueue,
  entry: string,
  handler: (event: SQSEvent, context: never) => Promise<SQSBatchResponse>,
): void {
  sim.add({
    nextAt: () => queue.nextAt(),
    start() {
      const batch = queue.receive(sim.pick([1, 2, 10])).map((message) => ({ ...message }));
      const chain = chainOfRun(
        entry,
        batch.map(({ trace }) => trace),
      );
      sim.spawn(`consume ${queue.name}`, async (invocation) => {
        const { batchItemFailures } = await inChain(chain, () =>
          handler(sqsEvent(batch, queue.name), CONTEXT as never),
        );
        if (invocation.dead) return;
        const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
        for (const { id } of batch) if (!failed.has(String(id))) queue.delete(id);
      });
    },
  });
}
