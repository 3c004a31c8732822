import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../lambdas/core/time.ts';
import { ALICE, createWorld } from '../support/world.ts';

/** Copies that lost the race for a message look again within seconds. */
const SETTLED = 5_000;

async function storm(options: Parameters<typeof createWorld>[0] = {}) {
  const world = createWorld({ suppression: { hourlyCap: 100 }, ...options });
  await world.putAlice();
  const pages: string[] = [];
  const page = async (priority = 'HIGH', more: object = {}) => {
    const n = pages.length + 1;
    const incident = { id: `INC-${n}`, title: `Trouble ${n}`, priority, service: `svc-${n}` };
    const { body, status } = await world.call('dispatchNotification', {
      body: { incident, recipientId: 'usr_alice', ...more },
    });
    expect(status).toBe(202);
    pages.push(body.notificationId);
    await world.advance(1);
    return body;
  };
  const texts = () => world.sent.map(({ body }) => String(body));
  const view = (n: number) => world.page(pages[n - 1] ?? '');
  return { ...world, pages, page, texts, view };
}

describe('many pages to one person', () => {
  test('the first four go out alone, the fifth lists all five at once', async () => {
    const world = await storm();
    for (let n = 0; n < 5; n++) await world.page();
    const texts = world.texts();
    expect(texts).toHaveLength(5);
    expect(texts[3]).toContain('svc-4: Trouble 4');
    expect(texts[4]).toMatch(/^5 incidents: INC-1 svc-1, .*Reply ACK ALL$/);
  });

  test('later ones join, the message is renewed once a minute, and every page says that it was sent', async () => {
    const world = await storm();
    for (let n = 0; n < 9; n++) await world.page();
    expect(world.texts()).toHaveLength(5);
    await world.advance(MINUTE + SETTLED);
    const texts = world.texts();
    expect(texts).toHaveLength(6);
    expect(texts[5]).toMatch(/^9 incidents: /);
    for (let n = 1; n <= 9; n++) expect((await world.view(n)).status).toBe('SENT');
    // One message, one of them carries it.
    const carriers = new Set(world.sent.slice(4).map(({ ref }) => ref));
    expect(carriers.size).toBe(2);
  });

  test('a receipt for the message counts for every page in it', async () => {
    const world = await storm();
    for (let n = 0; n < 8; n++) await world.page();
    await world.advance(MINUTE + SETTLED);
    const last = world.sent.at(-1);
    await world.callback(last?.ref ?? '', last?.providerId ?? '', 'delivered');
    for (let n = 6; n <= 8; n++) expect((await world.view(n)).status).toBe('DELIVERED');
    expect((await world.view(1)).status).toBe('SENT');
  });

  test('CRITICAL goes out by itself, at once, and is not counted', async () => {
    const world = await storm();
    for (let n = 0; n < 6; n++) await world.page('CRITICAL');
    expect(world.texts().every((text) => text.startsWith('[CRITICAL]'))).toBe(true);
    for (let n = 0; n < 4; n++) await world.page();
    expect(world.texts().at(-1)).toContain('Trouble 10');
    await world.page();
    expect(world.texts().at(-1)).toMatch(/^5 incidents: /);
    await world.page('CRITICAL');
    expect(world.texts().at(-1)).toContain('[CRITICAL] svc-12');
  });

  test('after ten quiet minutes pages go out alone again', async () => {
    const world = await storm();
    for (let n = 0; n < 4; n++) await world.page('HIGH', { requireAck: false });
    await world.advance(10 * MINUTE);
    await world.page('HIGH', { requireAck: false });
    expect(world.texts().at(-1)).toContain('svc-5: Trouble 5');
  });

  test('nobody answers: they follow up together, with one message for each round, and all end EXHAUSTED', async () => {
    const world = await storm();
    for (let n = 0; n < 7; n++) await world.page();
    await world.advance(MINUTE + SETTLED);
    const before = world.texts().length;
    await world.advance(5 * MINUTE);
    const round = world.texts().slice(before);
    // The four that went alone follow up alone; the three that share a message share this one too.
    expect(round.filter((text) => /^\d incidents: /.test(text)).length).toBeLessThanOrEqual(2);
    expect(round.length).toBeLessThanOrEqual(6);
    await world.advance(20 * MINUTE);
    for (let n = 1; n <= 7; n++) expect((await world.view(n)).status).toBe('EXHAUSTED');
  });

  test('pages that share a message and are sent again by hand share a message again', async () => {
    let works = false;
    const full = { code: '21611', class: 'transient' as const, message: 'the queue is full' };
    const properties = { failsOver: false, counts: false, opens: false, disablesSender: false };
    const refused = { outcome: 'failed' as const, fault: { ...full, ...properties } };
    const world = await storm({ provider: () => (works ? undefined : refused) });
    for (let n = 0; n < 9; n++) await world.page('HIGH', { requireAck: false });
    await world.advance(60 * MINUTE);
    for (let n = 1; n <= 9; n++) expect((await world.view(n)).status).toBe('FAILED');
    works = true;
    // The first four of the storm had a message each; the others shared theirs.
    for (const id of world.pages.slice(4)) {
      expect((await world.call('retryNotification', { params: { id } })).status).toBe(202);
    }
    await world.advance(SETTLED);
    expect(world.texts()).toHaveLength(1);
    expect(world.texts()[0]).toMatch(/^9 incidents: /);
    for (let n = 5; n <= 9; n++) expect((await world.view(n)).status).toBe('SENT');
  });

  test('a page that is sent again within the minute of its message gets another message, after that minute', async () => {
    const world = await storm();
    for (let n = 0; n < 5; n++) await world.page('HIGH', { requireAck: false });
    expect(world.texts()).toHaveLength(5);
    const params = { id: world.pages[4] ?? '' };
    expect((await world.call('retryNotification', { params, body: { channels: ['sms'] } })).status).toBe(202);
    await world.advance(MINUTE + SETTLED);
    expect(world.texts()).toHaveLength(6);
    expect(world.texts()[5]).toMatch(/^5 incidents: /);
  });

  test('one that is answered alone leaves the others as they are, and is not listed any more', async () => {
    const world = await storm();
    for (let n = 0; n < 6; n++) await world.page();
    await world.call('acknowledgeNotification', { params: { id: world.pages[4] ?? '' }, body: { by: 'Alice' } });
    await world.advance(MINUTE + SETTLED);
    expect((await world.view(6)).status).toBe('SENT');
    expect(world.texts().at(-1)).toMatch(/^5 incidents: /);
    expect(world.texts().at(-1)).not.toContain('INC-5 ');
  });

  test('pages over the hourly cap are held until the hour is over and come in one digest', async () => {
    const world = await storm({ suppression: { hourlyCap: 3 } });
    await world.advance(30 * MINUTE);
    for (let n = 0; n < 3; n++) await world.page('MEDIUM');
    const held = await world.page('MEDIUM');
    expect(held).toMatchObject({ status: 'HELD', queued: 0, warnings: [{ code: 'held' }] });
    await world.page('LOW');
    await world.page('CRITICAL', { requireAck: false });
    expect(world.texts()).toHaveLength(4);
    expect(await world.view(4)).toMatchObject({ heldReason: 'cap', heldUntil: '2026-11-22T04:00:00.000Z' });
    await world.advance(30 * MINUTE + SETTLED);
    expect(world.texts()).toHaveLength(5);
    expect(world.texts()[4]).toMatch(/^2 incidents held until now: /);
    expect((await world.view(5)).status).toBe('SENT');
  });
});

