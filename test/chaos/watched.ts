/** Stores on bad lines whose every write the checker sees. */
import type { CircuitStore } from '../../lambdas/core/circuit/ports.ts';
import type { OptOutChange, OptOutStore } from '../../lambdas/core/opt-out/ports.ts';
import type { PageStore } from '../../lambdas/core/page/ports.ts';
import { memoryOptOuts } from '../support/memory-answers.ts';
import { memoryCircuits } from '../support/memory-ports.ts';
import type { Checker } from './checker.ts';
import type { Simulation } from './simulation.ts';

interface Parts {
  pages: PageStore;
  checker: Checker;
  latest: Map<string, Awaited<ReturnType<CircuitStore['get']>>>;
}

export function watching(
  sim: Simulation,
  bad: <T extends object>(port: T) => T,
  { pages, checker, latest }: Parts,
): { pages: PageStore; circuits: CircuitStore; optOuts: OptOutStore } {
  const rows = memoryCircuits();
  const frailCircuits = bad<CircuitStore>({
    ...rows,
    async save(name, before, after) {
      const result = await rows.save(name, before, after);
      if (result === 'saved') {
        latest.set(name, after);
        checker.circuitSaved(name, before, after, sim.now, sim.invocation?.id ?? 0);
      }
      return result;
    },
  });
  const numbers = memoryOptOuts();
  const changes = new Map<string, OptOutChange>();
  return {
    optOuts: bad<OptOutStore>({
      ...numbers,
      async begin(phone, change, at) {
        changes.set(phone, change);
        await numbers.begin(phone, change, at);
      },
      async finish(phone, at) {
        await numbers.finish(phone, at);
        if (changes.get(phone) === 'suppressed') checker.optOuts.stopped(phone, sim.now);
      },
    }),
    pages: bad<PageStore>({
      ...pages,
      async create(page) {
        const result = await pages.create(page);
        if (result === 'created') checker.created(page);
        return result;
      },
      async save(before, after, written) {
        const result = await pages.save(before, after, written);
        if (result === 'saved' && before !== after) checker.saved(before, after, sim.now);
        return result;
      },
    }),
    circuits: {
      ...frailCircuits,
      list: () => frailCircuits.list(),
      save: (...args) => frailCircuits.save(...args),
      get: (...args) =>
        frailCircuits.get(...args).catch((error: unknown) => {
          checker.couldNotReadCircuit(sim.invocation?.id ?? 0);
          throw error;
        }),
    },
  };
}
