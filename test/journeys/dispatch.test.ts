import { describe, expect, test } from 'vitest';
import type { PageStore } from '../../lambdas/core/page/ports.ts';
import { HOUR } from '../../lambdas/core/time.ts';
import { createWorld, INCIDENT } from '../support/world.ts';

const keyed = (key: string, body: object = INCIDENT) => ({ body, headers: { 'Idempotency-Key': key } });

describe('idempotency', () => {
  test('fifty concurrent requests with one key make one page, one text, and forty-nine replays', async () => {
    const world = createWorld();
    await world.putAlice();
    const answers = await Promise.all(Array.from({ length: 50 }, () => world.call('dispatchNotification', keyed('k'))));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ body }) => body.notificationId)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers['idempotency-replayed'] === 'true')).toHaveLength(49);
    await world.drain();
    expect(world.pages.all()).toHaveLength(1);
    expect(world.sent).toHaveLength(1);
  });

  test('fifty concurrent requests without a key make one page; one is new, the others say deduplicated', async () => {
    const world = createWorld();
    await world.putAlice();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => world.call('dispatchNotification', { body: INCIDENT })),
    );
    expect(new Set(answers.map(({ body }) => body.notificationId)).size).toBe(1);
    expect(answers.filter(({ body }) => body.deduplicated === true)).toHaveLength(49);
    await world.drain();
    expect(world.pages.all()).toHaveLength(1);
    expect(world.sent).toHaveLength(1);
  });

  test('a key with another body is refused and changes nothing', async () => {
    const world = createWorld();
    await world.putAlice();
    await world.call('dispatchNotification', keyed('k'));
    const other = { ...INCIDENT, incident: { ...INCIDENT.incident, title: 'Something else' } };
    const { status, body } = await world.call('dispatchNotification', keyed('k', other));
    expect([status, body.type]).toEqual([422, 'urn:lifeline:problem:idempotency-key-reused']);
    expect(world.pages.all()).toHaveLength(1);
  });

  test('the same key of another client is another page', async () => {
    const world = createWorld();
    await world.putAlice();
    const [one, two] = await Promise.all(
      ['a', 'b'].map((clientId) => world.call('dispatchNotification', { ...keyed('k'), caller: { clientId } })),
    );
    expect(one?.body.notificationId).not.toBe(two?.body.notificationId);
  });

  test('after 24 hours the key makes a new page, and that one is replayed in turn', async () => {
    const world = createWorld();
    await world.putAlice();
    const first = await world.call('dispatchNotification', keyed('k'));
    await world.advance(24 * HOUR - 1);
    expect((await world.call('dispatchNotification', keyed('k'))).body.notificationId).toBe(first.body.notificationId);
    await world.advance(1);
    const second = await world.call('dispatchNotification', keyed('k'));
    expect(second.body.notificationId).not.toBe(first.body.notificationId);
    expect(second.headers['idempotency-replayed']).toBeUndefined();
    const third = await world.call('dispatchNotification', keyed('k'));
    expect(third.body.notificationId).toBe(second.body.notificationId);
    expect(third.headers['idempotency-replayed']).toBe('true');
  });

  test('a replay answers as before even if the recipient is gone by then', async () => {
    const world = createWorld();
    await world.putAlice();
    const body = { ...INCIDENT, requireAck: false };
    const { body: first } = await world.call('dispatchNotification', keyed('k', body));
    await world.call('acknowledgeNotification', { params: { id: first.notificationId } });
    await world.call('deleteRecipient', { params: { id: 'usr_alice' } });
    const { status, body: again } = await world.call('dispatchNotification', keyed('k', body));
    expect([status, again.notificationId]).toEqual([202, first.notificationId]);
  });
});

describe('deduplication', () => {
  test('an open page takes up what says the same; a closed one does not', async () => {
    const world = createWorld();
    await world.putAlice();
    const first = await world.call('dispatchNotification', { body: INCIDENT });
    await world.drain();
    const again = await world.call('dispatchNotification', { body: INCIDENT });
    expect(again.body).toMatchObject({ notificationId: first.body.notificationId, deduplicated: true, status: 'SENT' });
    await world.call('acknowledgeNotification', { params: { id: first.body.notificationId } });
    const next = await world.call('dispatchNotification', { body: INCIDENT });
    expect(next.body.notificationId).not.toBe(first.body.notificationId);
    expect(next.body.deduplicated).toBeUndefined();
  });

  test('a page that was sent with a key is found without one', async () => {
    const world = createWorld();
    await world.putAlice();
    const first = await world.call('dispatchNotification', keyed('k'));
    const again = await world.call('dispatchNotification', { body: INCIDENT });
    expect(again.body).toMatchObject({ notificationId: first.body.notificationId, deduplicated: true });
  });

  test.each([
    ['another level', { escalationLevel: 1 }],
    ['another type', { type: 'escalation' }],
    ['another incident', { incident: { ...INCIDENT.incident, id: 'INC-2' } }],
    ['another recipient', { recipientId: 'usr_bob' }],
  ])('%s is another page', async (_, fields) => {
    const world = createWorld();
    await world.putAlice();
    await world.call('putRecipient', {
      params: { id: 'usr_bob' },
      body: { name: 'Bob', phone: '+14155550101', phoneVerified: true },
    });
    await world.call('dispatchNotification', { body: INCIDENT });
    const { body } = await world.call('dispatchNotification', { body: { ...INCIDENT, ...fields } });
    expect(body.deduplicated).toBeUndefined();
    expect(world.pages.all()).toHaveLength(2);
  });
});

