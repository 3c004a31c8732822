import type { Finding, QueueDepth, QueueHealth } from '../core/health.ts';
import type { Clock } from '../core/ports.ts';
import type { QueueGroup } from './health-check.env.ts';

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

/** Looks at all queues at once, at the dead letters of a group once. A queue that does not answer is `failing`. */
export async function measureQueues(
  clock: Clock,
  groups: readonly QueueGroup[],
  depth: (name: string) => Promise<QueueDepth>,
): Promise<QueueHealth[]> {
  const measured = groups.map(async ({ channel, queues, deadLetters }) => {
    const looks = Object.entries(queues).map(async ([name, queue]) => {
      const { finding, value } = await timed(clock, () => depth(queue));
      return { name, finding, ...value, ...(channel && { channel }) };
    });
    const letters = timed(clock, () => depth(deadLetters));
    const [found, { value }] = await Promise.all([Promise.all(looks), letters]);
    const given = value && { deadLetterQueue: deadLetters, deadLetters: value.visible };
    return found.map((queue) => ({ ...queue, ...given }));
  });
  return (await Promise.all(measured)).flat();
}
