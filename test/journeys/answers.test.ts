import { expect, test } from 'vitest';
import type { Page } from '../../lambdas/core/page/page.ts';
import { createWorld, INCIDENT } from '../support/world.ts';

const put = (world: ReturnType<typeof createWorld>, id: string, n: number) =>
  world.call('putRecipient', { params: { id }, body: { name: id, phone: `+1415555010${n}`, phoneVerified: true } });

async function twoPaged(fields: object = {}, options: Parameters<typeof createWorld>[0] = {}) {
  const world = createWorld(options);
  await put(world, 'usr_alice', 0);
  await put(world, 'usr_bob', 1);
  const ids: string[] = [];
  for (const recipientId of ['usr_alice', 'usr_bob']) {
    const { body } = await world.call('dispatchNotification', { body: { ...INCIDENT, ...fields, recipientId } });
    ids.push(body.notificationId);
  }
  const [alice = '', bob = ''] = ids;
  return { world, alice, bob };
}

test('acknowledging one page stops everybody paged about the incident', async () => {
  const { world, alice, bob } = await twoPaged();
  const { status, body } = await world.call('acknowledgeNotification', {
    params: { id: alice },
    body: { by: 'Alice' },
  });
  expect([status, body.status]).toEqual([200, 'ACKNOWLEDGED']);
  expect(await world.page(bob)).toMatchObject({
    status: 'ACKNOWLEDGED',
    acknowledgedBy: 'Alice',
    acknowledgedVia: 'api',
  });
  await world.advance(3_600_000);
  expect(world.calls).toEqual([]);
});

test('with ackScope recipient everybody has to answer for themselves, unless the incident itself is answered', async () => {
  const { world, alice, bob } = await twoPaged({ ackScope: 'recipient' });
  await world.call('acknowledgeNotification', { params: { id: alice } });
  await world.advance(10_000);
  expect((await world.page(bob)).status).toBe('SENT');
  await world.call('acknowledgeIncident', { params: { incidentId: 'INC-1042' } });
  expect((await world.page(bob)).status).toBe('ACKNOWLEDGED');
});

test('whoever was first stays first, and a repeated answer is still 200', async () => {
  const { world, alice } = await twoPaged();
  await world.call('acknowledgeNotification', { params: { id: alice }, body: { by: 'Alice' } });
  const { status, body } = await world.call('acknowledgeNotification', { params: { id: alice }, body: { by: 'Bob' } });
  expect([status, body.acknowledgedBy]).toEqual([200, 'Alice']);
  const { body: resolved } = await world.call('resolveNotification', { params: { id: alice }, body: { by: 'Bob' } });
  expect(resolved).toMatchObject({ status: 'RESOLVED', acknowledgedBy: 'Alice', resolvedBy: 'Bob' });
  const { body: after } = await world.call('acknowledgeNotification', { params: { id: alice } });
  expect(after.status).toBe('RESOLVED');
});

test('a page that the lagging index did not show yet is stopped by the second pass', async () => {
  let lags = true;
  const { world, bob } = await twoPaged(
    {},
    {
      wrapPages: (pages) => ({
        ...pages,
        ofIncident: async (id) =>
          (await pages.ofIncident(id)).filter((page: Page) => !lags || page.recipientId === 'usr_alice'),
      }),
    },
  );
  await world.call('acknowledgeIncident', { params: { incidentId: 'INC-1042' } });
  expect((await world.page(bob)).status).toBe('ACCEPTED');
  lags = false;
  // The second pass alone: the texts' own lanes are not drained before it.
  world.queues.urgent.messages.forEach((message) => {
    message.at += 60_000;
  });
  await world.advance(2_000);
  expect((await world.page(bob)).status).toBe('ACKNOWLEDGED');
  await world.advance(3_600_000);
  expect(world.calls).toEqual([]);
});

test('an answer that nothing has to follow orders the second pass alone, also where the team has a channel', async () => {
  const world = createWorld();
  await put(world, 'usr_alice', 0);
  const incident = { ...INCIDENT.incident, team: { id: 't1', name: 'Payments', slackChannel: 'C0123' } };
  const { body } = await world.call('dispatchNotification', { body: { ...INCIDENT, incident } });
  await world.advance(1_000);
  await world.call('acknowledgeNotification', { params: { id: body.notificationId }, body: { by: 'usr_alice' } });
  expect(world.queues.answers.messages).toHaveLength(1);
  const rung = await twoPaged();
  await rung.world.call('acknowledgeNotification', { params: { id: rung.alice } });
  expect(rung.world.queues.answers.messages).toHaveLength(2);
});

test('an incident that comes back after its answer rings again', async () => {
  const { world } = await twoPaged();
  await world.call('resolveIncident', { params: { incidentId: 'INC-1042' } });
  await world.advance(1_000);
  await world.call('dispatchNotification', { body: INCIDENT });
  await world.advance(10_000);
  expect(world.sent).toHaveLength(1);
});

