import { Died, type Simulation } from './simulation.ts';

/** How likely each misfortune is at each call to the outside. */
export interface Odds {
  dieBefore: number;
  dieAfter: number;
  storeFails: number;
  storeFailsAfter: number;
  duplicate: number;
}

export class StoreTrouble extends Error {
  readonly $fault = 'server';
}

/**
 * Every method of a port becomes a call over a bad line to a machine that may be gone: others run in between, the
 * function may die before or after the effect, and the answer may be lost although the effect is there.
 */
export function frail<T extends object>(sim: Simulation, odds: Odds, port: T, latencyMs = 5): T {
  return new Proxy(port, {
    get(target, name) {
      const method = Reflect.get(target, name) as unknown;
      if (typeof method !== 'function') return method;
      return async (...args: unknown[]) => {
        const invocation = sim.invocation;
        await sim.pause(sim.between(0, latencyMs));
        const die = () => {
          if (invocation) invocation.dead = true;
          throw new Died();
        };
        if (invocation?.dead) throw new Died();
        if (sim.chance(odds.dieBefore)) die();
        if (sim.chance(odds.storeFails)) throw new StoreTrouble('throttled');
        const result = await (method as (...all: unknown[]) => Promise<unknown>).apply(target, args);
        if (sim.chance(odds.dieAfter)) die();
        if (sim.chance(odds.storeFailsAfter)) throw new StoreTrouble('timed out');
        return result;
      };
    },
  });
}
