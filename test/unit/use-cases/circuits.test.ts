import fc from 'fast-check';
import { expect, test } from 'vitest';
import { admit, type Circuit, NEW_CIRCUIT } from '../../../lambdas/core/circuit/circuit.ts';
import { FIXED, rules } from '../../../lambdas/core/rules.ts';
import { createCircuits } from '../../../lambdas/use-cases/circuits.ts';
import { Simulation } from '../../chaos/simulation.ts';
import { memoryCircuits } from '../../support/memory-ports.ts';

const NAME = 'twilio/sms';
const START = Date.parse('2026-11-22T03:00:00Z');

/** Workers over one circuit, every call to the store an occasion for the others to go first. */
function workers(sim: Simulation, count: number) {
  const rows = memoryCircuits();
  const events: string[] = [];
  const store = {
    ...rows,
    get: async (...args: Parameters<typeof rows.get>) => {
      await sim.pause();
      return rows.get(...args);
    },
    save: async (...args: Parameters<typeof rows.save>) => {
      await sim.pause();
      return rows.save(...args);
    },
  };
  const changed = (_: string, event: string) => void events.push(event);
  const deps = { store, clock: { now: () => sim.now }, rules: rules(), random: sim.random, changed };
  return { rows, events, all: Array.from({ length: count }, () => createCircuits(deps)) };
}

test('half-open under fifty concurrent workers lets exactly one probe through, in every interleaving', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const sim = new Simulation(seed, START);
      const { rows, all } = workers(sim, 50);
      const open = { status: 'OPEN', openedAt: START - 60_000, openUntil: START, reason: '20003', version: 1 } as const;
      await rows.save(NAME, NEW_CIRCUIT, open);
      const admissions: string[] = [];
      for (const worker of all) sim.spawn('admit', async () => void admissions.push(await worker.admit(NAME, 0.5)));
      await sim.run(START + 1);
      expect(admissions.toSorted()).toEqual(['probe', ...Array(49).fill('skip')]);
    }),
    { numRuns: 40 },
  );
});

test('a probe that never reports back lets the next one through when its lease ends', async () => {
  const sim = new Simulation(1, START);
  const { rows, all } = workers(sim, 2);
  const open = { status: 'OPEN', openedAt: START, openUntil: START, reason: 'x', version: 1 } as const;
  await rows.save(NAME, NEW_CIRCUIT, open);
  const seen: string[] = [];
  const admit = (n: number) => sim.spawn('admit', async () => void seen.push((await all[n]?.admit(NAME, 0)) ?? ''));
  admit(0);
  await sim.run(START + 10);
  sim.now = START + FIXED.lease + 1;
  admit(1);
  await sim.run(START + 2 * FIXED.lease);
  expect(seen).toEqual(['probe', 'probe']);
});

test('three faults of three workers open it, and each of them knows within two seconds', async () => {
  const sim = new Simulation(7, START);
  const { all, events } = workers(sim, 4);
  const admissions: string[] = [];
  for (const worker of all) sim.spawn('look', () => worker.admit(NAME, 0));
  await sim.run(START + 1);
  for (const worker of all.slice(0, 3))
    sim.spawn('fault', () => worker.failed(NAME, { opens: false, code: '503' }, false));
  await sim.run(START + 2);
  sim.now += FIXED.circuitCache;
  for (const worker of all) sim.spawn('admit', async () => void admissions.push(await worker.admit(NAME, 0)));
  await sim.run(sim.now + 1);
  expect(events).toEqual(['opened']);
  expect(admissions).toEqual(Array(4).fill('skip'));
});

test('a circuit whose probes fail was opened once, whoever probes', async () => {
  const sim = new Simulation(3, START);
  const { rows, all, events } = workers(sim, 2);
  const fault = { opens: true, code: '20003' };
  sim.spawn('first', async () => all[0]?.failed(NAME, fault, false));
  await sim.run(START + 1);
  for (const worker of all) {
    sim.now += rules().circuitOpen + FIXED.circuitCache;
    sim.spawn('probe', async () => {
      expect(await worker.admit(NAME, 0)).toBe('probe');
      await worker.failed(NAME, fault, true);
    });
    await sim.run(sim.now + 1);
  }
  expect(await rows.get(NAME)).toMatchObject({ status: 'OPEN', faultCount: 3 });
  expect(events).toEqual(['opened']);
});

test('a healthy provider costs no write, whatever is sent', async () => {
  const sim = new Simulation(9, START);
  const { rows, all } = workers(sim, 3);
  for (let n = 0; n < 30; n++) {
    sim.at(n * 1_000, 'send', async () => {
      const worker = sim.pick(all);
      await worker.admit(NAME, 0);
      await worker.succeeded(NAME, { wasProbe: false, accepted: true });
    });
  }
  await sim.run(START + 60_000);
  expect((await rows.get(NAME)).version).toBe(0);
});

test('circuits that cannot be read do not stop pages', async () => {
  const down = async () => {
    throw new Error('throttled');
  };
  const deps = { clock: { now: () => START }, rules: rules(), random: () => 0, changed: () => {} };
  const circuits = createCircuits({ ...deps, store: { get: down, save: down, list: down } });
  expect(await circuits.admit(NAME, 0)).toBe('send');
  await circuits.failed(NAME, { opens: true, code: '20003' }, false);
  await circuits.succeeded(NAME, { wasProbe: true, accepted: true });
});

test('a worker whose clock is behind lets no herd through when the circuit has just closed', () => {
  const circuit: Circuit = { status: 'CLOSED', faults: [], closedAt: START, version: 3 };
  expect(admit(circuit, START - 500, 0.5, rules())).toBe('skip');
});

test('a look that failed is not taken for a closed circuit by the next send', async () => {
  const rows = memoryCircuits();
  const open = { status: 'OPEN', openedAt: START, openUntil: START + 60_000, reason: '20003', version: 1 } as const;
  await rows.save(NAME, NEW_CIRCUIT, open);
  let isDown = true;
  const get = async (...args: Parameters<typeof rows.get>) => {
    if (isDown) throw new Error('the table is in trouble');
    return rows.get(...args);
  };
  const circuits = createCircuits({
    store: { ...rows, get },
    clock: { now: () => START + 1_000 },
    rules: rules(),
    random: () => 0,
    changed: () => undefined,
  });
  // A table in trouble must not stop pages.
  expect(await circuits.admit(NAME, 0.5)).toBe('send');
  isDown = false;
  expect(await circuits.admit(NAME, 0.5)).toBe('skip');
});
