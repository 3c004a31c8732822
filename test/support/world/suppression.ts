/** Holds, releases and shared messages over ports in memory, put together as the entries do. */

import type { Clock } from '../../../lambdas/core/clock.ts';
import type { Looks } from '../../../lambdas/core/escalation/ports.ts';
import type { Channel } from '../../../lambdas/core/page/page.ts';
import type { CodeStore, DeliveryQueue, PageStore } from '../../../lambdas/core/page/ports.ts';
import type { RecipientStore } from '../../../lambdas/core/recipient/ports.ts';
import type { Rules } from '../../../lambdas/core/rules.ts';
import type { ReleaseMessage } from '../../../lambdas/core/suppression/ports.ts';
import { createRelease, createSweep } from '../../../lambdas/suppression/release.ts';
import { createTendHolds } from '../../../lambdas/suppression/release-held.ts';
import type { AfterFailure } from '../../../lambdas/use-cases/after-failure.ts';
import { createBundleOf, createTellRiders } from '../../../lambdas/use-cases/bundle.ts';
import { createSuppression } from '../../../lambdas/use-cases/hold-page.ts';
import type { Surroundings } from '../late-ports.ts';
import { MemoryQueue } from '../memory-queue.ts';
import { memoryGroups, memoryHolds, memoryWindows } from '../memory-suppression.ts';
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

export function createWorldSuppression(deps: Deps) {
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
    suppression: createSuppression({
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
