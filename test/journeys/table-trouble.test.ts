/**
 * Half an hour in which the table refuses every call, with pages in every state there is: none of their messages ends in the
 * dead letters, and everything goes on afterwards. One file because all states share the half hour.
 */

import { ProvisionedThroughputExceededException, ThrottlingException } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../lambdas/core/time.ts';
import { callFault, laterFault } from '../../lambdas/providers/sms/twilio-codes.ts';
import type { Behaviour } from '../support/world/providers.ts';
import type { Reports } from '../support/world/reports.ts';
import { createWorld, TWILIO } from '../support/world.ts';

const TROUBLE = 30 * MINUTE;
const PEOPLE = ['answered', 'waiting', 'sending', 'sms-receipt', 'sns-receipt', 'calling', 'texting'] as const;
const phoneOf = (person: (typeof PEOPLE)[number]) => `+1415555010${PEOPLE.indexOf(person)}`;
const mailOf = (person: string) => `${person}@example.com`;

const down: ReturnType<Behaviour> = { outcome: 'failed', fault: callFault(503, undefined) };
const by =
  (wanted: string, behaviour: Behaviour): Behaviour =>
  (request, call) =>
    request.to === wanted ? behaviour(request, call) : undefined;

/** As the SDK throws it when its own three tries are over. */
function throttled(n: number): Error {
  const about = { message: 'The level of configured provisioned throughput was exceeded.', $metadata: {} };
  return n % 2 === 0 ? new ProvisionedThroughputExceededException(about) : new ThrottlingException(about);
}

/** The table under all ports. While it is throttled, or from so many calls on, it refuses everything. */
function frailTable() {
  const table = { isThrottled: false, refused: 0, calls: 0, from: Number.POSITIVE_INFINITY };
  const wrapTable = <T extends object>(port: T): T =>
    new Proxy(port, {
      get(target, name) {
        const method = Reflect.get(target, name) as unknown;
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]) => {
          if (++table.calls === table.from) table.isThrottled = true;
          if (table.isThrottled) throw throttled(table.refused++);
          return (method as (...all: unknown[]) => unknown).apply(target, args);
        };
      },
    });
  return { table, wrapTable };
}

/** Everybody has one way to be reached, so that each stands for one state that the trouble meets. */
async function worldInTrouble() {
  const { table, wrapTable } = frailTable();
  let mailIsDown = true;
  const reports: Reports = {
    // News of the messages that were out before comes in the middle of it.
    'twilio/sms': ({ to }) => [
      { status: 'delivered', after: to === phoneOf('sms-receipt') ? 10 * MINUTE : 2 * SECOND },
    ],
    'sns/sms': () => [{ status: 'delivered', after: 10 * MINUTE }],
    'sendgrid/email': ({ to }) => [
      { status: 'delivered', after: to === mailOf('mail-receipt') ? 10 * MINUTE : SECOND },
    ],
    'ses/email': () => [{ status: 'delivered', after: 10 * MINUTE }],
  };
  const world = createWorld({
    channels: ['sms', 'email', 'voice'],
    wrapTable,
    reports,
    suppression: { hourlyCap: 100 },
    // What Twilio was not heard of by its callback is asked for.
    ask: (providerId) => ({ provider: 'twilio', providerId, providerStatus: 'delivered', rank: 4, news: 'delivered' }),
    behave: {
      'twilio/sms': (request, call) =>
        by(phoneOf('sns-receipt'), () => down)(request, call) ??
        by(phoneOf('sending'), () => {
          // The provider has it, and the worker cannot write that any more; the second time it can.
          table.isThrottled = table.refused === 0;
          return undefined;
        })(request, call),
      'sendgrid/email': (request, call) =>
        by(mailOf('deferred'), () => (mailIsDown ? down : undefined))(request, call) ??
        by(mailOf('ses-receipt'), () => down)(request, call),
      'ses/email': by(mailOf('deferred'), () => (mailIsDown ? down : undefined)),
    },
  });
  const put = async (id: string, fields: object) => {
    const body = { name: id, timezone: 'UTC', ...fields };
    expect((await world.call('putRecipient', { params: { id }, body })).status).toBe(201);
  };
  for (const person of PEOPLE) {
    const preferences = [{ channel: person === 'calling' ? 'sms' : 'voice', enabled: false }];
    await put(person, { phone: phoneOf(person), phoneVerified: true, preferences });
  }
  for (const person of ['deferred', 'held', 'queued', 'mail-receipt', 'ses-receipt', 'later'])
    await put(person, { email: mailOf(person) });
  await put('nobody', {});

  const dispatch = (recipientId: string, fields: object = {}, key?: string) => {
    const { incident = {}, ...more } = fields as { incident?: object };
    return world.call('dispatchNotification', {
      body: {
        incident: { id: `INC-${recipientId}`, title: 'Disk full', priority: 'HIGH', service: 'db', ...incident },
        recipientId,
        requireAck: false,
        ...more,
      },
      ...(key !== undefined && { headers: { 'Idempotency-Key': key } }),
    });
  };
  const page = async (...args: Parameters<typeof dispatch>): Promise<string> => {
    const { status, body } = await dispatch(...args);
    expect(status).toBe(202);
    return body.notificationId;
  };
  return {
    world,
    table,
    dispatch,
    page,
    mendMail: () => {
      mailIsDown = false;
    },
    status: async (id: string) => (await world.page(id)).status,
    sentTo: (to: string) => world.sent.filter((message) => message.to === to).length,
    waiting: () => world.allQueues().flatMap(({ messages }) => messages),
    /** By whom we gave up, and by whom SQS did. */
    givenUp: () => [...world.dead, ...world.allQueues().flatMap(({ dead }) => dead)],
  };
}