describe('after a crash', () => {
  /** Every port call that a dispatch makes may be its last, before or after its effect. */
  const crashing = (at: number, after: boolean) => {
    let calls = 0;
    return <A extends unknown[], R>(effect: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        calls++;
        if (calls === at && !after) throw new Error('killed');
        const result = await effect(...args);
        if (calls === at && after) throw new Error('killed');
        return result;
      };
  };

  test.each(
    [1, 2, 3, 4].flatMap((at) => [true, false].flatMap((after) => ['k', undefined].map((key) => ({ at, after, key })))),
  )(
    'killed at store call $at (after its effect: $after, key: $key), the repeated call completes the one page',
    async ({ at, after, key }) => {
      let wrap: ReturnType<typeof crashing> | undefined;
      const guard =
        <A extends unknown[], R>(effect: (...args: A) => Promise<R>) =>
        (...args: A) =>
          wrap ? wrap(effect)(...args) : effect(...args);
      const world = createWorld({
        wrapPages: (pages: PageStore) => ({ ...pages, create: guard(pages.create), get: guard(pages.get) }),
        wrapQueue: guard,
      });
      await world.putAlice();
      const event = key === undefined ? { body: INCIDENT } : keyed(key);
      wrap = crashing(at, after);
      const dispatched = world.now();
      const first = await world.call('dispatchNotification', event);
      wrap = undefined;
      const second = await world.call('dispatchNotification', event);
      expect(second.status).toBe(202);
      if (first.status === 202) expect(second.body.notificationId).toBe(first.body.notificationId);
      await world.advance(10 * 60_000);
      expect(world.pages.all()).toHaveLength(1);
      // One text, and its follow-ups: what wakes those is as durable as the page.
      expect(world.sent.map(({ at }) => (at - dispatched) / 60_000)).toEqual([0, 5, 10]);
    },
  );
});

describe('what cannot be delivered is said at once', () => {
  test('an unknown recipient: 404', async () => {
    const { status, body } = await createWorld().call('dispatchNotification', { body: INCIDENT });
    expect([status, body.type]).toEqual([404, 'urn:lifeline:problem:recipient-not-found']);
  });

  test.each([
    ['an unverified phone', { phoneVerified: false }, 'phone-unverified'],
    ['an opt-out', { smsSuppressed: true }, 'sms-suppressed'],
    ['no phone', { phone: undefined, phoneVerified: false }, 'no-contact'],
    ['a preference against it', { preferences: [{ channel: 'sms', enabled: false }] }, 'disabled'],
  ])('%s as only channel: 422 with the reason, and operations counts it', async (_, fields, reason) => {
    const world = createWorld();
    await world.putAlice(fields);
    const { status, body } = await world.call('dispatchNotification', { body: INCIDENT });
    expect([status, body.type]).toEqual([422, 'urn:lifeline:problem:no-usable-channel']);
    expect(body.channels).toMatchObject([{ channel: 'sms', reason }]);
    expect(world.counted).toContain('NoUsableChannel');
    expect(world.pages.all()).toEqual([]);
  });

  test('naming the channel overrides a preference, never verification', async () => {
    const world = createWorld();
    await world.putAlice({ preferences: [{ channel: 'sms', enabled: false }] });
    expect((await world.call('dispatchNotification', { body: { ...INCIDENT, channels: ['sms'] } })).status).toBe(202);
    await world.putAlice({ phoneVerified: false });
    const other = { ...INCIDENT, escalationLevel: 2, channels: ['sms'] };
    expect((await world.call('dispatchNotification', { body: other })).status).toBe(422);
  });
});

test('CRITICAL pages have a lane of their own', async () => {
  const world = createWorld();
  await world.putAlice();
  const low = { ...INCIDENT, incident: { ...INCIDENT.incident, id: 'INC-low', priority: 'LOW' } };
  await world.call('dispatchNotification', { body: low });
  await world.call('dispatchNotification', { body: INCIDENT });
  expect([world.queues.normal.messages.length, world.queues.urgent.messages.length]).toEqual([1, 1]);
});
