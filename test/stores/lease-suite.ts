import { expect, test } from 'vitest';
import type { Leases } from '../../lambdas/core/lease/ports.ts';
import { T0 } from '../support/pages.ts';

/** What the leases of phone lines and of scheduled runs have to guarantee: in memory, on dynalite, and in AWS. */
export function leaseSuite(open: () => { lines: Leases; runs: Leases }): void {
  test.each(['lines', 'runs'] as const)('a lease (%s) has one holder until it ends or is freed', async (kind) => {
    const leases = open()[kind];
    const name = `${kind}-one-holder`;
    expect(await leases.take(name, 'a', T0, T0 + 20_000)).toBe(true);
    expect(await leases.take(name, 'b', T0 + 19_999, T0 + 40_000)).toBe(false);
    expect(await leases.take(name, 'a', T0 + 5_000, T0 + 25_000)).toBe(true);
    expect(await leases.take(name, 'b', T0 + 20_000, T0 + 40_000)).toBe(false);
    expect(await leases.take(name, 'b', T0 + 25_000, T0 + 45_000)).toBe(true);
    await leases.free(name, 'a');
    expect(await leases.take(name, 'a', T0 + 26_000, T0 + 46_000)).toBe(false);
    await leases.free(name, 'b');
    expect(await leases.take(name, 'a', T0 + 26_000, T0 + 46_000)).toBe(true);
  });

  test('a lease goes to one of fifty holders that ask at the same time', async () => {
    const { runs } = open();
    const holders = Array.from({ length: 50 }, (_, n) => `holder-${n}`);
    const taken = await Promise.all(holders.map((holder) => runs.take('fifty', holder, T0, T0 + 20_000)));
    expect(taken.filter(Boolean)).toHaveLength(1);
  });

  test('leases of different names do not exclude each other, nor do a phone and a run of one name', async () => {
    const { lines, runs } = open();
    const asked = [lines.take('x', 'a', T0, T0 + 1), lines.take('y', 'b', T0, T0 + 1), runs.take('x', 'c', T0, T0 + 1)];
    expect(await Promise.all(asked)).toEqual([true, true, true]);
  });
}
