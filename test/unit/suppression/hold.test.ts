import { expect, test } from 'vitest';
import type { Priority } from '../../../lambdas/core/page/page.ts';
import { heldText, holdFor } from '../../../lambdas/core/suppression/hold.ts';
import type { MaintenanceWindow } from '../../../lambdas/core/suppression/window.ts';
import { HOUR } from '../../../lambdas/core/time.ts';
import { somePage, T0 } from '../../support/pages.ts';

const window = (fields: Partial<MaintenanceWindow> = {}): MaintenanceWindow => ({
  id: 'w1',
  services: ['db'],
  startsAt: T0,
  endsAt: T0 + HOUR,
  version: 1,
  updatedAt: T0,
  ...fields,
});
const page = (priority: Priority, more: object = {}) => ({
  incident: { ...somePage().incident, service: 'db', priority, ...more },
});
/** T0 is 03:00 UTC. */
const asleep = { timezone: 'UTC', quietHours: { from: '22:00', to: '07:00' } };

test('a window holds its services and its teams from its start until before its end, and nothing else', () => {
  const held = { until: T0 + HOUR, reason: 'maintenance', by: 'w1' };
  expect(holdFor(page('HIGH'), undefined, [window()], T0)).toEqual(held);
  expect(holdFor(page('HIGH'), undefined, [window()], T0 - 1)).toBeUndefined();
  expect(holdFor(page('HIGH'), undefined, [window()], T0 + HOUR)).toBeUndefined();
  expect(holdFor(page('HIGH', { service: 'web' }), undefined, [window()], T0)).toBeUndefined();
  const ofTeam = window({ services: ['other'], teams: ['t1'] });
  expect(holdFor(page('LOW', { team: { id: 't1' } }), undefined, [ofTeam], T0)).toEqual(held);
  expect(holdFor(page('LOW', { team: { id: 't2', name: 't1' } }), undefined, [ofTeam], T0)).toBeUndefined();
});

test('CRITICAL waits for a window that says so, and never for quiet hours', () => {
  expect(holdFor(page('CRITICAL'), asleep, [window()], T0)).toBeUndefined();
  expect(holdFor(page('CRITICAL'), asleep, [window({ holdCritical: true })], T0)?.until).toBe(T0 + HOUR);
});

test('quiet hours hold MEDIUM and LOW alone', () => {
  const held = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'].filter((one) => holdFor(page(one as Priority), asleep, [], T0));
  expect(held).toEqual(['MEDIUM', 'LOW']);
});

test('a hold that ends within another lasts until that one ends too, and keeps the reason of now', () => {
  const chain = [window(), window({ id: 'w2', startsAt: T0 + HOUR / 2, endsAt: T0 + 2 * HOUR })];
  expect(holdFor(page('HIGH'), undefined, chain, T0)).toEqual({
    until: T0 + 2 * HOUR,
    reason: 'maintenance',
    by: 'w1',
  });
  expect(holdFor(page('LOW'), asleep, chain, T0)?.until).toBe(T0 + 4 * HOUR);
});

test('tests of contact points wait for nothing', () => {
  expect(holdFor({ ...page('LOW'), test: true }, asleep, [window()], T0)).toBeUndefined();
});

test('the warning names the end and what holds it', () => {
  const text = heldText({ until: T0, reason: 'maintenance', by: 'w1' });
  expect(text).toBe('Held until 2026-11-22T03:00:00.000Z by a maintenance window (w1).');
});
