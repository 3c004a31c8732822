/** Holds, releases and shared messages over ports in memory, put together as the entries do. */
import type { Channel } from '../../../lambdas/core/page/page.ts';
import type { Clock, CodeStore, DeliveryQueue, Looks, PageStore, RecipientStore } from '../../../lambdas/core/ports.ts';
import type { ReleaseMessage } from '../../../lambdas/core/restraint/ports.ts';
import type { Rules } from '../../../lambdas/core/rules.ts';
import type { AfterFailure } from '../../../lambdas/operations/after-failure.ts';
import { createBundleOf, createTellRiders } from '../../../lambdas/operations/bundle.ts';
import { createRestraint } from '../../../lambdas/operations/hold-page.ts';
import { createTendHolds } from '../../../lambdas/operations/release-held.ts';
import { createRelease, createSweep } from '../../../lambdas/restraint/release.ts';
import type { Surroundings } from '../late-ports.ts';
import { MemoryQueue } from '../memory-queue.ts';
import { memoryGroups, memoryHolds, memoryWindows } from '../memory-restraint.ts';
import type { recordedTelemetry } from '../telemetry.ts';

interface Deps {
  pages: PageStore;
  recipients: RecipientStore;
  codes: CodeStore;
  queue: DeliveryQueue;
  looks: Looks;
  available: ReadonlySet<Channel>;
  rules: Rules;
  clock: Clock;
  telemetry: ReturnType<typeof recordedTelemetry>;
  hourlyCap: number;
  surroundings: Surroundings;
  /** Called at the time a schedule would come back. */
  later: (ms: number, run: () => Promise<unknown>) => void;
  afterFailure: () => AfterFailure;
}

export function createWorldRestraint(deps: Deps) {
  const { clock, surroundings } = deps;
  const { port, handler } = surroundings;
  const rows = { windows: memoryWindows(), holds: memoryHolds(), groups: memoryGroups() };
  const windows = port('windows', rows.windows);
  const holds = port('holds', rows.holds);
  const groups = port('groups', rows.groups);
  const lane = new MemoryQueue('releases', clock.now);
  const releases = port('releases', {
    send: async (message: ReleaseMessage, delayMs: number) => lane.send(message, delayMs),
  });
  const afterFailure: AfterFailure = (failed) => deps.afterFailure()(failed);
  const schedules = port('schedules', {
    // Sent by the scheduler then, not by us.
    comeBack: async (recipientId: string, at: number, now: number) =>
      deps.later(at - now, async () => lane.send({ recipientId })),
  });
  const tend = createTendHolds({ ...deps, windows, holds, groups, schedules, afterFailure });
  return {
    rows,
    windows,
    holds,
    groups,
    releases,
    lane,
    // As the entry has it: a page that goes out in a window is better than one that does not go out.
    restraint: createRestraint({
      ...deps,
      holds,
      releases,
      groups,
      windows: () => windows.list().catch(() => []),
    }),
    tellRiders: createTellRiders({ ...deps, groups, afterFailure }),
    bundleOf: createBundleOf({ ...deps, groups }),
    release: createRelease({ ...deps.telemetry, tend, holds, releases }),
    sweep: handler('sweep', createSweep({ holds, releases, clock })),
  };
}
