import type { Clock } from '../core/clock.ts';
import type { RunLeases } from '../core/lease/ports.ts';
import { FIXED } from '../core/rules.ts';

interface Deps {
  leases: RunLeases;
  clock: Clock;
  /** Names one invocation. */
  newId: () => string;
  /** Told when a run is left out, because another one of its name is under way. */
  leftOut: (name: string) => void;
}

/**
 * Makes runs of one name exclude each other, over all environments of a function (ADR 19): events that Lambda kept while
 * it was throttled are all started at once afterwards. A run that finds another one under way is left out, since that one
 * does the same work. The lease outlives the function's timeout, so a run that died keeps the next ones out for 20 s.
 * @throws what the run throws, or the table when it cannot grant the lease
 */
export function runAlone({ leases, clock, newId, leftOut }: Deps, name: string, run: () => Promise<void>) {
  return async (): Promise<void> => {
    const holder = newId();
    const now = clock.now();
    if (!(await leases.take(name, holder, now, now + FIXED.lease))) return leftOut(name);
    try {
      await run();
    } finally {
      // A lease that cannot be given back ends by itself, and must not hide what the run has thrown.
      await leases.free(name, holder).catch(() => undefined);
    }
  };
}
