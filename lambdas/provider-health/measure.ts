import type { Clock } from '../core/clock.ts';
import type { Finding, QueueDepth, QueueHealth } from '../core/health/health.ts';
import type { WatchedQueue } from './health-check.env.ts';

/** How long it took, and whether it came to an end without an error. Never throws. */
export async function timed<T>(
  clock: Clock,
  look: () => Promise<T>,
): Promise<{ finding: Finding; latencyMs: number; value?: T }> {
  const start = clock.now();
  try {
    const value = await look();
    return { finding: 'ok', latencyMs: clock.now() - start, value };
  } catch {
    return { finding: 'failing', latencyMs: clock.now() - start };
  }
}

/** The queue of that name, which is in the account and region of the one whose URL is known. */
export const siblingUrl = (url: string, name: string): string => url.slice(0, url.lastIndexOf('/') + 1) + name;

/** The depth of the queue with that name, and the name of its dead-letter queue. */
export type LookInto = (name: string) => Promise<QueueDepth & { deadLetterQueue?: string }>;

/**
 * Looks at all queues at once, then at where their dead letters go, once where several share one. A queue that does not
 * answer is `failing`, and its dead letters are not known.
 */
export async function measureQueues(
  clock: Clock,
  queues: readonly WatchedQueue[],
  depth: LookInto,
): Promise<QueueHealth[]> {
  const found = await Promise.all(
    queues.map(async ({ name, queue, channel }): Promise<QueueHealth> => {
      const { finding, value } = await timed(clock, () => depth(queue));
      return { name, finding, ...value, ...(channel && { channel }) };
    }),
  );
  const boxes = [...new Set(found.flatMap(({ deadLetterQueue }) => deadLetterQueue ?? []))];
  const deadLetterHealth = new Map(
    await Promise.all(boxes.map(async (box) => [box, (await timed(clock, () => depth(box))).value?.visible] as const)),
  );
  return found.map((queue) => {
    const deadLetters = deadLetterHealth.get(queue.deadLetterQueue ?? '');
    return { ...queue, ...(deadLetters !== undefined && { deadLetters }) };
  });
}
