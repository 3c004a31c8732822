/** Acknowledgments and resolutions whose own message no channel can bring (docs/spec/api.md#dispatch). */

import { describe, expect, test } from 'vitest';
import type { PageStore } from '../../lambdas/core/page/ports.ts';
import { MINUTE } from '../../lambdas/core/time.ts';
import { undocumented } from '../support/openapi.ts';
import { createWorld, type Options } from '../support/world.ts';

const PHONE = { phone: '+14155550111', phoneVerified: true };
const OFF = (...channels: string[]) => ({ preferences: channels.map((channel) => ({ channel, enabled: false })) });

const TYPES = [
  ['acknowledgment', 'ACKNOWLEDGED'],
  ['resolution', 'RESOLVED'],
] as const;

/** Alice is paged; the news goes to Carol. */
async function town(carol: object, options: Options = {}) {
  const world = createWorld({ channels: ['email', 'sms', 'voice'], ...options });
  await world.putAlice();
  await world.call('putRecipient', { params: { id: 'usr_carol' }, body: { name: 'Carol', ...carol } });
  const incident = { id: 'INC-1', title: 'Disk fills up', priority: 'CRITICAL', service: 'db' };
  const alarm = await world.call('dispatchNotification', { body: { incident, recipientId: 'usr_alice' } });
  const id = alarm.body.notificationId as string;
  const newsOf = (type: string, more: object = {}) => ({ incident, recipientId: 'usr_carol', type, ...more });
  const news = (type: string, key?: string, more: object = {}) =>
    world.call('dispatchNotification', {
      body: newsOf(type, more),
      ...(key !== undefined && { headers: { 'Idempotency-Key': key } }),
      caller: { name: 'Dave' },
    });
  const alarmNow = async () => world.page(id);
  return { ...world, id, news, newsOf, alarmNow };
}

const UNREACHABLE: [string, object, object][] = [
  ['voice alone', { ...PHONE, ...OFF('sms', 'email') }, {}],
  ['voice alone, named by the caller', PHONE, { channels: ['voice'] }],
  ['no contact at all', {}, {}],
  ['a phone that is not verified', { phone: PHONE.phone }, {}],
  ['every channel switched off', { ...PHONE, email: 'carol@example.com', ...OFF('sms', 'email', 'voice') }, {}],
];