test('dispatching a resolution resolves the incident and still tells the person', async () => {
  const { world, alice, bob } = await twoPaged();
  await world.advance(1_000);
  const { body } = await world.call('dispatchNotification', { body: { ...INCIDENT, type: 'resolution' } });
  await world.advance(10_000);
  expect([(await world.page(alice)).status, (await world.page(bob)).status]).toEqual(['RESOLVED', 'RESOLVED']);
  expect((await world.page(body.notificationId)).status).toBe('SENT');
  expect(world.sent.at(-1)?.body).toMatch(/^\[RESOLVED\] payments-api: High error rate. Incident #INC-1042/);
  expect(world.sent.at(-1)?.body).not.toContain('ACK');
});

test('a resolution that is taken for an earlier one still resolves what was paged in between', async () => {
  const { world } = await twoPaged();
  const resolve = () =>
    world.call('dispatchNotification', { body: { ...INCIDENT, type: 'resolution', recipientId: 'usr_alice' } });
  await world.advance(1_000);
  await resolve();
  await world.advance(10_000);
  const { body } = await world.call('dispatchNotification', { body: { ...INCIDENT, recipientId: 'usr_bob' } });
  await world.advance(1_000);
  expect((await resolve()).body.deduplicated).toBe(true);
  await world.advance(10_000);
  expect((await world.page(body.notificationId)).status).toBe('RESOLVED');
});

test('who answered, and with which token, is in the audit', async () => {
  const { world, alice } = await twoPaged();
  const caller = { clientId: 'console', subject: 'sub-7' };
  await world.call('acknowledgeNotification', { params: { id: alice }, body: { by: 'Alice' }, caller });
  expect(world.audit.entries).toContainEqual(
    expect.objectContaining({
      resource: `page/${alice}`,
      action: 'page.acknowledged',
      actor: 'console/sub-7',
      details: { by: 'Alice' },
    }),
  );
});

test('a resolution that is dispatched is in the audit once, though the first call died before it could record it', async () => {
  const { world } = await twoPaged();
  const { record } = world.audit;
  world.audit.record = async () => {
    world.audit.record = record;
    throw new Error('died');
  };
  const call = {
    body: { ...INCIDENT, type: 'resolution' },
    headers: { 'Idempotency-Key': 'over' },
    caller: { clientId: 'monitoring', subject: 'sub-7', name: 'Monitoring', sourceIp: '192.0.2.1' },
  };
  await world.advance(1_000);
  const at = world.now();
  expect((await world.call('dispatchNotification', call)).status).toBe(500);
  await world.advance(1_000);
  const { body } = await world.call('dispatchNotification', call);
  await world.call('dispatchNotification', call);
  expect(world.audit.entries.filter(({ action }) => action === 'incident.resolved')).toEqual([
    {
      at,
      resource: 'incident/INC-1042',
      action: 'incident.resolved',
      actor: 'monitoring/sub-7',
      from: '192.0.2.1',
      details: { by: 'Monitoring', via: 'dispatch', notificationId: body.notificationId },
    },
  ]);
});

test('only what changed something is in the audit: a repetition is not, what reaches a later page is', async () => {
  const { world, alice } = await twoPaged();
  const before = world.audit.entries.length;
  const audited = () => world.audit.entries.slice(before).map(({ resource, action }) => `${resource} ${action}`);
  const acknowledge = () => world.call('acknowledgeNotification', { params: { id: alice }, body: {} });
  const incident = { params: { incidentId: INCIDENT.incident.id }, body: {} };
  await acknowledge();
  await world.advance(1_000);
  await acknowledge();
  await world.call('acknowledgeIncident', incident);
  expect(audited()).toEqual([`page/${alice} page.acknowledged`]);
  // Somebody is paged about the incident after it was acknowledged: this one is still to be answered.
  await world.advance(3_000);
  await world.call('dispatchNotification', { body: { ...INCIDENT, recipientId: 'usr_bob', type: 'escalation' } });
  await world.advance(1_000);
  await acknowledge();
  expect(audited()).toHaveLength(2);
  await world.call('resolveIncident', incident);
  await world.advance(1_000);
  await world.call('resolveIncident', incident);
  expect(audited().slice(2)).toEqual([`incident/${INCIDENT.incident.id} incident.resolved`]);
});

test.each(['acknowledgeNotification', 'resolveNotification'] as const)(
  '%s of an unknown page: 404',
  async (operation) => {
    expect((await createWorld().call(operation, { params: { id: 'pg_aaaaaaaaaaaaaaaa' } })).status).toBe(404);
  },
);
test.each(['acknowledgeIncident', 'resolveIncident'] as const)('%s of an unknown incident: 404', async (operation) => {
  expect((await createWorld().call(operation, { params: { incidentId: 'INC-0' } })).status).toBe(404);
});