describe('answering a message for many', () => {
  test('its link answers every page that it lists, and none that joined since', async () => {
    const world = await storm({ channels: ['email'] });
    await world.putAlice({ email: 'alice@example.com' });
    for (let n = 0; n < 6; n++) await world.page();
    const mail = world.texts().at(-1) ?? '';
    const token = /\/actions\/([\w-]{32})/.exec(mail)?.[1] ?? '';
    expect(mail).toContain('5 incidents');
    const { status } = await world.call('postAction', { params: { token } });
    expect(status).toBe(200);
    for (let n = 1; n <= 5; n++) expect((await world.view(n)).status).toBe('ACKNOWLEDGED');
    expect((await world.view(6)).status).not.toBe('ACKNOWLEDGED');
  });

  test('ACK ALL answers all of it', async () => {
    const world = await storm();
    for (let n = 0; n < 6; n++) await world.page();
    await world.advance(MINUTE + SETTLED);
    await world.text(ALICE, 'ACK ALL');
    await world.drain();
    for (let n = 1; n <= 6; n++) expect((await world.view(n)).status).toBe('ACKNOWLEDGED');
  });
});

/** Pages of a group list each other: whoever tries to carry the message lists all of them before somebody else is faster. */
test.each([
  ['30005', 'FAILED'],
  ['21610', 'FAILED'],
])(
  'a shared message that comes back with %s fails every page in it, each once, and comes to an end',
  async (code, status) => {
    let reads = 0;
    const world = await storm({
      wrapPages: (pages) => ({
        ...pages,
        get(id, read) {
          reads += 1;
          return pages.get(id, read);
        },
      }),
    });
    for (let n = 0; n < 8; n++) await world.page('HIGH', { requireAck: false });
    await world.advance(MINUTE + SETTLED);
    const last = world.sent.at(-1);
    reads = 0;
    const answer = await world.callback(last?.ref ?? '', last?.providerId ?? '', 'undelivered', { ErrorCode: code });
    expect(answer.status).toBe(204);
    expect(reads).toBeLessThan(50);
    await world.drain();
    for (let n = 1; n <= 8; n++) expect((await world.view(n)).status).toBe(n > 5 ? status : 'SENT');
    const failed = world.alerts.raised.filter(({ kind }) => kind === 'FAILED').map(({ pageId }) => pageId);
    expect(failed.toSorted()).toEqual(world.pages.slice(5).toSorted());
  },
);
