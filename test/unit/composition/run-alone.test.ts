import { describe, expect, it, vi } from 'vitest';
import { runAlone } from '../../../lambdas/composition/run-alone.ts';
import { memoryLeases } from '../../support/memory-escalation.ts';
import { T0 } from '../../support/pages.ts';

function setup(run: () => Promise<void>) {
  const time = { now: T0 };
  const leases = memoryLeases();
  const leftOut = vi.fn();
  let ids = 0;
  const deps = { leases, clock: { now: () => time.now }, newId: () => `run-${ids++}`, leftOut };
  return { time, leases, leftOut, alone: runAlone(deps, 'sweep', run) };
}

describe('a scheduled run', () => {
  it('a scheduled run is left out while another one of its name is under way, and says so', async () => {
    const first = Promise.withResolvers<void>();
    const run = vi.fn(() => first.promise);
    const { alone, leftOut } = setup(run);
    const running = alone();
    await alone();
    await alone();
    expect(run).toHaveBeenCalledTimes(1);
    expect(leftOut.mock.calls).toEqual([['sweep'], ['sweep']]);
    first.resolve();
    await running;
  });

  it('gives its lease back, so that the next one runs at once', async () => {
    const run = vi.fn(async () => {});
    const { alone } = setup(run);
    await alone();
    await alone();
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('gives its lease back when it fails, and fails with its own error', async () => {
    const run = vi.fn(async () => Promise.reject(new Error('no table')));
    const { alone } = setup(run);
    await expect(alone()).rejects.toThrow('no table');
    await expect(alone()).rejects.toThrow('no table');
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('that died with its lease keeps the next ones out for 20 s and no longer', async () => {
    const run = vi.fn(async () => {});
    const { alone, leases, time } = setup(run);
    await leases.take('sweep', 'dead', T0, T0 + 20_000);
    time.now = T0 + 19_999;
    await alone();
    expect(run).not.toHaveBeenCalled();
    time.now = T0 + 20_000;
    await alone();
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('fails when the table grants no lease, and does not hide its error behind a lease that is not given back', async () => {
    const { alone, leases } = setup(async () => Promise.reject(new Error('no queue')));
    vi.spyOn(leases, 'free').mockRejectedValue(new Error('throttled'));
    await expect(alone()).rejects.toThrow('no queue');
    vi.spyOn(leases, 'take').mockRejectedValue(new Error('throttled'));
    await expect(alone()).rejects.toThrow('throttled');
  });
});
