import { expect, test, vi } from 'vitest';
import type { SendResult } from '../../lambdas/core/providers/ports.ts';
import { callFault } from '../../lambdas/providers/sms/twilio-codes.ts';
import { createWorld, INCIDENT, TWILIO } from '../support/world.ts';

const failing = (code: number, status = 400): SendResult => ({ outcome: 'failed', fault: callFault(status, code) });
const kinds = (page: { deliveries: { events: { kind: string }[] }[] }) =>
  page.deliveries[0]?.events.map(({ kind }) => kind);

test('a page is queued, claimed, sent and delivered, and the text says how to answer', async () => {
  const world = createWorld();
  await world.putAlice();
  const { status, body } = await world.call('dispatchNotification', { body: INCIDENT });
  expect(status).toBe(202);
  expect(body).toMatchObject({ status: 'ACCEPTED', queued: 1, pendingTiers: [], warnings: [] });
  await world.drain();
  const [text] = world.sent;
  const page = await world.page(body.notificationId);
  expect(text?.body).toBe(`[CRITICAL] payments-api: High error rate. Incident #INC-1042 - Reply ACK ${page.code}`);
  expect(page.status).toBe('SENT');
  expect((await world.callback(text?.ref ?? '', text?.providerId ?? '', 'sent')).status).toBe(204);
  expect((await world.callback(text?.ref ?? '', text?.providerId ?? '', 'delivered')).status).toBe(204);
  const done = await world.page(body.notificationId);
  expect(done.status).toBe('DELIVERED');
  expect(kinds(done)).toEqual(['queued', 'claimed', 'sent', 'receipt', 'receipt', 'delivered']);
});

test('a transient error is tried five times, 30 s, 1, 2 and 4 min apart, then FAILED and in the dead letters', async () => {
  const world = createWorld({ provider: () => failing(21611) });
  await world.putAlice();
  const { body } = await world.call('dispatchNotification', { body: { ...INCIDENT, requireAck: false } });
  await world.advance(20 * 60_000);
  const gaps = world.calls.slice(1).map(({ at }, i) => (at - (world.calls[i]?.at ?? 0)) / 1_000);
  expect(gaps).toEqual([30, 60, 120, 240]);
  const page = await world.page(body.notificationId);
  expect(page).toMatchObject({
    status: 'FAILED',
    deliveries: [{ attempts: 5, error: { code: '21611', class: 'transient' } }],
  });
  expect(kinds(page)?.at(-1)).toBe('dead_lettered');
  expect(world.dead).toMatchObject([{ message: { pageId: body.notificationId, claim: 5 }, reason: { code: '21611' } }]);
});

test('a permanent error fails at once: one call, no retry, no dead letter', async () => {
  const world = createWorld({ provider: () => failing(21211) });
  await world.putAlice();
  const { body } = await world.call('dispatchNotification', { body: { ...INCIDENT, requireAck: false } });
  await world.advance(60 * 60_000);
  expect(world.calls).toHaveLength(1);
  expect(await world.page(body.notificationId)).toMatchObject({ status: 'FAILED', deliveries: [{ attempts: 1 }] });
  expect(world.dead).toEqual([]);
});

test('with requireAck a page whose every channel failed for good is EXHAUSTED, and a later ack still counts', async () => {
  const world = createWorld({ provider: () => failing(21211) });
  await world.putAlice();
  const { body } = await world.call('dispatchNotification', { body: INCIDENT });
  await world.drain();
  expect((await world.page(body.notificationId)).status).toBe('EXHAUSTED');
  await world.call('acknowledgeNotification', { params: { id: body.notificationId } });
  expect((await world.page(body.notificationId)).status).toBe('ACKNOWLEDGED');
});

test('an acknowledged page sends no retry', async () => {
  const world = createWorld({ provider: () => failing(21611) });
  await world.putAlice();
  const { body } = await world.call('dispatchNotification', { body: INCIDENT });
  await world.drain();
  const { body: acked } = await world.call('acknowledgeNotification', {
    params: { id: body.notificationId },
    body: { by: 'Alice' },
  });
  expect(acked).toMatchObject({ status: 'ACKNOWLEDGED', acknowledgedBy: 'Alice', deliveries: [{ status: 'SKIPPED' }] });
  await world.advance(60 * 60_000);
  expect(world.calls).toHaveLength(1);
});

