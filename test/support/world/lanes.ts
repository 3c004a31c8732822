/** The lanes of the channels in memory, and what takes from queues. */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Clock } from '../../../lambdas/core/clock.ts';
import type { Channel as ChannelName } from '../../../lambdas/core/page/page.ts';
import { chainOfRun, inChain } from '../chain.ts';
import { MemoryQueue } from '../memory-queue.ts';
import { CONTEXT, sqsEvent } from './sqs.ts';

export interface Lane {
  urgent: MemoryQueue;
  normal: MemoryQueue;
}
export type Lanes = Partial<Record<ChannelName, Lane>>;

export const memoryLanes = (channels: readonly ChannelName[], clock: Clock): Lanes =>
  Object.fromEntries(
    channels.map((channel) => [
      channel,
      {
        urgent: new MemoryQueue(`${channel}-urgent`, clock.now),
        normal: new MemoryQueue(`${channel}-normal`, clock.now),
      },
    ]),
  );

export function laneOf(lanes: Lanes, channel: ChannelName, priority: string): MemoryQueue {
  const lane = lanes[channel];
  if (!lane) throw new Error(`there is no lane of the channel ${channel}`);
  return priority === 'CRITICAL' ? lane.urgent : lane.normal;
}

export interface Consumer {
  /** The function, by its entry as in lib/constructs/fn.ts. */
  entry: string;
  lane: MemoryQueue;
  handler: (event: SQSEvent, context: never) => Promise<SQSBatchResponse>;
}

/**
 * Takes what is due from a queue, batch by batch, until nothing is. Returns whether there was anything.
 * @throws when Lambda would refuse to run the function once more in a chain
 */
export async function consumeAll({ entry, lane, handler }: Consumer): Promise<boolean> {
  let any = false;
  for (let batch = lane.receive(); batch.length > 0; batch = lane.receive()) {
    any = true;
    const chain = chainOfRun(
      entry,
      batch.map(({ trace }) => trace),
    );
    const { batchItemFailures } = await inChain(chain, () => handler(sqsEvent(batch, lane.name), CONTEXT as never));
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const { id } of batch) if (!failed.has(String(id))) lane.delete(id);
  }
  return any;
}
