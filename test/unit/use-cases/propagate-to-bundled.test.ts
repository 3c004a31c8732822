import { expect, test } from 'vitest';
import { failuresOf } from '../../../lambdas/composition/failures.ts';
import type { Delivery, DeliveryKey, Page } from '../../../lambdas/core/page/page.ts';
import { rules } from '../../../lambdas/core/rules.ts';
import { memoryAlerts } from '../../support/memory-escalation.ts';
import { memoryAudit, memoryPages } from '../../support/memory-ports.ts';
import { memoryGroups } from '../../support/memory-suppression.ts';
import { flat, someDelivery, somePage, T0 } from '../../support/pages.ts';

const [A, B, C] = ['pg_aaaaaaaaaaaaaaaa', 'pg_bbbbbbbbbbbbbbbb', 'pg_cccccccccccccccc'] as const;
const now = T0 + 60_000;
const NO_ANSWER = { code: 'no_human', class: 'recipient_permanent', message: '' };
const failed = { status: 'FAILED', claims: 1, attempts: 1, sentAt: T0, failedAt: now, error: NO_ANSWER };
const sent = { status: 'SENT', claims: 1, attempts: 1, sentAt: T0 };
const call = (round: number, fields: object): [DeliveryKey, Delivery] => [
  `${round}.voice`,
  someDelivery({ channel: 'voice', tier: 'fallback', round, ...fields }),
];

/** Pages of one group that have listed each other, and what was called for them in each round. */
async function group(calls: Record<string, [DeliveryKey, Delivery][]>) {
  const [pages, groups, clock] = [memoryPages(), memoryGroups(), { now: () => now }];
  for (const [id, deliveries] of Object.entries(calls)) {
    const page = { incident: { id, title: 'Disk full', priority: 'HIGH', service: 'db' } as const, group: 'live' };
    await pages.create(somePage({ ...page, id, round: deliveries.length, deliveries: Object.fromEntries(deliveries) }));
    await groups.list(id, Object.keys(calls), T0);
  }
  const looked: string[] = [];
  const { propagateToBundled } = failuresOf(
    {
      pages,
      groups,
      clock,
      escalationChecks: { send: async ({ pageId }) => void looked.push(pageId) },
      alerts: memoryAlerts(clock),
      audit: memoryAudit(),
    },
    { rules: rules() },
  );
  const page = async (id: string) => (await pages.get(id)) as Page;
  return {
    looked,
    page,
    tell: async (id: string, key: DeliveryKey) =>
      propagateToBundled(await page(id), (await page(id)).deliveries[key] as Delivery),
  };
}

test('pages that have carried each other in turn tell each other once of a call that nobody took', async () => {
  const { tell, page } = await group({
    [A]: [call(1, failed), call(2, { ...sent, carrier: B })],
    [B]: [call(1, { ...failed, carrier: A }), call(2, failed)],
  });
  await tell(B, '2.voice');
  expect(flat((await page(A)).deliveries['2.voice'])).toMatchObject({ status: 'FAILED', error: NO_ANSWER });
});

test('pages that each made a call of their own last have nothing to tell each other', async () => {
  const { tell, page } = await group({
    [A]: [call(1, failed), call(2, { ...failed, carrier: B }), call(3, failed)],
    [B]: [call(1, { ...failed, carrier: A }), call(2, failed)],
  });
  const before = [await page(A), await page(B)];
  await tell(A, '3.voice');
  await tell(B, '2.voice');
  expect([await page(A), await page(B)]).toEqual(before);
});

test('those that rode on a failed call climb, also when it is told again; those that did not are left alone', async () => {
  const { tell, page, looked } = await group({
    [A]: [call(1, failed)],
    [B]: [call(1, { ...sent, carrier: A, queuedAt: T0 - 10 * 60_000 })],
    [C]: [call(1, sent)],
  });
  await tell(A, '1.voice');
  expect(looked).toEqual([B]);
  // The run before may have died after it had written the rider.
  await tell(A, '1.voice');
  expect(looked).toEqual([B, B]);
  expect(flat((await page(C)).deliveries['1.voice'])).toMatchObject({ status: 'SENT' });
});
