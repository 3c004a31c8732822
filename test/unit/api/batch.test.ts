import { expect, test } from 'vitest';
import { createBatch } from '../../../lambdas/api/batch.ts';
import { INCIDENT } from '../../support/world/names.ts';

test('a batch that takes too long says what became of each item, and begins no more', async () => {
  let now = 0;
  const batch = createBatch({
    clock: { now: () => now },
    dispatch: async () => {
      now += 400;
      return { result: 'unknown-recipient' };
    },
    alerts: { raise: async () => undefined },
    logger: { error: () => undefined },
    count: () => undefined,
  } as never);
  const items = Array.from({ length: 100 }, (_, n) => ({
    ...INCIDENT,
    incident: { ...INCIDENT.incident, id: `INC-${n}` },
  }));
  const request = { body: { items }, headers: {}, caller: { clientId: 'c', subject: 's', scopes: [] } };
  const { status, body } = await batch(request as never);
  const statuses = (body as { items: { status: number }[] }).items.map((one) => one.status);
  expect([status, statuses.length]).toEqual([200, 100]);
  expect(statuses.slice(0, 25)).toEqual(Array(25).fill(404));
  expect(new Set(statuses.slice(40))).toEqual(new Set([504]));
});
