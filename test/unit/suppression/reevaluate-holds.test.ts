import { expect, test } from 'vitest';
import { pageStatus } from '../../../lambdas/core/page/status.ts';
import { HOUR } from '../../../lambdas/core/time.ts';
import { createRelease } from '../../../lambdas/suppression/release.ts';
import { ALICE, heldPages } from '../../support/held-pages.ts';
import { memoryReleases } from '../../support/memory-suppression.ts';
import { flat, T0 } from '../../support/pages.ts';
import { recordedTelemetry } from '../../support/telemetry.ts';

const WINDOW = { id: 'w1', services: ['db'], startsAt: T0, endsAt: T0 + HOUR, version: 1, updatedAt: T0 };

async function held(windows = [WINDOW]) {
  const world = await heldPages();
  for (const window of windows) await world.windows.put(window, 0);
  const { page } = await world.page();
  return {
    ...world,
    id: page.id,
    page,
    now: async () => (await world.stored.get(page.id)) as NonNullable<typeof page>,
  };
}

test('a held page is HELD with its end, queues nothing, and is looked after at its end', async () => {
  const world = await held();
  expect(pageStatus(world.page)).toBe('HELD');
  expect(world.page.held).toEqual({ until: T0 + HOUR, reason: 'maintenance', by: 'w1' });
  expect(world.page.deliveries['1.email']?.events.at(-1)).toMatchObject({ kind: 'held', code: 'maintenance' });
  await world.drain();
  expect([world.copies, world.checksSent]).toEqual([[], []]);
  expect(world.scheduled.get('usr_alice')).toBe(T0 + HOUR);
});

test('a repeated dispatch of a held page is that page, by key and by incident, and completes its hold', async () => {
  const world = await heldPages();
  await world.windows.put(WINDOW, 0);
  const first = await world.page({}, 'key');
  await world.holds.remove({ recipientId: 'usr_alice', pageId: first.page.id });
  expect(await world.page({}, 'key')).toMatchObject({ replayed: true, page: { id: first.page.id } });
  expect(await world.page()).toMatchObject({ deduplicated: true, page: { id: first.page.id } });
  expect(await world.holds.list()).toHaveLength(1);
  expect(world.copies).toEqual([]);
});

test('at its end it goes out as if it had been dispatched then, once, however often it is tended', async () => {
  const world = await held();
  world.move(HOUR);
  await Promise.all([world.reevaluate('usr_alice'), world.reevaluate('usr_alice')]);
  await world.reevaluate('usr_alice');
  const page = await world.now();
  expect(pageStatus(page)).toBe('ACCEPTED');
  expect(page.held).toBeUndefined();
  expect(flat(page.deliveries['1.email'])).toMatchObject({ queuedAt: T0 + HOUR, status: 'QUEUED' });
  expect(new Set(world.copies.map(({ message }) => JSON.stringify(message))).size).toBe(1);
  expect(world.copies[0]?.message).toMatchObject({ pageId: world.id, channel: 'email', claim: 1 });
  // Nobody needs to answer it, but there is a later tier: after 5 minutes from now.
  expect(world.checksSent[0]).toEqual({ pageId: world.id, at: T0 + HOUR + 5 * 60_000 });
  expect(await world.holds.list()).toEqual([]);
});

test('what was answered meanwhile is not sent', async () => {
  const world = await held();
  const answer = { at: T0 + 1, by: 'Bob', via: 'api' } as const;
  await world.answer(world.id, 'acknowledge', { answer, actor: 'test/bob', details: {} }, 'page');
  world.move(HOUR);
  await world.reevaluate('usr_alice');
  expect(world.copies).toEqual([]);
  expect(await world.holds.list()).toEqual([]);
  expect(pageStatus(await world.now())).toBe('ACKNOWLEDGED');
});