test('half an hour without the table: nothing is in the dead letters, and everything goes on afterwards', async () => {
  const { world, table, dispatch, page, mendMail, status, sentTo, waiting, givenUp } = await worldInTrouble();

  // Before: every state that a page can be in.
  const window = { startsAt: world.now(), endsAt: world.now() + 15 * MINUTE, version: 1, updatedAt: world.now() };
  await world.suppression?.windows.put({ id: 'w1', services: ['search'], ...window }, 0);
  const held = await page('held', { incident: { service: 'search' } });
  const deferred = await page('deferred');
  const waitingForAnswer = await page('waiting', { requireAck: true });
  const mailReceipt = await page('mail-receipt');
  const sesReceipt = await page('ses-receipt');
  const smsReceipt = await page('sms-receipt');
  const snsReceipt = await page('sns-receipt');
  const calling = await page('calling', { requireAck: true, incident: { priority: 'CRITICAL' } });
  const texting = await page('texting', { requireAck: true });
  const answered = await page('answered', { requireAck: true, incident: { priority: 'CRITICAL' } });
  await world.advance(2 * MINUTE);
  expect(await status(waitingForAnswer)).toBe('DELIVERED');
  expect((await world.page(deferred)).deliveries[0].deferredUntil).toBeDefined();
  expect(await status(held)).toBe('HELD');
  expect(
    (await world.call('acknowledgeNotification', { params: { id: answered }, body: { by: 'answered' } })).status,
  ).toBe(200);
  expect((await dispatch('nobody')).status).toBe(422);
  const queued = await page('queued');
  const sending = await page('sending', { incident: { priority: 'CRITICAL' } });
  const outBefore = world.sent.length;
  // Alerts, stops, looks and copies are in their queues; the first send that is made brings the trouble.
  await world.drain();
  expect(table.isThrottled).toBe(true);
  const began = world.now();

  // During: calls are refused in a way that can be repeated, by people, callers and providers.
  await world.advance(10 * MINUTE);
  mendMail();
  const refused = { status: 503, headers: { 'retry-after': '1' } };
  expect(await dispatch('later', {}, 'key-1')).toMatchObject(refused);
  expect(
    await world.call('acknowledgeNotification', { params: { id: waitingForAnswer }, body: { by: 'waiting' } }),
  ).toMatchObject(refused);
  expect(await world.call('getNotification', { params: { id: queued } })).toMatchObject(refused);
  expect(await world.call('listRecipients')).toMatchObject(refused);
  expect((await world.call('getHealth')).status).toBe(503);
  expect(await world.call('receiveTwilioSmsInbound', world.signedText(phoneOf('texting'), 'ACK'))).toMatchObject(
    refused,
  );
  await world.suppression?.sweep().catch(() => undefined);
  await world.advance(TROUBLE - (world.now() - began));
  expect(givenUp()).toEqual([]);
  // The one that brought it, and nothing else: no call is made that is not claimed.
  expect(world.sent.length).toBe(outBefore + 1);
  expect(table.refused).toBeGreaterThan(100);
  expect(Math.max(...waiting().map(({ receives }) => receives))).toBeGreaterThan(20);

  // After: whoever repeats is served, and what was on its way goes on.
  table.isThrottled = false;
  const repeated = await dispatch('later', {}, 'key-1');
  expect(repeated.status).toBe(202);
  expect((await dispatch('later', {}, 'key-1')).body.notificationId).toBe(repeated.body.notificationId);
  expect(
    (await world.call('acknowledgeNotification', { params: { id: waitingForAnswer }, body: { by: 'waiting' } })).status,
  ).toBe(200);
  expect(await world.text(phoneOf('texting'), 'ACK')).toContain('acknowledged');
  // As its schedule does each minute.
  await world.suppression?.sweep();
  await world.advance(40 * MINUTE);

  expect([givenUp(), waiting()]).toEqual([[], []]);
  for (const id of [waitingForAnswer, answered, texting]) expect(await status(id)).toBe('ACKNOWLEDGED');
  expect([sentTo(phoneOf('answered')), sentTo(phoneOf('waiting'))]).toEqual([1, 1]);
  for (const id of [held, deferred, queued, repeated.body.notificationId]) expect(await status(id)).toBe('DELIVERED');
  for (const person of ['held', 'deferred', 'queued', 'later']) expect(sentTo(mailOf(person))).toBe(1);
  for (const id of [mailReceipt, sesReceipt, smsReceipt, snsReceipt]) expect(await status(id)).toBe('DELIVERED');
  for (const person of ['sms-receipt', 'sns-receipt'] as const) expect(sentTo(phoneOf(person))).toBe(1);
  // Whether it was out could not be written: it counts as an attempt, and was made once more.
  const lost = (await world.page(sending)).deliveries[0];
  expect(lost).toMatchObject({ status: 'DELIVERED', attempts: 2 });
  expect(lost.events.map(({ code }: { code?: string }) => code)).toContain('worker_lost');
  expect(sentTo(phoneOf('sending'))).toBe(2);
  // Nobody answered it in its time, and operations hears of that and of whom nobody could be paged.
  expect(await status(calling)).toBe('EXHAUSTED');
  expect(world.told.map(({ subject }) => subject)).toEqual([
    expect.stringContaining('no channel reaches the recipient'),
    expect.stringContaining('unanswered'),
  ]);
  expect(JSON.stringify(world.lines)).not.toContain(TWILIO.authToken);
});

