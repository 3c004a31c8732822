import { expect, test } from 'vitest';
import { createPlan } from '../../../lambdas/api/plan.ts';
import type { MaintenanceWindow } from '../../../lambdas/core/suppression/window.ts';
import { apiHandler } from '../../../lambdas/http/api-handler.ts';
import { memoryRecipients } from '../../support/memory-ports.ts';
import { undocumented } from '../../support/openapi.ts';
import { T0 } from '../../support/pages.ts';
import { recordedTelemetry } from '../../support/telemetry.ts';
import { createCaller } from '../../support/world/caller.ts';
import { INCIDENT } from '../../support/world/names.ts';

test('the plan of a page that a maintenance window would hold begins when the window ends, and says so', async () => {
  const recipients = memoryRecipients();
  const alice = { id: 'usr_alice', name: 'Alice', phone: '+14155550100', phoneVerified: true, smsSuppressed: false };
  await recipients.put({ ...alice, preferences: [], version: 1, updatedAt: T0 }, 0);
  const window = { id: 'mw_1', services: ['payments-api'], startsAt: T0 - 60_000, endsAt: T0 + 600_000, version: 1 };
  const plan = createPlan({
    recipients,
    windows: async () => [window as MaintenanceWindow],
    available: new Set(['sms'] as const),
    clock: { now: () => T0 },
  });
  const { call } = createCaller(apiHandler({ planNotification: plan }, recordedTelemetry()));
  const incident = { ...INCIDENT.incident, priority: 'HIGH' };
  const held = await call('planNotification', { body: { ...INCIDENT, incident } });
  expect([held.status, undocumented('planNotification', held)]).toEqual([200, []]);
  expect(held.body).toMatchObject({
    heldUntil: new Date(T0 + 600_000).toISOString(),
    heldReason: 'maintenance',
    end: { atSeconds: 1_800, status: 'EXHAUSTED' },
  });
  expect(held.body.entries[0]).toMatchObject({ atSeconds: 600, channel: 'sms' });
  const critical = await call('planNotification', { body: INCIDENT });
  expect([critical.body.heldUntil, critical.body.entries[0].atSeconds]).toEqual([undefined, 0]);
});
