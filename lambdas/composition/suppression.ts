import type { Clock } from '../core/clock.ts';
import { rules } from '../core/rules.ts';
import { dynamo, sqs } from '../runtime/aws.ts';
import { cached } from '../stores/cached.ts';
import { createGroupStore } from '../stores/groups.ts';
import { createHoldStore } from '../stores/holds.ts';
import { createReleases } from '../stores/releases.ts';
import { createWindowStore } from '../stores/windows.ts';
import { createSuppression } from '../use-cases/hold-page.ts';

/**
 * How old what a process knows of maintenance windows may be (ADR 12): the pages of a busy process share one read.
 * Never scaled.
 */
const WINDOWS_FRESH_MS = 5_000;

/** Holds pages, over the table and the queue of the environment. */
export function suppressionOf(
  env: { TABLE_NAME: string; RELEASE_QUEUE_URL: string; HOURLY_CAP: number; TIME_SCALE: number },
  clock: Clock,
) {
  const store = createWindowStore(dynamo(), env.TABLE_NAME);
  const windows = cached(() => store.list(), clock, WINDOWS_FRESH_MS);
  return createSuppression({
    // A page that goes out in a window is better than one that does not go out.
    windows: () => windows().catch(() => []),
    holds: createHoldStore(dynamo(), env.TABLE_NAME),
    groups: createGroupStore(dynamo(), env.TABLE_NAME),
    rules: rules(env.TIME_SCALE),
    hourlyCap: env.HOURLY_CAP,
    releases: createReleases(sqs(), env.RELEASE_QUEUE_URL),
  });
}
