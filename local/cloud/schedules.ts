/** What EventBridge Scheduler does: invokes functions again and again at the rates the templates declare. */
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { AsyncInvoker } from './lambda/async-invoke.ts';
import type { Resolve } from './template/resolver.ts';
import { ignored, number, shaped } from './template/shape.ts';
import type { Resource } from './template/template.ts';

const UNITS: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
/** Work is not scaled: at a high speed runs would only pile up. */
const SHORTEST_MS = 1_000;

const scheduleSchema = z.strictObject({
  Name: ignored,
  Description: ignored,
  State: z.literal('ENABLED').optional(),
  ScheduleExpression: z
    .string()
    .regex(/^rate\([1-9]\d* (minute|hour|day)s?\)$/, 'only rates are known, such as rate(5 minutes)'),
  FlexibleTimeWindow: z.strictObject({ Mode: z.literal('OFF') }),
  Target: z.strictObject({
    Arn: z.string().startsWith('arn:aws:lambda:'),
    RoleArn: ignored, // no IAM
    Input: z.string().default('{}'),
    // A function that is there can be invoked.
    RetryPolicy: z.strictObject({ MaximumEventAgeInSeconds: number, MaximumRetryAttempts: number }).optional(),
    DeadLetterConfig: ignored,
  }),
});

export interface ScheduleSpec {
  functionArn: string;
  everyMs: number;
  /** The event, as JSON text. */
  input: string;
}

/** The schedule a resource declares. */
export function scheduleSpec(resource: Resource, resolve: Resolve): ScheduleSpec {
  const { Target, ScheduleExpression } = shaped(resource, resolve, scheduleSchema);
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)/.exec(ScheduleExpression) ?? [];
  return { functionArn: Target.Arn, everyMs: Number(count) * (UNITS[unit] ?? 0), input: Target.Input };
}

export interface Schedules {
  /** Runs each once, as Scheduler does when a rate is created. Settles when they are done, whatever came of them. */
  firstRuns(): Promise<void>;
  /** From now on each at its rate. */
  start(): void;
  /** Starts no more runs; settles when those in flight are done. */
  stop(): Promise<void>;
}

/**
 * The schedules over the functions that they start. Waits are `speed` times shorter. Unlike in AWS a run that takes longer
 * than its rate is not overtaken by the next: sped up, that would be the rule.
 */
export function createSchedules(
  specs: readonly ScheduleSpec[],
  lambda: Pick<AsyncInvoker, 'knows' | 'invoke'>,
  speed: number,
  shortestMs = SHORTEST_MS,
): Schedules {
  const stopping = new AbortController();
  const loops: Promise<void>[] = [];

  // What it throws is in the function's log; the next run comes anyway.
  const run = async ({ functionArn, input }: ScheduleSpec) =>
    void (await lambda.invoke(functionArn, JSON.parse(input)));

  async function loop(spec: ScheduleSpec): Promise<void> {
    const everyMs = Math.max(shortestMs, spec.everyMs / speed);
    while (!stopping.signal.aborted) {
      await sleep(everyMs, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
      if (!stopping.signal.aborted) await run(spec);
    }
  }

  for (const { functionArn } of specs) {
    if (!lambda.knows(functionArn)) throw new Error(`a schedule invokes ${functionArn}, which no template declares`);
  }
  return {
    async firstRuns() {
      await Promise.all(specs.map(run));
    },
    start: () => void loops.push(...specs.map(loop)),
    async stop() {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}