describe.each(TYPES)('%s that no channel can bring', (type, status) => {
  test.each(UNREACHABLE)(
    'the incident is answered for all although the recipient of the news has %s',
    async (_, carol, more) => {
      const world = await town(carol);
      const answer = await world.news(type, undefined, more);
      expect(undocumented('dispatchNotification', answer)).toEqual([]);
      expect(answer).toMatchObject({ status: 202, body: { status, queued: 0, channels: [], pendingTiers: [] } });
      const codes = answer.body.warnings.map(({ code }: { code: string }) => code);
      expect(codes).toContain('no-usable-channel');
      expect(await world.alarmNow()).toMatchObject({ status, [`${status.toLowerCase()}Via`]: 'dispatch' });
      await world.advance(60 * MINUTE);
      // The alarm stops; whoever is paged about news that reaches nobody would be paged for nothing.
      expect(world.sent).toEqual([]);
      expect([world.alerts.raised, world.counted]).toEqual([[], []]);
    },
  );

  test('the incident is answered for all although the recipient of the news has stopped texts', async () => {
    const world = await town({ ...PHONE, ...OFF('email', 'voice') });
    await world.text(PHONE.phone, 'STOP');
    const { status: code, body } = await world.news(type);
    expect([code, body.status, (await world.alarmNow()).status]).toEqual([202, status, status]);
    const words = body.warnings.find((one: { code: string }) => one.code === 'no-usable-channel').message;
    expect(words).toContain('sms: The recipient opted out of SMS (STOP).');
  });

  test('its page can be read, is in the lists, and does not keep the recipient from being deleted', async () => {
    const world = await town({});
    const { body } = await world.news(type);
    const shown = await world.call('getNotification', { params: { id: body.notificationId } });
    expect(undocumented('getNotification', shown)).toEqual([]);
    expect(shown.body).toMatchObject({ status, deliveries: [], type, [`${status.toLowerCase()}By`]: 'Dave' });
    const listed = await world.call('listNotifications', { query: { recipientId: 'usr_carol', status } });
    expect(listed.body.items).toHaveLength(1);
    expect((await world.call('deleteRecipient', { params: { id: 'usr_carol' } })).status).toBe(204);
  });

  test('the same key gives the same page, and refuses another body', async () => {
    const world = await town({});
    const first = await world.news(type, 'k');
    const again = await world.news(type, 'k');
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.body).toEqual(first.body);
    // The recipient may have got a channel since, or be gone.
    await world.call('putRecipient', { params: { id: 'usr_carol' }, body: { name: 'Carol', email: 'c@example.com' } });
    expect((await world.news(type, 'k')).body.notificationId).toBe(first.body.notificationId);
    await world.call('deleteRecipient', { params: { id: 'usr_carol' } });
    const gone = await world.news(type, 'k');
    expect([gone.status, gone.body.notificationId]).toEqual([202, first.body.notificationId]);
    expect((await world.news(type, 'k', { escalationLevel: 1 })).status).toBe(422);
  });

  test('a repetition without a key answers what was paged since', async () => {
    const world = await town({});
    await world.news(type);
    await world.advance(MINUTE);
    const incident = { id: 'INC-1', title: 'Disk is full', priority: 'CRITICAL', service: 'db' };
    const since = await world.call('dispatchNotification', { body: { incident, recipientId: 'usr_alice' } });
    await world.advance(1);
    expect((await world.news(type)).status).toBe(202);
    expect((await world.page(since.body.notificationId)).status).toBe(status);
  });

  test('a repetition completes the answer of a first call that died', async () => {
    for (const key of ['k', undefined]) {
      let dies = false;
      const world = await town(
        {},
        {
          wrapPages: (pages: PageStore) => ({
            ...pages,
            async ofIncident(id: string) {
              if (dies) throw Object.assign(new Error('no answer'), { name: 'TimeoutError' });
              return pages.ofIncident(id);
            },
          }),
        },
      );
      dies = true;
      expect((await world.news(type, key)).status).toBe(503);
      dies = false;
      expect((await world.alarmNow()).status).not.toBe(status);
      expect((await world.news(type, key)).status).toBe(202);
      expect((await world.alarmNow()).status).toBe(status);
    }
  });

  test('an item of a batch answers the incident, beside an alarm that is refused', async () => {
    const world = await town({});
    const alarm = { ...world.newsOf(type), type: 'new_incident' };
    const { body } = await world.call('dispatchBatch', { body: { items: [alarm, world.newsOf(type)] } });
    expect(body.items.map((item: { status: number }) => item.status)).toEqual([422, 202]);
    expect((await world.alarmNow()).status).toBe(status);
  });

  test('a plan says that the page ends with its answer, and answers nothing', async () => {
    const world = await town({});
    const answer = await world.call('planNotification', { body: world.newsOf(type) });
    expect(undocumented('planNotification', answer)).toEqual([]);
    expect(answer).toMatchObject({ status: 200, body: { entries: [], end: { atSeconds: 0, status } } });
    expect((await world.alarmNow()).status).not.toBe(status);
  });

  test('an unknown recipient is refused, and the incident is not answered', async () => {
    const world = await town({});
    const answer = await world.news(type, undefined, { recipientId: 'usr_nobody' });
    expect([answer.status, answer.body.type]).toEqual([404, 'urn:lifeline:problem:recipient-not-found']);
    expect((await world.alarmNow()).status).not.toBe(status);
  });
});

test.each(['new_incident', 'escalation'])(
  'an alarm (%s) that no channel can bring is refused as before',
  async (type) => {
    const world = await town({});
    const answer = await world.news(type);
    expect([answer.status, answer.body.type]).toEqual([422, 'urn:lifeline:problem:no-usable-channel']);
    expect(world.alerts.raised.map(({ kind }) => kind)).toEqual(['NO_USABLE_CHANNEL']);
  },
);