test('a window that is deleted lets its pages go, one that ends later keeps them, one that ends sooner does not', async () => {
  const world = await held();
  await world.windows.put({ ...WINDOW, endsAt: T0 + 2 * HOUR, version: 2 }, 1);
  await world.releases.send({ all: true }, 0);
  await world.drain();
  expect((await world.now()).held?.until).toBe(T0 + 2 * HOUR);
  expect(await world.holds.list()).toMatchObject([{ until: T0 + 2 * HOUR }]);
  world.move(HOUR);
  await world.reevaluate('usr_alice');
  expect(world.copies).toEqual([]);
  await world.windows.delete('w1', 2);
  await world.releases.send({ all: true }, 0);
  await world.drain();
  expect(world.copies).toHaveLength(1);
});

test('a page released from a window into the quiet hours of its recipient waits for their end', async () => {
  const world = await heldPages();
  await world.windows.put({ ...WINDOW, endsAt: T0 + 30 * 60_000 }, 0);
  await world.page();
  await world.recipients.put({ ...ALICE, quietHours: { from: '02:00', to: '04:00' }, version: 2 }, 1);
  world.move(30 * 60_000);
  await world.reevaluate('usr_alice');
  const [page] = world.stored.all();
  expect(page?.held).toEqual({ until: T0 + HOUR, reason: 'quiet-hours' });
});

test('a change of a window finds a hold that was written just before, although the list lags', async () => {
  const hold = { recipientId: 'usr_alice', pageId: 'pg_a', until: T0 + HOUR };
  const tended: string[] = [];
  const releases = memoryReleases();
  const handle = createRelease({
    reevaluate: async (recipientId) => {
      tended.push(recipientId);
      return [];
    },
    holds: { list: async (read) => (read?.consistent ? [hold] : []) },
    releases,
    ...recordedTelemetry(),
  });
  await handle({ body: JSON.stringify({ all: true }) } as never, {} as never);
  expect(releases.messages).toEqual([{ recipientId: 'usr_alice' }]);
});

test('the sweep finds what no schedule came back for', async () => {
  const world = await held();
  world.releases.messages.length = 0;
  await world.sweep();
  expect(world.releases.messages).toEqual([]);
  world.move(HOUR);
  await world.sweep();
  await world.drain();
  expect(world.copies).toHaveLength(1);
});

test('a release that dies after its write is completed by the next one', async () => {
  const world = await heldPages();
  await world.windows.put(WINDOW, 0);
  const { page } = await world.page();
  world.move(HOUR);
  const hold = (await world.holds.list())[0];
  await world.reevaluate('usr_alice');
  world.copies.length = 0;
  if (hold) await world.holds.put(hold);
  await world.reevaluate('usr_alice');
  expect(world.copies.map(({ message }) => message.pageId)).toEqual([page.id]);
  expect(await world.holds.list()).toEqual([]);
});

test('it goes to the address of now, and fails visibly where there is none any more', async () => {
  const world = await held();
  await world.recipients.put({ ...ALICE, email: 'new@example.com', version: 2 }, 1);
  world.move(HOUR);
  await world.reevaluate('usr_alice');
  expect((await world.now()).deliveries['1.email']?.to).toBe('new@example.com');

  const gone = await held();
  const { email: _, ...rest } = ALICE;
  await gone.recipients.put({ ...rest, version: 2 }, 1);
  gone.move(HOUR);
  await gone.reevaluate('usr_alice');
  expect(flat((await gone.now()).deliveries['1.email'])).toMatchObject({
    status: 'FAILED',
    error: { code: 'no-contact' },
  });
  // The next tier is due at once.
  expect(new Set(gone.checksSent.map(({ at }) => at))).toEqual(new Set([T0 + HOUR]));
});

test('CRITICAL is never held by a window that does not say so', async () => {
  const world = await heldPages();
  await world.windows.put(WINDOW, 0);
  await world.page({ priority: 'CRITICAL' });
  expect(world.copies).toHaveLength(1);
  expect(world.releases.messages).toEqual([]);
});
