import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AlertWindows } from '../../lambdas/core/alerts/ports.ts';
import { type AlertGroup, type AlertWindow, onAlert, onOver, told } from '../../lambdas/core/alerts/window.ts';
import { createAlertWindows } from '../../lambdas/stores/alert-windows.ts';
import { startTable, TABLE } from '../support/dynalite.ts';
import { memoryAlertWindows } from '../support/memory-escalation.ts';
import { T0 } from '../support/pages.ts';
import { failed } from '../unit/alerts/world.ts';

let table: Awaited<ReturnType<typeof startTable>>;
beforeAll(async () => {
  table = await startTable();
});
afterAll(() => table.stop());

let groups = 0;
const newGroup = (): AlertGroup => ({ kind: 'FAILED', cause: `no-contact, ${++groups}` });
const at = (now: number) => ({ now, every: 300_000, again: false });

function windowOf(step: ReturnType<typeof onAlert>): AlertWindow {
  if (step.do === 'nothing') throw new Error('nothing to save');
  return step.window;
}

describe.each([
  ['in memory', () => memoryAlertWindows()],
  ['on dynalite', () => createAlertWindows(table.client, TABLE)],
] as const)('windows of alerts %s', (_name, open: () => AlertWindows) => {
  test('come back with every field, through all their changes', async () => {
    const [windows, group] = [open(), newGroup()];
    expect(await windows.get(group)).toBeUndefined();
    let before: AlertWindow | undefined;
    const changes: ((window: AlertWindow | undefined) => AlertWindow)[] = [
      (window) => windowOf(onAlert(window, failed('pg_1'), at(T0))),
      (window) => told(window as AlertWindow),
      (window) => windowOf(onAlert(window, failed('pg_2', { priority: 'CRITICAL' }), at(T0 + 1))),
      (window) => windowOf(onOver(window, T0, at(T0 + 300_000))),
    ];
    for (const change of changes) {
      const after = change(before);
      expect(await windows.save(group, before, after)).toBe('saved');
      expect(await windows.get(group)).toEqual(after);
      before = after;
    }
    expect(await windows.get(newGroup())).toBeUndefined();
  });

  test('one of twenty changes decided on one version is written, the first one too', async () => {
    const [windows, group] = [open(), newGroup()];
    for (let round = 0; round < 2; round++) {
      const before = await windows.get(group);
      const changes = Array.from({ length: 20 }, (_, n) =>
        windowOf(onAlert(before, failed(`pg_${round}_${n}`), at(T0 + n))),
      );
      const results = await Promise.all(changes.map((after) => windows.save(group, before, after)));
      expect(results.filter((result) => result === 'saved')).toHaveLength(1);
    }
  });
});
