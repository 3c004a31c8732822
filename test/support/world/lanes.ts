/** The workers of the channels over lanes in memory, and the clockwork that moves them. */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createTellUnknownCode } from '../../../lambdas/composition/unknown-code.ts';
import type { Clock } from '../../../lambdas/core/clock.ts';
import type { DeadLetters } from '../../../lambdas/core/dead-letters/ports.ts';
import type { Channel as ChannelName } from '../../../lambdas/core/page/page.ts';
import type { DeliveryQueue, PageStore } from '../../../lambdas/core/page/ports.ts';
import type { Rules } from '../../../lambdas/core/rules.ts';
import type { GroupStore } from '../../../lambdas/core/suppression/groups.ts';
import { createConsume } from '../../../lambdas/delivery/consume.ts';
import { createDeliver } from '../../../lambdas/delivery/deliver.ts';
import { createPace } from '../../../lambdas/delivery/pace.ts';
import { createStillDown } from '../../../lambdas/delivery/still-down.ts';
import { sqsHandler } from '../../../lambdas/runtime/sqs-handler.ts';
import type { AfterFailure } from '../../../lambdas/use-cases/after-failure.ts';
import { createBoarding } from '../../../lambdas/use-cases/bundle.ts';
import type { Circuits } from '../../../lambdas/use-cases/circuits.ts';
import type { NoteContacts } from '../../../lambdas/use-cases/note-contacts.ts';
import type { OptOut } from '../../../lambdas/use-cases/opt-out.ts';
import type { SenderLimits } from '../../../lambdas/use-cases/sender-limits.ts';
import { chainOfRun, inChain } from '../chain.ts';
import type { Surroundings } from '../late-ports.ts';
import { MemoryQueue } from '../memory-queue.ts';
import type { recordedTelemetry } from '../telemetry.ts';
import type { createChannels } from './channels.ts';
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

interface Deps {
  surroundings: Surroundings;
  lanes: Lanes;
  channels: ReturnType<typeof createChannels>;
  pages: PageStore;
  queue: DeliveryQueue;
  deadLetters: DeadLetters;
  optOut: Pick<OptOut, 'isSuppressed' | 'suppress'>;
  noteContacts: NoteContacts;
  afterFailure: AfterFailure;
  limits: SenderLimits;
  rules: Rules;
  clock: Clock;
  telemetry: ReturnType<typeof recordedTelemetry>;
  random: () => number;
  groups?: GroupStore;
  circuits: () => Circuits;
  /** Hides a record from other receivers. */
  hide?: (lane: MemoryQueue) => (record: { messageId: string }, ms: number) => Promise<void>;
}

const hideIn = (lane: MemoryQueue) => async (record: { messageId: string }, ms: number) =>
  lane.hide(Number(record.messageId), ms);

/** One environment of each channel's worker, with a consumer for each of its lanes. */
export function createWorkers({
  surroundings: { port, handler },
  lanes,
  channels,
  telemetry,
  limits,
  hide = hideIn,
  ...deps
}: Deps): Consumer[] {
  return (Object.keys(lanes) as ChannelName[]).flatMap((name) => {
    const channel = channels.channels[name];
    const circuits = deps.circuits();
    const deliver = channels.wrap(
      name,
      createDeliver({ ...deps, channel, circuits, unknownCode: createTellUnknownCode(telemetry) }),
    );
    const stillDown = createStillDown({ ...deps, channel, circuits });
    const board =
      deps.groups &&
      createBoarding({
        ...deps,
        groups: deps.groups,
        rode: (page, delivery) => channel.concluded({ page, delivery, legs: [], conclusion: { next: 'sent' } }),
      });
    const providers = channel.hops.map((hop) => hop.name);
    const pace = createPace({ limits, queue: deps.queue, rules: deps.rules }, name, providers);
    const { urgent, normal } = lanes[name] as Lane;
    return [urgent, normal].map((lane) => {
      const consume = createConsume({
        ...(board && { board }),
        deliver,
        beside: channel.beside,
        stillDown,
        pace,
        isUrgent: () => lane === urgent,
        deadLetters: deps.deadLetters,
        ...port('lane', { hide: hide(lane) }),
        clock: deps.clock,
        logger: telemetry.logger,
      });
      const entry = `delivery/${name}-worker`;
      return { entry, lane, handler: sqsHandler(handler(entry, consume), telemetry) as Consumer['handler'] };
    });
  });
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
    const { batchItemFailures } = await inChain(chain, () => handler(sqsEvent(batch), CONTEXT as never));
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const { id } of batch) if (!failed.has(String(id))) lane.delete(id);
  }
  return any;
}
