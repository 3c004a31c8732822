import * as z from 'zod';
import type { createKeepTaskToken } from './check.ts';
import type { createStep } from './step.ts';

const eventSchema = z.discriminatedUnion('do', [
  z.object({ do: z.literal('step'), pageId: z.string(), retries: z.number() }),
  z.object({ do: z.literal('watch'), pageId: z.string(), token: z.string(), until: z.number() }),
]);

interface Deps {
  step: ReturnType<typeof createStep>;
  keepTaskToken: ReturnType<typeof createKeepTaskToken>;
  timeScale: number;
  clock: { now(): number };
}

/** What the escalation machine asks for. Seconds are those of the rules: the local run's machine divides them. */
export function createEscalate({ step, keepTaskToken, timeScale, clock }: Deps) {
  return async (event: unknown): Promise<object> => {
    const asked = eventSchema.parse(event);
    if (asked.do === 'watch') {
      await keepTaskToken(asked.pageId, asked.token, asked.until);
      return {};
    }
    const result = await step(asked.pageId, asked.retries > 0);
    if (result.status === 'ended') return { status: 'ended', waitSeconds: 0, until: 0 };
    const { until } = result;
    // Whole seconds, at least one: so says Step Functions. Rounded up, or it would wake before anything is due.
    const waitSeconds = Math.max(1, Math.ceil(((until - clock.now()) * timeScale) / 1_000));
    return { status: 'waiting', waitSeconds, until };
  };
}
