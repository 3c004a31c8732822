/** What the table says of a write is what the events are made of, so it is tried on the real adapter. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LifelineEvent } from '../../lambdas/core/events/status-events.ts';
import type { Delivery, Page } from '../../lambdas/core/page/page.ts';
import { createPageStore } from '../../lambdas/stores/pages.ts';
import { publishingPages } from '../../lambdas/stores/published-pages.ts';
import { startTable, TABLE } from '../support/dynalite.ts';
import { meter } from '../support/meter.ts';
import { flat, someDelivery, somePage } from '../support/pages.ts';

let table: Awaited<ReturnType<typeof startTable>>;
beforeAll(async () => {
  table = await startTable();
});
afterAll(() => table.stop());

function change(page: Page, key: string, fields: object): Page {
  const was = page.deliveries[key as never] as Delivery;
  return {
    ...page,
    deliveries: { ...page.deliveries, [key]: someDelivery({ ...flat(was), ...fields, rev: was.rev + 1 }) },
  };
}
const claimed = (page: Page, key: string) => change(page, key, { status: 'SENDING', claims: 1, leaseUntil: 1 });
const delivered = (page: Page, key: string) => change(page, key, { status: 'DELIVERED', sentAt: 1, deliveredAt: 1 });
const failed = (page: Page, key: string) =>
  change(page, key, { status: 'FAILED', failedAt: 1, error: { code: 'x', class: 'our_bug', message: '' } });

async function twoWorkers(id: string) {
  const told: string[] = [];
  const events = {
    async put(news: readonly LifelineEvent[]) {
      told.push(...news.map((one) => `${one.from ?? ''} > ${one.to}`));
    },
  };
  const lost = (_: number, error: unknown) => {
    throw error;
  };
  const store = () =>
    publishingPages(createPageStore(table.client, TABLE), { events, clock: { now: () => 1_000 }, lost });
  const [email, sms] = [store(), store()];
  const deliveries = { '1.email': someDelivery({ channel: 'email' }), '1.sms': someDelivery() };
  const page = somePage({ id, requireAck: false, deliveries });
  await email.create(page);
  const [byEmail, bySms] = [claimed(page, '1.email'), claimed(page, '1.sms')];
  await email.save(page, byEmail);
  await sms.save(page, bySms);
  return { told, email, sms, byEmail, bySms };
}

test('the last of two workers that fail without seeing each other tells that the page has failed', async () => {
  const { told, email, sms, byEmail, bySms } = await twoWorkers('pg_bbbbbbbbbbbbbbbb');
  expect(await email.save(byEmail, failed(byEmail, '1.email'))).toBe('saved');
  expect(await sms.save(bySms, failed(bySms, '1.sms'))).toBe('saved');
  expect(told).toEqual([' > ACCEPTED', 'ACCEPTED > IN_PROGRESS', 'IN_PROGRESS > FAILED']);
});

test('a page that is delivered is not told to be so twice, nor to have failed afterwards', async () => {
  const { told, email, sms, byEmail, bySms } = await twoWorkers('pg_cccccccccccccccc');
  await email.save(byEmail, delivered(byEmail, '1.email'));
  await sms.save(bySms, failed(bySms, '1.sms'));
  expect(told).toEqual([' > ACCEPTED', 'ACCEPTED > DELIVERED']);
});

test('knowing what was there costs no unit', async () => {
  const plain = createPageStore(table.client, TABLE);
  const page = somePage({ id: 'pg_dddddddddddddddd' });
  await plain.create(page);
  const cost = meter(table.client);
  await plain.save(page, claimed(page, '1.sms'), () => {});
  table.client.middlewareStack.remove('meter');
  expect(cost).toMatchObject({ writes: 1, reads: 0 });
});
