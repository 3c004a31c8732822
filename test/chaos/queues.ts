import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { MemoryQueue } from '../support/memory-queue.ts';
import { CONTEXT, sqsEvent } from '../support/world/sqs.ts';
import type { Simulation } from './simulation.ts';

/** An event source mapping: takes what is due, deletes what the function is done with; a dead function deletes nothing. */
export function consume(
  sim: Simulation,
  queue: MemoryQueue,
  handler: (event: SQSEvent, context: never) => Promise<SQSBatchResponse>,
): void {
  sim.add({
    nextAt: () => queue.nextAt(),
    start() {
      const batch = queue.receive(sim.pick([1, 2, 10])).map((message) => ({ ...message }));
      sim.spawn(`consume ${queue.name}`, async (invocation) => {
        const { batchItemFailures } = await handler(sqsEvent(batch), CONTEXT as never);
        if (invocation.dead) return;
        const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
        for (const { id } of batch) if (!failed.has(String(id))) queue.delete(id);
      });
    },
  });
}