test('an ack while the text is on its way stops the retry of that very attempt', async () => {
  const world = createWorld({
    provider: async () => {
      await world.call('acknowledgeIncident', { params: { incidentId: 'INC-1042' } });
      return failing(21611);
    },
  });
  await world.putAlice();
  const { body } = await world.call('dispatchNotification', { body: INCIDENT });
  await world.advance(60 * 60_000);
  // The API answered for nobody in particular, so Alice is told by a page of its own: that is not meant.
  expect(world.calls.filter(({ ref }) => ref.startsWith(body.notificationId.slice(3)))).toHaveLength(1);
  expect((await world.page(body.notificationId)).deliveries).toMatchObject([{ status: 'SKIPPED' }]);
});

test('a worker that dies after its claim loses its lease, and the page goes out as the next attempt', async () => {
  let dies = true;
  const world = createWorld({
    wrapPages: (pages) => ({
      ...pages,
      async save(before, after) {
        const result = await pages.save(before, after);
        const [delivery] = Object.values(after.deliveries);
        if (dies && delivery?.state.status === 'SENDING') {
          dies = false;
          throw new Error('killed');
        }
        return result;
      },
    }),
  });
  await world.putAlice();
  const { body } = await world.call('dispatchNotification', { body: INCIDENT });
  await world.drain();
  expect((await world.page(body.notificationId)).deliveries[0].status).toBe('SENDING');
  await world.advance(91_000);
  const page = await world.page(body.notificationId);
  expect(page.deliveries[0]).toMatchObject({ status: 'SENT', attempts: 2 });
  expect(kinds(page)).toEqual(['queued', 'claimed', 'attempt_failed', 'claimed', 'sent']);
});

test('a second copy that meets a live lease waits for its end instead of sending or vanishing', async () => {
  let release = () => {};
  const world = createWorld({
    provider: () =>
      new Promise<SendResult>((resolve) => {
        release = () => resolve({ outcome: 'accepted', providerId: `SM${'a'.repeat(32)}`, providerStatus: 'queued' });
      }),
  });
  await world.putAlice();
  const { body } = await world.call('dispatchNotification', { body: INCIDENT });
  world.queues.urgent.send({ pageId: body.notificationId, round: 1, channel: 'sms', claim: 1 });
  const draining = world.drain();
  const [first, second] = world.queues.urgent.messages;
  await vi.waitFor(() => expect((second?.at ?? 0) - world.now()).toBe(20_000));
  expect(world.calls).toHaveLength(1);
  expect(first).toBeDefined();
  release();
  await draining;
  await world.advance(60_000);
  expect(world.calls).toHaveLength(1);
  expect(world.queues.urgent.messages).toEqual([]);
});

test('a poisonous message goes to the dead letters at once and its neighbours are delivered', async () => {
  const world = createWorld();
  await world.putAlice();
  world.queues.urgent.send('{not json');
  world.queues.urgent.send({ pageId: 'pg_aaaaaaaaaaaaaaaa', round: 1, channel: 'sms', claim: 1 });
  await world.call('dispatchNotification', { body: INCIDENT });
  await world.drain();
  expect(world.sent).toHaveLength(1);
  expect(world.dead.map(({ reason }) => reason.code).sort()).toEqual(['unknown_delivery', 'unreadable']);
  expect(world.queues.urgent.messages).toEqual([]);
});

test('secrets and phone numbers are in no log line', async () => {
  const world = createWorld({ provider: () => failing(21611) });
  await world.putAlice();
  await world.call('dispatchNotification', { body: INCIDENT });
  await world.advance(60 * 60_000);
  expect(JSON.stringify(world.lines)).not.toMatch(/4155550100|token-of-tests/);
  expect(TWILIO.authToken).toBe('token-of-tests');
});
