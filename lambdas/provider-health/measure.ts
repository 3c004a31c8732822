import type { Finding, QueueDepth, QueueHealth } from '../core/health.ts';
import type { Clock } from '../core/ports.ts';

/** A queue to look at; its dead-letter queue by name, since two lanes may share one. */
export interface QueueTarget {
  name: string;
  takesPages: boolean;
  depth: () => Promise<QueueDepth>;
  deadLetters?: string;
}

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

/** Looks at all queues at once, at a shared dead-letter queue once. A queue that does not answer is `failing`. */
export async function measureQueues(
  clock: Clock,
  queues: readonly QueueTarget[],
  deadLetterQueues: Readonly<Record<string, () => Promise<QueueDepth>>>,
): Promise<QueueHealth[]> {
  const looks = Object.entries(deadLetterQueues).map(
    async ([name, depth]) => [name, (await timed(clock, depth)).value?.visible] as const,
  );
  const [depths, letters] = await Promise.all([
    Promise.all(queues.map(({ depth }) => timed(clock, depth))),
    Promise.all(looks).then((found) => new Map(found)),
  ]);
  return queues.map(({ name, takesPages, deadLetters: deadLetterQueue }, i) => {
    const deadLetters = deadLetterQueue === undefined ? undefined : letters.get(deadLetterQueue);
    return {
      name,
      takesPages,
      finding: depths[i]?.finding ?? 'unknown',
      ...depths[i]?.value,
      ...(deadLetterQueue !== undefined && deadLetters !== undefined && { deadLetterQueue, deadLetters }),
    };
  });
}
