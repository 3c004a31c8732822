/** One incident, whichever way its id is written: composed (NFC) or with combining marks (NFD). */
import { expect, test } from 'vitest';
import { signSlack } from '../support/slack-signed.ts';
import { SLACK_SIGNING_SECRET } from '../support/world/names.ts';
import { createWorld, INCIDENT } from '../support/world.ts';

const PAIRS: [string, string][] = [
  ['Caf\u00e9-7', 'Cafe\u0301-7'],
  ['\u00c5-1', '\u212b-1'],
  ['\ud55c\uad6d', '\u1112\u1161\u11ab\u1100\u116e\u11a8'],
];
const dispatchOf = (id: string, more: object = {}) => ({
  ...INCIDENT,
  incident: { ...INCIDENT.incident, id, ...more },
});

async function withAlice(options: Parameters<typeof createWorld>[0] = {}) {
  const world = createWorld(options);
  await world.putAlice();
  const send = async (id: string, headers = {}) =>
    (await world.call('dispatchNotification', { body: dispatchOf(id), headers })).body;
  return { ...world, send };
}

test.each(PAIRS)(
  'an open page of incident %j takes up a dispatch that writes it %j, and shows the id in NFC',
  async (nfc, nfd) => {
    const { send } = await withAlice();
    const first = await send(nfd);
    const second = await send(nfc);
    expect(second).toMatchObject({ notificationId: first.notificationId, deduplicated: true });
    expect([first.incidentId, second.incidentId]).toEqual([nfc, nfc]);
  },
);

test.each(PAIRS)(
  'a key repeated with the same body, %j written %j, is a replay and no other body',
  async (nfc, nfd) => {
    const { call } = await withAlice();
    const headers = { 'Idempotency-Key': 'k1' };
    const first = await call('dispatchNotification', { body: dispatchOf(nfc), headers });
    const second = await call('dispatchNotification', { body: dispatchOf(nfd), headers });
    expect([second.status, second.body.notificationId]).toEqual([202, first.body.notificationId]);
    expect(second.headers['idempotency-replayed']).toBe('true');
  },
);

test.each(PAIRS)(
  'pages of incident %j are listed and its deliveries read by either form, for instance %j',
  async (nfc, nfd) => {
    const { call, send, drain } = await withAlice();
    const { notificationId } = await send(nfd);
    await drain();
    for (const incidentId of [nfc, nfd]) {
      const list = await call('listNotifications', { query: { incidentId } });
      expect(list.body.items).toMatchObject([{ notificationId, incidentId: nfc }]);
      const deliveries = await call('listIncidentDeliveries', { params: { incidentId } });
      expect(deliveries.body.items).toMatchObject([{ notificationId, incidentId: nfc }]);
    }
  },
);

test.each(PAIRS)(
  'pages of incident %j are acknowledged and resolved by either form, for instance %j',
  async (nfc, nfd) => {
    const { call, send, page, audit } = await withAlice();
    const { notificationId } = await send(nfc);
    const acknowledged = await call('acknowledgeIncident', { params: { incidentId: nfd }, body: { by: 'Bob' } });
    expect(acknowledged.body).toMatchObject({ incidentId: nfc, status: 'ACKNOWLEDGED' });
    const resolved = await call('resolveIncident', { params: { incidentId: nfc } });
    expect(resolved.body.status).toBe('RESOLVED');
    expect((await page(notificationId)).status).toBe('RESOLVED');
    expect(audit.entries.map(({ resource }) => resource).filter((one) => one.startsWith('incident/'))).toEqual([
      `incident/${nfc}`,
      `incident/${nfc}`,
    ]);
    const found = await call('listAudit', { query: { resource: `incident/${nfd}` } });
    expect(found.body.items).toHaveLength(2);
  },
);

test.each(PAIRS)('a resolution of %j, written %j, resolves the incident for everybody', async (nfc, nfd) => {
  const { call, send, page } = await withAlice();
  const { notificationId } = await send(nfc);
  await call('dispatchNotification', { body: { ...dispatchOf(nfd), type: 'resolution' } });
  expect((await page(notificationId)).status).toBe('RESOLVED');
});

test.each(PAIRS)('/oncall ack finds incident %j when it is typed %j', async (nfc, nfd) => {
  const { call, send, page, now, putAlice } = await withAlice({ channels: ['sms', 'slack'] });
  await putAlice({ slackUserId: 'U0ALICE' });
  const { notificationId } = await send(nfc);
  await send('INC-other');
  const form = { user_id: 'U0ALICE', command: '/oncall', text: `ack ${nfd}` };
  await call('receiveSlackCommand', signSlack(SLACK_SIGNING_SECRET, now(), form));
  expect((await page(notificationId)).status).toBe('ACKNOWLEDGED');
});

test.each(PAIRS)(
  'a maintenance window of service and team %j holds pages that write them %j, and the other way round',
  async (nfc, nfd) => {
    for (const [inWindow, inPage] of [
      [nfc, nfd],
      [nfd, nfc],
    ] as const) {
      const { call, now } = await withAlice({ suppression: { hourlyCap: 100 } });
      for (const names of [{ services: [inWindow] }, { teams: [inWindow] }]) {
        const id = Object.keys(names)[0] ?? '';
        const times = { startsAt: new Date(now()).toISOString(), endsAt: new Date(now() + 3_600_000).toISOString() };
        const put = await call('putMaintenanceWindow', { params: { id }, body: { ...names, ...times } });
        expect(Object.values(put.body)).toContainEqual([nfc]);
        const fields = {
          priority: 'LOW',
          service: 'services' in names ? inPage : 'db',
          team: { id: 'teams' in names ? inPage : 't' },
        };
        const { body } = await call('dispatchNotification', { body: dispatchOf(`INC-${id}`, fields) });
        expect(body.status).toBe('HELD');
      }
    }
  },
);
