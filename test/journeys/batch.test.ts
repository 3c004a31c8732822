import { describe, expect, test } from 'vitest';
import { undocumented } from '../support/openapi.ts';
import { createWorld, INCIDENT } from '../support/world.ts';

const item = (n: number, fields: object = {}) => ({
  ...INCIDENT,
  incident: { ...INCIDENT.incident, id: `INC-${n}` },
  ...fields,
});
const many = (count: number) => Array.from({ length: count }, (_, n) => item(n));

async function withAlice() {
  const world = createWorld();
  await world.putAlice();
  const send = (items: unknown, headers: Record<string, string> = {}) =>
    world.call('dispatchBatch', { body: { items }, headers });
  return { world, send };
}

describe('a batch', () => {
  test('answers each item as a single call would, in their order, whatever becomes of the others', async () => {
    const { world, send } = await withAlice();
    const answer = await send([
      item(1),
      item(2, { recipientId: 'usr_nobody' }),
      { recipientId: 1 },
      'nonsense',
      item(3),
    ]);
    expect(undocumented('dispatchBatch', answer)).toEqual([]);
    expect(answer.body.items.map(({ status }: { status: number }) => status)).toEqual([202, 404, 400, 400, 202]);
    const [first, unknown, bad, , last] = answer.body.items;
    expect([first.body.incidentId, last.body.incidentId]).toEqual(['INC-1', 'INC-3']);
    const single = await world.call('dispatchNotification', { body: item(2, { recipientId: 'usr_nobody' }) });
    expect(unknown.body).toEqual({ ...single.body, instance: undefined });
    expect(bad.body.errors.map(({ path }: { path: string }) => path)).toEqual(['incident', 'recipientId']);
    await world.drain();
    expect(world.sent).toHaveLength(2);
  });

  test('a batch of 100 is taken, one of none or 101 refused as a whole', async () => {
    const { world, send } = await withAlice();
    expect((await send(many(100))).body.items).toHaveLength(100);
    expect(world.pages.all()).toHaveLength(100);
    for (const wrong of [[], many(101), 'items', undefined]) {
      const { status, body } = await send(wrong);
      expect([status, body.errors[0].path]).toEqual([400, 'items']);
    }
    expect(world.pages.all()).toHaveLength(100);
  });

  test('may have 256 KB, of which one item has at most 32 KB; a single dispatch still has 32 KB', async () => {
    const { world, send } = await withAlice();
    const description = 'x'.repeat(4_000);
    const big = Array.from({ length: 50 }, (_, n) => item(n, { incident: { ...item(n).incident, description } }));
    expect(JSON.stringify(big).length).toBeGreaterThan(200_000);
    expect(new Set((await send(big)).body.items.map(({ status }: { status: number }) => status))).toEqual(
      new Set([202]),
    );
    const huge = { ...item(900), padding: 'x'.repeat(33_000) };
    expect((await send([huge, item(901)])).body.items.map(({ status }: { status: number }) => status)).toEqual([
      413, 202,
    ]);
    expect((await send([{ padding: 'x'.repeat(257 * 1024) }])).status).toBe(413);
    expect((await world.call('dispatchNotification', { body: huge })).status).toBe(413);
  });

  test('repeated with its key makes no page twice, and completes what was cut off', async () => {
    const { world, send } = await withAlice();
    const key = { 'Idempotency-Key': 'batch-7' };
    const first = await send(many(3), key);
    const again = await send(many(3), key);
    expect(again.body).toEqual(first.body);
    expect(world.pages.all()).toHaveLength(3);
    const moved = await send([item(1), item(0), item(2)], key);
    expect(moved.body.items.map(({ status }: { status: number }) => status)).toEqual([422, 422, 202]);
  });

  test('takes the key of each item to be <key>:<n>, as a single call would', async () => {
    const { world, send } = await withAlice();
    const { body } = await send(many(2), { 'Idempotency-Key': 'k' });
    const single = await world.call('dispatchNotification', { body: item(1), headers: { 'Idempotency-Key': 'k:1' } });
    expect(single.body.notificationId).toBe(body.items[1].body.notificationId);
  });

  test('goes on when the store fails for one of them, and says which may be repeated', async () => {
    let creates = 0;
    const world = createWorld({
      wrapPages: (pages) => ({
        ...pages,
        create: async (page) => {
          creates += 1;
          if (page.incident.id === 'INC-1') throw Object.assign(new Error('slow'), { name: 'TimeoutError' });
          return pages.create(page);
        },
      }),
    });
    await world.putAlice();
    const { status, body } = await world.call('dispatchBatch', { body: { items: many(3) } });
    expect([status, creates]).toEqual([200, 3]);
    expect(body.items.map(({ status }: { status: number }) => status)).toEqual([202, 503, 202]);
    expect(body.items[1].body.type).toBe('urn:lifeline:problem:unavailable');
  });
});
