/** One file because the cases are one table of what providers do and what becomes of a page. */

import { describe, expect, test } from 'vitest';
import type { Fault } from '../../lambdas/core/providers/fault.ts';
import type { SendResult } from '../../lambdas/core/providers/ports.ts';
import { MINUTE } from '../../lambdas/core/time.ts';
import { callFault } from '../../lambdas/providers/sms/twilio-codes.ts';
import { memoryRecipients } from '../support/memory-ports.ts';
import { createWorld, INCIDENT } from '../support/world.ts';

const failed = (fault: Fault): SendResult => ({ outcome: 'failed', fault });
const down = () => failed(callFault(503, undefined));
const timeout = () =>
  failed({ ...callFault(503, undefined), code: 'timeout', class: 'ambiguous', message: 'no answer in time' });
const ok = () => undefined;

/** Asks for no answer, so that no follow-up sends anything beside. */
const dispatch = (world: ReturnType<typeof createWorld>, n = 0, fields: object = {}) =>
  world.call('dispatchNotification', {
    body: { ...INCIDENT, requireAck: false, ...fields, incident: { ...INCIDENT.incident, id: `INC-${n}` } },
  });
const by = (world: ReturnType<typeof createWorld>) => world.sent.map((text) => text.by);

describe('one provider down', () => {
  test.each([
    ['5xx', down],
    ['429', () => failed(callFault(429, 20429))],
    ['a timeout', timeout],
    ['a suspended account', () => failed(callFault(401, 20003))],
  ])('%s: the standby takes it within the same attempt', async (_, provider) => {
    const world = createWorld({ provider, standby: ok });
    await world.putAlice();
    const { body } = await dispatch(world);
    await world.drain();
    const page = await world.page(body.notificationId);
    expect(page.deliveries[0]).toMatchObject({ status: 'SENT', attempts: 1, provider: 'sns' });
    expect(page.deliveries[0].providerId).toMatch(/^sns:/);
    expect(page.deliveries[0].events.map((e: { kind: string }) => e.kind)).toEqual([
      'queued',
      'claimed',
      'failed_over',
      'sent',
    ]);
  });

  test('a text through the one-way standby carries a link and no "Reply"', async () => {
    const world = createWorld({ provider: down, standby: ok });
    await world.putAlice();
    await dispatch(world);
    await world.drain();
    expect(world.sent[0]?.body).toMatch(/https:\/\/lifeline\.example\/api\/actions\//);
    expect(world.sent[0]?.body).not.toMatch(/reply/i);
  });

  test('after three faults it is left alone, but for one probe a minute; it is used again when a probe succeeds', async () => {
    let isDown = true;
    const world = createWorld({ provider: () => (isDown ? down() : undefined), standby: ok });
    await world.putAlice();
    const callsToTwilio = () => world.calls.filter((call) => call.by === 'twilio').length;
    for (let n = 0; n < 3; n++) {
      await dispatch(world, n);
      await world.drain();
    }
    expect(callsToTwilio()).toBe(3);
    for (let n = 3; n < 13; n++) {
      await dispatch(world, n);
      await world.advance(1_000);
    }
    expect(callsToTwilio()).toBe(3);
    expect(world.counted).toContain('twilio/sms opened');

    await world.advance(MINUTE);
    for (let n = 13; n < 23; n++) await dispatch(world, n);
    await world.drain();
    expect(callsToTwilio()).toBe(4);

    isDown = false;
    await world.advance(MINUTE);
    await dispatch(world, 23);
    await world.drain();
    expect(world.sent.at(-1)?.by).toBe('twilio');
    expect(world.counted).toContain('twilio/sms closed');
    await world.advance(MINUTE);
    await dispatch(world, 24);
    await world.drain();
    expect(world.sent.at(-1)?.by).toBe('twilio');
  });

  test('a success between two faults clears them', async () => {
    let n = 0;
    const world = createWorld({ provider: () => (n++ % 3 === 2 ? undefined : down()), standby: ok });
    await world.putAlice();
    for (let i = 0; i < 12; i++) {
      await dispatch(world, i);
      await world.advance(3_000);
    }
    expect(world.counted).not.toContain('twilio/sms opened');
  });

  test.each([
    ['21408, a country that is not enabled', 21408, 'sns'],
    ['21608, an unverified number of a trial account', 21608, 'sns'],
  ])('%s fails over and moves no circuit', async (_, code, standby) => {
    const world = createWorld({ provider: () => failed(callFault(400, code)), standby: ok });
    await world.putAlice();
    for (let n = 0; n < 5; n++) await dispatch(world, n);
    await world.drain();
    expect(by(world)).toEqual(Array(5).fill(standby));
    expect((await world.circuits.get('twilio/sms')).version).toBe(0);
  });

  test('a sender that Twilio refuses is left alone until a person pins the circuit, and pages go on through SNS', async () => {
    let refused = true;
    const world = createWorld({ provider: () => (refused ? failed(callFault(400, 21606)) : undefined), standby: ok });
    await world.putAlice();
    const callsToTwilio = () => world.calls.filter((call) => call.by === 'twilio').length;
    for (let n = 0; n < 3; n++) {
      await dispatch(world, n);
      await world.advance(10 * MINUTE);
    }
    expect([callsToTwilio(), by(world)]).toEqual([1, ['sns', 'sns', 'sns']]);
    expect(world.counted).toContain('twilio/sms opened');
    refused = false;
    const params = { name: 'twilio', channel: 'sms' };
    for (const mode of ['closed', 'auto']) {
      await world.call('pinProvider', { params, body: { mode, reason: 'sender mended' } });
    }
    await world.advance(3_000);
    await dispatch(world, 9);
    await world.drain();
    expect(world.sent.at(-1)?.by).toBe('twilio');
  });

  test('21211 fails at once, asks no other provider and moves no circuit', async () => {
    const world = createWorld({ provider: () => failed(callFault(400, 21211)), standby: ok });
    await world.putAlice();
    for (let n = 0; n < 5; n++) await dispatch(world, n);
    await world.advance(MINUTE);
    expect(world.calls).toHaveLength(5);
    expect((await world.circuits.get('twilio/sms')).version).toBe(0);
  });

  test('21610 is not evaded through the standby, and the number is suppressed', async () => {
    const world = createWorld({ provider: () => failed(callFault(400, 21610)), standby: ok });
    await world.putAlice();
    await dispatch(world);
    await world.advance(MINUTE);
    expect(world.sent).toEqual([]);
    const { body } = await world.call('getRecipient', { params: { id: 'usr_alice' } });
    expect(body.smsSuppressed).toBe(true);
  });
});

describe('every provider down', () => {
  test('for 20 minutes: nothing FAILED, no attempt used up, and it arrives after recovery, saying how late', async () => {
    let isDown = true;
    const outage = () => (isDown ? down() : undefined);
    const world = createWorld({ provider: outage, standby: outage });
    await world.putAlice();
    const { body } = await dispatch(world);
    await world.advance(20 * MINUTE);
    const waiting = await world.page(body.notificationId);
    expect(waiting).toMatchObject({ status: 'IN_PROGRESS', deliveries: [{ status: 'QUEUED', attempts: 0 }] });
    expect(waiting.deliveries[0].deferredUntil).toBeDefined();
    isDown = false;
    await world.advance(3 * MINUTE);
    const arrived = await world.page(body.notificationId);
    expect(arrived.deliveries[0]).toMatchObject({ status: 'SENT', attempts: 1 });
    expect(world.sent).toHaveLength(1);
    expect(world.sent[0]?.body).toContain('03:00');
  });

  test('it comes back after 30 s, 1, 2 and 4 min, then every minute, and is given up after an hour', async () => {
    const world = createWorld({ provider: down, standby: down });
    await world.putAlice();
    const { body } = await dispatch(world);
    await world.advance(2 * 60 * MINUTE);
    const page = await world.page(body.notificationId);
    const deferred = page.deliveries[0].events.filter((e: { kind: string }) => e.kind === 'deferred');
    const times = deferred.map((e: { at: string }) => (Date.parse(e.at) - Date.parse(page.createdAt)) / 1_000);
    expect(times.slice(0, 7)).toEqual([0, 30, 90, 210, 450, 510, 570]);
    expect(page).toMatchObject({ status: 'FAILED', deliveries: [{ error: { code: 'channel_down' } }] });
    expect(Date.parse(page.deliveries[0].failedAt) - Date.parse(page.createdAt)).toBeLessThan(62 * MINUTE);
    expect(world.dead.map(({ reason }) => reason.code)).toEqual(['channel_down']);
    expect(world.counted).toEqual(expect.arrayContaining(['Deferred', 'ChannelDown']));
  });

  test('an answer stops a deferred send', async () => {
    const world = createWorld({ provider: down, standby: down });
    await world.putAlice();
    const { body } = await dispatch(world);
    await world.drain();
    await world.call('acknowledgeNotification', { params: { id: body.notificationId } });
    const calls = world.calls.length;
    await world.advance(2 * 60 * MINUTE);
    expect(world.calls).toHaveLength(calls);
    expect((await world.page(body.notificationId)).deliveries[0].status).toBe('SKIPPED');
  });

  test('an error that does not count uses attempts up even while the other provider is down', async () => {
    const world = createWorld({ provider: down, standby: () => failed(callFault(429, 21611)) });
    await world.putAlice();
    const { body } = await dispatch(world);
    await world.advance(30 * MINUTE);
    expect((await world.page(body.notificationId)).deliveries[0]).toMatchObject({ status: 'FAILED', attempts: 5 });
  });
});

describe('accepted and then undelivered', () => {
  test.each(['30003', '30008', '30450', '30027', '39999'])('%s: sent once more through the standby', async (code) => {
    const world = createWorld({ standby: ok });
    await world.putAlice();
    const { body } = await dispatch(world);
    await world.drain();
    const [text] = world.sent;
    await world.callback(text?.ref ?? '', text?.providerId ?? '', 'undelivered', { ErrorCode: code });
    await world.advance(1_000);
    expect(by(world)).toEqual(['twilio', 'sns']);
    const page = await world.page(body.notificationId);
    expect(page.deliveries[0]).toMatchObject({ status: 'SENT', provider: 'sns', attempts: 1 });
    await world.callback(text?.ref ?? '', text?.providerId ?? '', 'delivered');
    expect((await world.page(body.notificationId)).status).toBe('DELIVERED');
  });

  test.each(['30007', '30004', '30005', '30006', '21610'])('%s: FAILED, no other provider', async (code) => {
    const world = createWorld({ standby: ok });
    await world.putAlice();
    const { body } = await dispatch(world);
    await world.drain();
    const [text] = world.sent;
    await world.callback(text?.ref ?? '', text?.providerId ?? '', 'undelivered', { ErrorCode: code });
    await world.advance(MINUTE);
    expect(by(world)).toEqual(['twilio']);
    expect((await world.page(body.notificationId)).deliveries[0]).toMatchObject({ status: 'FAILED', error: { code } });
  });

  test('21610: a crash before the number is suppressed is made up for when the callback comes again', async () => {
    const recipients = memoryRecipients();
    let crashes = 1;
    const frail = async (...change: Parameters<typeof recipients.put>) => {
      if (change[0].smsSuppressed && crashes-- > 0) throw new Error('the table is away');
      return recipients.put(...change);
    };
    const world = createWorld({ standby: ok, stores: { recipients: { ...recipients, put: frail } } });
    await world.putAlice();
    await dispatch(world);
    await world.drain();
    const [text] = world.sent;
    const refused = () =>
      world.callback(text?.ref ?? '', text?.providerId ?? '', 'undelivered', { ErrorCode: '21610' });
    expect((await refused()).status).toBe(500);
    expect((await refused()).status).toBe(204);
    expect((await world.call('getRecipient', { params: { id: 'usr_alice' } })).body.smsSuppressed).toBe(true);
  });

  test.each([
    ['21606', 'OPEN'],
    ['30034', 'CLOSED'],
    ['30023', 'CLOSED'],
    ['39999', 'CLOSED'],
    ['30002', 'OPEN'],
    ['30008', 'CLOSED'],
    ['30001', 'CLOSED'],
    ['21408', 'CLOSED'],
  ])(
    '%s, told by a receipt, leaves the circuit %s: what only receipts tell of sender and account counts too',
    async (code, state) => {
      const world = createWorld({ standby: ok });
      await world.putAlice();
      await dispatch(world);
      await world.drain();
      const [text] = world.sent;
      await world.callback(text?.ref ?? '', text?.providerId ?? '', 'undelivered', { ErrorCode: code });
      await world.advance(3_000);
      const { items } = (await world.call('listProviders')).body;
      expect(items.find((one: { name: string }) => one.name === 'twilio')).toMatchObject({ state });
      const calls = by(world).length;
      await world.call('dispatchNotification', {
        body: { ...INCIDENT, incident: { ...INCIDENT.incident, id: 'INC-2' } },
      });
      await world.drain();
      expect(by(world).slice(calls)).toEqual([state === 'OPEN' ? 'sns' : 'twilio']);
    },
  );

  test('an acknowledged page is not sent again', async () => {
    const world = createWorld({ standby: ok });
    await world.putAlice();
    const { body } = await dispatch(world);
    await world.drain();
    await world.call('acknowledgeNotification', { params: { id: body.notificationId }, body: { by: 'Alice' } });
    const [text] = world.sent;
    await world.callback(text?.ref ?? '', text?.providerId ?? '', 'undelivered', { ErrorCode: '30003' });
    await world.advance(MINUTE);
    expect(by(world)).toEqual(['twilio']);
  });

  test('news that it came back before the create call returned is not lost', async () => {
    const sid = `SM${'c'.repeat(32)}`;
    const world = createWorld({
      provider: async ({ ref }) => {
        await world.callback(ref, sid, 'undelivered', { ErrorCode: '30003' });
        return { outcome: 'accepted', providerId: sid, providerStatus: 'queued' };
      },
      standby: ok,
    });
    await world.putAlice();
    await dispatch(world);
    await world.advance(1_000);
    expect(by(world)).toEqual(['twilio', 'sns']);
  });
});

describe('ambiguous outcomes', () => {
  test('fail over at once, and each is counted as a possible duplicate', async () => {
    const world = createWorld({ provider: timeout, standby: ok });
    await world.putAlice();
    await dispatch(world);
    await world.drain();
    expect(by(world)).toEqual(['sns']);
    expect(world.counted).toContain('PossibleDuplicate');
  });
});

test('a duplicate that came true is counted once, when its receipt shows it', async () => {
  const world = createWorld({ provider: timeout, standby: ok });
  await world.putAlice();
  await dispatch(world);
  await world.drain();
  const [twilio] = world.calls;
  const duplicates = () => world.counted.filter((metric) => metric === 'Duplicate').length;
  expect(duplicates()).toBe(0);
  for (const status of ['sent', 'delivered']) await world.callback(twilio?.ref ?? '', `SM${'d'.repeat(32)}`, status);
  expect(duplicates()).toBe(1);
});

describe('receipts that do not come', () => {
  test('are asked for at three minutes, and what the provider says counts', async () => {
    const asked: number[] = [];
    const world = createWorld({
      ask: (providerId) => {
        asked.push(world.now());
        return { provider: 'twilio', providerId, providerStatus: 'delivered', rank: 4, news: 'delivered' };
      },
    });
    await world.putAlice();
    const { body } = await dispatch(world);
    const start = world.now();
    await world.advance(10 * MINUTE);
    expect(asked.map((at) => at - start)).toEqual([3 * MINUTE]);
    expect((await world.page(body.notificationId)).status).toBe('DELIVERED');
    expect(world.counted).not.toContain('MissingReceipt');
  });

  test('are counted at five minutes and asked for every hour for a day; SENT stays SENT', async () => {
    let asked = 0;
    const world = createWorld({
      ask: () => {
        asked++;
        return undefined;
      },
    });
    await world.putAlice();
    const { body } = await dispatch(world);
    await world.advance(10 * MINUTE);
    expect([asked, world.counted.filter((metric) => metric === 'MissingReceipt').length]).toEqual([1, 1]);
    for (let hour = 0; hour < 30; hour++) {
      await world.sweepReceipts();
      await world.advance(60 * MINUTE);
    }
    expect(asked).toBe(1 + 25);
    expect((await world.page(body.notificationId)).status).toBe('SENT');
  });

  test('a delivered page is not asked about', async () => {
    let asked = 0;
    const world = createWorld({ ask: () => void asked++ as undefined });
    await world.putAlice();
    await dispatch(world);
    await world.drain();
    const [text] = world.sent;
    await world.callback(text?.ref ?? '', text?.providerId ?? '', 'delivered');
    await world.advance(10 * MINUTE);
    expect(asked).toBe(0);
  });
});

describe('a standby that may not text this country', () => {
  const abroad = () => failed(callFault(400, 21408));

  test('costs no page while the first provider is down for twenty minutes', async () => {
    let isDown = true;
    const world = createWorld({ provider: () => (isDown ? down() : undefined), standby: abroad });
    await world.putAlice();
    const { body } = await dispatch(world);
    await world.advance(20 * MINUTE);
    isDown = false;
    await world.advance(5 * MINUTE);
    expect((await world.page(body.notificationId)).deliveries[0]).toMatchObject({ status: 'SENT', provider: 'twilio' });
  });

  test('a standby that is down takes nothing from a page while the first provider may not text the country', async () => {
    let isDown = true;
    const world = createWorld({ provider: abroad, standby: () => (isDown ? down() : undefined) });
    await world.putAlice();
    const { body } = await dispatch(world);
    await world.advance(20 * MINUTE);
    isDown = false;
    await world.advance(5 * MINUTE);
    expect((await world.page(body.notificationId)).deliveries[0]).toMatchObject({ status: 'SENT', provider: 'sns' });
  });

  test('costs no CRITICAL page that was sent to it because the first was busy', async () => {
    const world = createWorld({ standby: abroad, environments: 40 });
    await world.putAlice();
    const ids: string[] = [];
    for (let n = 0; n < 60; n++) ids.push((await dispatch(world, n)).body.notificationId);
    await world.advance(MINUTE);
    for (const id of ids) expect((await world.page(id)).status).toBe('SENT');
  });

  test('a page that neither may send ends FAILED at once', async () => {
    const world = createWorld({ provider: abroad, standby: abroad });
    await world.putAlice();
    const { body } = await dispatch(world);
    await world.drain();
    expect((await world.page(body.notificationId)).deliveries[0]).toMatchObject({ status: 'FAILED', attempts: 1 });
  });
});

test('after an outage pages go out at a ramp and not as a herd', async () => {
  let isDown = true;
  const outage = () => (isDown ? down() : undefined);
  const world = createWorld({ provider: outage, standby: down, environments: 1 });
  await world.putAlice();
  for (let n = 0; n < 60; n++) await dispatch(world, n);
  await world.advance(10 * MINUTE);
  expect(world.sent).toEqual([]);
  isDown = false;
  const recovered = world.now();
  await world.advance(15 * MINUTE);
  expect(world.sent).toHaveLength(60);
  // Only the probe and a quarter at the most of those that are due go out in the 15 s after it, all a minute later.
  const first = world.sent[0]?.at ?? 0;
  const early = world.sent.filter(({ at }) => at < first + 15_000).length;
  expect(early).toBeLessThan(30);
  expect(Math.max(...world.sent.map(({ at }) => at)) - recovered).toBeLessThan(6 * MINUTE);
  for (const page of world.pages.all())
    expect(page.deliveries['1.sms']).toMatchObject({ state: { status: 'SENT' }, attempts: 1 });
});
