/**
 * What one environment knows of the circuits, and what it tells them (ADR 5). Reads are kept for 2 s; the healthy path
 * writes nothing. When the circuits cannot be reached sends go on: a table in trouble must not stop pages.
 */

import type { Admission, Circuit, CircuitName } from '../core/circuit/circuit.ts';
import { admit, claimProbe, disable, NEW_CIRCUIT, onFault, onSuccess } from '../core/circuit/circuit.ts';
import type { CircuitStore } from '../core/circuit/ports.ts';
import type { Clock } from '../core/clock.ts';
import type { Fault } from '../core/providers/fault.ts';
import type { Rules } from '../core/rules.ts';
import { FIXED } from '../core/rules.ts';
import { updateWithRetry } from './update-with-retry.ts';

export type CircuitEvent = 'opened' | 'closed';

interface Deps {
  store: CircuitStore;
  clock: Clock;
  rules: Rules;
  /** In [0, 1): spreads the reads of many environments. */
  random(): number;
  /** Told of every change of state that this environment has written. */
  changed(name: CircuitName, event: CircuitEvent): void;
}

/** Losing this often means that others are writing the same change. */
const MAX_ATTEMPTS = 5;

export function createCircuits({ store, clock, rules, random, changed }: Deps) {
  const known = new Map<CircuitName, { circuit: Circuit; until: number }>();
  const lastSuccess = new Map<CircuitName, number>();
  /** Until when the next who would probe is kept back. */
  const letThrough = new Map<CircuitName, number>();

  async function read(name: CircuitName): Promise<Circuit> {
    const kept = known.get(name);
    if (kept && clock.now() < kept.until) return kept.circuit;
    const circuit = await fetch(name, { consistent: false });
    return clearStale(name, circuit);
  }

  /** A look that failed is not kept: whoever sends next tries again, and does not take silence for a closed circuit. */
  async function fetch(name: CircuitName, read: { consistent: boolean }): Promise<Circuit> {
    try {
      return keep(name, await store.get(name, read));
    } catch {
      return known.get(name)?.circuit ?? NEW_CIRCUIT;
    }
  }

  function keep(name: CircuitName, circuit: Circuit): Circuit {
    const age = FIXED.circuitCache * (1 - random() / 4);
    known.set(name, { circuit, until: clock.now() + age });
    return circuit;
  }

  /** An environment that has succeeded since the last fault takes the count back that it reads. */
  async function clearStale(name: CircuitName, circuit: Circuit): Promise<Circuit> {
    if (circuit.status !== 'CLOSED' || circuit.faults.length === 0) return circuit;
    const since = lastSuccess.get(name) ?? 0;
    if (since <= (circuit.faults.at(-1) ?? 0)) return circuit;
    return change(name, (now) => onSuccess(now, { wasProbe: false, accepted: true }, clock.now(), rules));
  }

  /** Decides on a consistent read and writes if that changes anything. Best effort: a failure never fails the send. */
  async function change(name: CircuitName, decide: (circuit: Circuit) => Circuit): Promise<Circuit> {
    try {
      const done = await updateWithRetry({
        load: () => store.get(name, { consistent: true }),
        decide,
        save: (before, after) => (after === before ? 'saved' : store.save(name, before, after)),
        maxAttempts: MAX_ATTEMPTS,
      });
      if (done) {
        const { before, decision: after } = done;
        // A failed probe leaves it as open as it was.
        if (after.status === 'OPEN' && before.status === 'CLOSED') changed(name, 'opened');
        if (after.status === 'CLOSED' && before.status !== 'CLOSED') changed(name, 'closed');
        return keep(name, after);
      }
    } catch {
      // Nothing a page should wait for.
    }
    return known.get(name)?.circuit ?? NEW_CIRCUIT;
  }

  return {
    /** Whether this send may go to the provider; `probe` is given to exactly one, which has then claimed it. */
    async admit(name: CircuitName, ticket: number): Promise<Admission> {
      const admission = admit(await read(name), clock.now(), ticket, rules);
      if (admission !== 'probe') return admission;
      const before = await fetch(name, { consistent: true });
      if (admit(before, clock.now(), ticket, rules) !== 'probe') return admit(before, clock.now(), ticket, rules);
      const after = claimProbe(before, clock.now());
      const won = await store.save(name, before, after).catch(() => 'conflict' as const);
      if (won === 'saved') keep(name, after);
      return won === 'saved' ? 'probe' : 'skip';
    },

    /**
     * Whether this send would be skipped, as far as is known here; it takes no probe. Of all that come when one is due,
     * one is let through every 2 s: only one can win, and the others would be skipped.
     */
    async isOpenFor(name: CircuitName, ticket: number): Promise<boolean> {
      const admission = admit(await read(name), clock.now(), ticket, rules);
      if (admission !== 'probe') return admission === 'skip';
      if (clock.now() < (letThrough.get(name) ?? 0)) return true;
      letThrough.set(name, clock.now() + FIXED.circuitCache);
      return false;
    },

    /** The provider answered, be it with a refusal that says nothing about its health. */
    async succeeded(
      name: CircuitName,
      { wasProbe, accepted }: { wasProbe: boolean; accepted: boolean },
    ): Promise<void> {
      lastSuccess.set(name, clock.now());
      const circuit = known.get(name)?.circuit;
      const hasNews = wasProbe || (circuit?.status === 'CLOSED' && circuit.faults.length > 0);
      if (hasNews) await change(name, (now) => onSuccess(now, { wasProbe, accepted }, clock.now(), rules));
    },

    /** The provider does not take our sender any more; it is left alone but for one page an hour. */
    async refusedSender(name: CircuitName, code: string): Promise<void> {
      await change(name, (circuit) => disable(circuit, code, clock.now(), rules));
    },

    /** A fault that counts toward the circuit. */
    async failed(name: CircuitName, fault: Pick<Fault, 'opens' | 'code'>, wasProbe: boolean): Promise<void> {
      const news = { opensAtOnce: fault.opens, code: fault.code, wasProbe };
      await change(name, (circuit) => onFault(circuit, news, clock.now(), rules));
    },
  };
}

export type Circuits = ReturnType<typeof createCircuits>;