test('wherever in the life of a page the table stops, the page climbs on afterwards and nothing is given up', async () => {
  // Every third call of the table: each would take three times as long and finds no more.
  for (let n = 1; ; n += 3) {
    const { table, wrapTable } = frailTable();
    const world = createWorld({
      channels: ['email', 'sms', 'voice'],
      wrapTable,
      ask: (providerId) => ({
        provider: 'twilio',
        providerId,
        providerStatus: 'undelivered',
        rank: 4,
        news: { undelivered: laterFault('undelivered', 30005) },
      }),
      // A mail that comes back from both providers, a text to a number that is gone, a call that nobody takes.
      reports: {
        'sendgrid/email': () => [{ status: 'bounce', after: SECOND, fields: { type: 'bounce', reason: '550' } }],
        'ses/email': () => [{ status: 'bounced', after: SECOND }],
        'twilio/sms': () => [{ status: 'undelivered', after: SECOND, fields: { ErrorCode: '30005' } }],
      },
    });
    await world.putAlice({ email: mailOf('alice') });
    const incident = { id: 'INC-1', title: 'Disk full', priority: 'CRITICAL', service: 'db' };
    const { body } = await world.call('dispatchNotification', {
      body: { incident, recipientId: 'usr_alice', requireAck: false },
    });
    table.from = table.calls + n;
    await world.advance(2 * MINUTE, () => table.isThrottled);
    if (!table.isThrottled) {
      expect(n).toBeGreaterThan(40);
      return;
    }
    await world.advance(TROUBLE);
    table.isThrottled = false;
    await world.advance(20 * MINUTE);
    const left = world.allQueues().flatMap(({ messages, dead }) => [...messages, ...dead]);
    expect([world.dead, left], `refused from call ${n} on`).toEqual([[], []]);
    expect((await world.page(body.notificationId)).status, `refused from call ${n} on`).toBe('FAILED');
  }
});
