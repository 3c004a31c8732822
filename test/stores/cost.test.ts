import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCircuitStore } from '../../lambdas/stores/circuits.ts';
import { createCodeStore } from '../../lambdas/stores/codes.ts';
import { createDedupeStore } from '../../lambdas/stores/dedupe.ts';
import { createPageStore } from '../../lambdas/stores/pages.ts';
import { createRecipientStore } from '../../lambdas/stores/recipients.ts';
import { startTable, TABLE } from '../support/dynalite.ts';
import { FULL_DISPATCH } from '../support/full-dispatch.ts';
import { meter } from '../support/meter.ts';
import { createWorld } from '../support/world.ts';

let table: Awaited<ReturnType<typeof startTable>>;
beforeAll(async () => {
  table = await startTable();
});
afterAll(() => table.stop());

async function pageThroughMeteredStores(body: { incident: { id: string } }) {
  const { client } = table;
  const clock = { now: () => world.now() };
  const world = createWorld({
    stores: {
      pages: createPageStore(client, TABLE),
      recipients: createRecipientStore(client, TABLE),
      dedupe: createDedupeStore(client, TABLE, clock),
      codes: createCodeStore(client, TABLE, clock),
      circuits: createCircuitStore(client, TABLE),
    },
  });
  await world.putAlice();
  const cost = meter(client);
  const { body: accepted } = await world.call('dispatchNotification', {
    body,
    headers: { 'Idempotency-Key': body.incident.id },
  });
  await world.drain();
  const [text] = world.sent;
  await world.callback(text?.ref ?? '', text?.providerId ?? '', 'sent');
  await world.callback(text?.ref ?? '', text?.providerId ?? '', 'delivered');
  client.middlewareStack.remove('meter');
  expect((await world.page(accepted.notificationId)).status).toBe('DELIVERED');
  return cost;
}

test('a page from accepted to delivered with two callbacks stays within 10 write units, 5 of them indexes, and 3 read units', async () => {
  const cost = await pageThroughMeteredStores(FULL_DISPATCH);
  expect(cost.largestWrite, 'the page outgrew 1 KB').toBe(1);
  expect(cost).toMatchObject({ writes: 7, indexWrites: 3, reads: 3 });
  expect(cost.writes + cost.indexWrites).toBeLessThanOrEqual(10);
  expect(cost.calls).toEqual({ GetItem: 5, PutItem: 3, UpdateItem: 4 });
});

test('a long description is paid for once and not with every event', async () => {
  const description = 'x'.repeat(4_000);
  const incident = { ...FULL_DISPATCH.incident, id: 'INC-long', description };
  const cost = await pageThroughMeteredStores({ ...FULL_DISPATCH, incident });
  expect(cost.writes).toBe(7 + 4);
});
