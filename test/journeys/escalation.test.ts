/** One file because every case is one page's climb over the same cast, read off as a timeline. */

import { describe, expect, test } from 'vitest';
import { CHANNELS } from '../../lambdas/core/page/page.ts';
import type { SendResult } from '../../lambdas/core/providers/ports.ts';
import { MINUTE, SECOND } from '../../lambdas/core/time.ts';
import { callFault } from '../../lambdas/providers/sms/twilio-codes.ts';
import type { Behaviour } from '../support/world/providers.ts';
import { answered, delivered } from '../support/world/reports.ts';
import { createWorld, EVERYWHERE, INCIDENT, type Options } from '../support/world.ts';

const BOB = '+14155550101';
type World = ReturnType<typeof createWorld>;

const failing = (status: number, code?: number) => (): SendResult => ({
  outcome: 'failed',
  fault: callFault(status, code),
});
const down = failing(503);
/** Transient, of the recipient's own: counts toward no circuit. */
const queueFull = failing(429, 21611);
/** For good: no such number, no such address. */
const gone = failing(400, 21211);

const all = (behaviour: Behaviour) => ({
  'twilio/sms': behaviour,
  'sns/sms': behaviour,
  'twilio/voice': behaviour,
  'aws-voice/voice': behaviour,
  'sendgrid/email': behaviour,
  'ses/email': behaviour,
  'slack/slack': behaviour,
  'teams/teams': behaviour,
  'sns-push/push': behaviour,
});

/** Alice and Bob, whom everything reaches, unless told otherwise. */
async function setup(options: Options = {}, alice: object = EVERYWHERE) {
  const world = createWorld({ channels: CHANNELS, ...options });
  await world.putAlice(alice);
  await world.call('putRecipient', {
    params: { id: 'usr_bob' },
    body: { name: 'Bob', phone: BOB, phoneVerified: true, email: 'bob@example.com' },
  });
  return world;
}

async function page(world: World, fields: { incident?: object; [name: string]: unknown } = {}) {
  const body = { ...INCIDENT, ...fields, incident: { ...INCIDENT.incident, ...fields.incident } };
  const answer = await world.call('dispatchNotification', { body });
  expect(answer.status).toBe(202);
  await world.drain();
  return answer.body.notificationId as string;
}

const isOf = (id: string) => (one: { ref: string }) => one.ref.startsWith(id.slice(3));
/** What went out of a page, as `minutes:channel`. */
async function timeline(world: World, id: string): Promise<string[]> {
  const created = Date.parse((await world.page(id)).createdAt);
  return world.sent.filter(isOf(id)).map(({ at, channel }) => `${(at - created) / MINUTE}:${channel}`);
}
const callsOf = (world: World, id: string, channel: string) =>
  world.calls.filter((call) => isOf(id)(call) && call.channel === channel).length;
const PRIMARY = { email: EVERYWHERE.email, slackUserId: EVERYWHERE.slackUserId };

describe('nobody answers, and everything works', () => {
  test('CRITICAL on all channels: a text after one minute, a call after two and once more after 90 s, both every five minutes, EXHAUSTED at 30:00', async () => {
    const world = await setup({ reports: { 'sendgrid/email': () => delivered(), 'twilio/sms': () => delivered() } });
    const id = await page(world, { escalateTo: ['usr_bob'] });
    await world.advance(30 * MINUTE - 1);
    const rounds = [7, 12, 17, 22, 27].flatMap((minute) => [
      `${minute}:sms`,
      `${minute}:voice`,
      `${minute + 1.5}:voice`,
    ]);
    expect(await timeline(world, id)).toEqual(
      expect.arrayContaining(['0:email', '0:slack', '0:teams', '0:push', '1:sms', '2:voice', '3.5:voice', ...rounds]),
    );
    expect(await timeline(world, id)).toHaveLength(4 + 1 + 2 + 15);
    expect(await world.page(id)).toMatchObject({ status: 'DELIVERED', round: 6, pendingTiers: [] });
    expect(world.sent.filter(({ to }) => to === BOB)).toEqual([]);

    await world.advance(1);
    const exhausted = await world.page(id);
    expect(exhausted.status).toBe('EXHAUSTED');
    expect(Date.parse(exhausted.exhaustedAt) - Date.parse(exhausted.createdAt)).toBe(30 * MINUTE);
    expect(world.alerts.raised).toMatchObject([{ kind: 'EXHAUSTED', pageId: id }]);
    const [next] = world.pages.all().filter(({ recipientId }) => recipientId === 'usr_bob');
    expect(next).toMatchObject({ type: 'escalation', escalationLevel: 1, incident: { id: 'INC-1042' } });
    expect(next?.createdAt).toBe(world.now());
    // With his own preferences, and a climb of his own.
    await world.advance(2 * MINUTE);
    expect(await timeline(world, next?.id ?? '')).toEqual(['0:email', '1:sms', '2:voice']);
    expect(await timeline(world, id)).toHaveLength(22);
  });

  test('CRITICAL with SMS alone: texts at 0, 5, 10, 15, 20, 25, EXHAUSTED at 30', async () => {
    const world = await setup({ channels: ['sms'] }, {});
    const id = await page(world);
    await world.advance(30 * MINUTE - 1);
    expect(await timeline(world, id)).toEqual([0, 5, 10, 15, 20, 25].map((minute) => `${minute}:sms`));
    expect((await world.page(id)).status).toBe('SENT');
    await world.advance(1);
    expect((await world.page(id)).status).toBe('EXHAUSTED');
    await world.advance(60 * MINUTE);
    expect(await timeline(world, id)).toHaveLength(6);
  });

  test('HIGH waits two minutes for an answer to each tier, and is EXHAUSTED at 20:00', async () => {
    const world = await setup({ reports: { 'twilio/sms': () => delivered() } });
    const id = await page(world, { incident: { priority: 'HIGH' } });
    await world.advance(20 * MINUTE - 1);
    expect((await timeline(world, id)).slice(4)).toEqual([
      '2:sms',
      '4:voice',
      '9:sms',
      '9:voice',
      '14:sms',
      '14:voice',
      '19:sms',
      '19:voice',
    ]);
    await world.advance(1);
    expect((await world.page(id)).status).toBe('EXHAUSTED');
  });

  test('MEDIUM asks for no answer: the next tier starts after five minutes without success, and not after one', async () => {
    const world = await setup();
    const quiet = await page(world, { incident: { id: 'INC-2', priority: 'MEDIUM' } });
    await world.advance(60 * MINUTE);
    // A Slack message that was posted is success.
    expect(await timeline(world, quiet)).toEqual(['0:email', '0:slack', '0:teams', '0:push']);

    const unseen = await setup({}, { email: EVERYWHERE.email });
    const id = await page(unseen, { incident: { priority: 'MEDIUM' } });
    await unseen.advance(60 * MINUTE);
    // Neither the mail nor the text is known to have arrived.
    expect(await timeline(unseen, id)).toEqual(['0:email', '5:sms', '10:voice']);
  });

  test('MEDIUM that asks for an answer: two minutes each, rounds of five, EXHAUSTED at 20:00', async () => {
    const world = await setup({ channels: ['sms'] }, {});
    const id = await page(world, { incident: { priority: 'MEDIUM' }, requireAck: true });
    await world.advance(60 * MINUTE);
    expect(await timeline(world, id)).toEqual(['0:sms', '5:sms', '10:sms', '15:sms']);
    const { status, exhaustedAt, createdAt } = await world.page(id);
    expect([status, Date.parse(exhaustedAt) - Date.parse(createdAt)]).toEqual(['EXHAUSTED', 20 * MINUTE]);
  });

  test('LOW never rings, however long nobody sees it', async () => {
    const world = await setup({ behave: { 'sns-push/push': gone } }, { pushEndpoints: EVERYWHERE.pushEndpoints });
    const id = await page(world, { incident: { priority: 'LOW' } });
    await world.advance(60 * MINUTE);
    expect(await timeline(world, id)).toEqual(['0:sms']);
  });

  test('named channels start together, and follow-ups repeat exactly those', async () => {
    const world = await setup();
    const id = await page(world, { channels: ['email', 'voice'] });
    await world.advance(11 * MINUTE);
    const named = (minute: number) => [`${minute}:email`, `${minute}:voice`];
    const again = [1.5, 6.5].map((minute) => `${minute}:voice`);
    const expected = [...named(0), ...named(5), ...named(10), ...again];
    expect((await timeline(world, id)).toSorted()).toEqual(expected.toSorted());
  });

  test('skipTiers starts everything at once', async () => {
    const world = await setup();
    const id = await page(world, { skipTiers: true });
    expect((await timeline(world, id)).toSorted()).toEqual(CHANNELS.map((channel) => `0:${channel}`).toSorted());
  });
});

describe('a tier is spent', () => {
  test('one of two channels failing escalates nothing, and only that one is tried again', async () => {
    const world = await setup(
      { behave: { 'slack/slack': queueFull }, reports: { 'sendgrid/email': () => delivered() } },
      PRIMARY,
    );
    const id = await page(world, { requireAck: false });
    await world.advance(60 * MINUTE);
    expect([callsOf(world, id, 'slack'), callsOf(world, id, 'email')]).toEqual([5, 1]);
    expect([callsOf(world, id, 'sms'), callsOf(world, id, 'voice')]).toEqual([0, 0]);
    expect((await world.page(id)).status).toBe('DELIVERED');
    expect(world.machine.executions()).toEqual([]);
  });

  test('both failing starts exactly one text at once, and no call', async () => {
    const world = await setup(
      {
        behave: { 'slack/slack': gone, 'sendgrid/email': gone, 'ses/email': gone },
        reports: { 'twilio/sms': () => delivered() },
      },
      PRIMARY,
    );
    const id = await page(world, { requireAck: false });
    expect(await timeline(world, id)).toEqual(['0:sms']);
    await world.advance(60 * MINUTE);
    expect(await timeline(world, id)).toEqual(['0:sms']);
  });

  test('both failing at different times starts it when the second has failed', async () => {
    const bounced = () => [{ status: 'bounce', after: 20 * SECOND, fields: { type: 'bounce', status: '5.1.1' } }];
    const world = await setup({ behave: { 'slack/slack': gone }, reports: { 'sendgrid/email': bounced } }, PRIMARY);
    const id = await page(world);
    await world.advance(20 * SECOND - 1);
    expect(callsOf(world, id, 'sms')).toBe(0);
    await world.advance(1);
    expect(callsOf(world, id, 'sms')).toBe(1);
  });

  test('no success by the deadline starts it too, while retries go on, and their late success undoes nothing', async () => {
    let n = 0;
    const third = () => (++n < 3 ? queueFull() : undefined);
    const world = await setup({ behave: { 'slack/slack': third } }, { slackUserId: EVERYWHERE.slackUserId });
    const id = await page(world, { requireAck: false });
    await world.advance(60 * SECOND - 1);
    expect(await timeline(world, id)).toEqual([]);
    await world.advance(30 * MINUTE);
    expect(await timeline(world, id)).toEqual(expect.arrayContaining(['1:sms', '1.5:slack']));
    expect(callsOf(world, id, 'slack')).toBe(3);
    expect(callsOf(world, id, 'sms')).toBe(1);
  });

  test('a text failing places exactly one call', async () => {
    const dead = { 'slack/slack': gone, 'sendgrid/email': gone, 'ses/email': gone, 'twilio/sms': gone };
    const world = await setup({ behave: dead, reports: { 'twilio/voice': () => answered() } }, PRIMARY);
    const id = await page(world, { requireAck: false });
    await world.advance(60 * MINUTE);
    expect(await timeline(world, id)).toEqual(['0:voice']);
    expect((await world.page(id)).status).toBe('DELIVERED');
  });

  test('a call that only a machine takes is no success, rings once more after 90 s, and the follow-up rings again', async () => {
    const world = await setup(
      { channels: ['voice'], reports: { 'twilio/voice': () => answered('machine_end_beep') } },
      {},
    );
    const id = await page(world);
    await world.advance(6 * MINUTE);
    expect(await timeline(world, id)).toEqual(['0:voice', '1.5:voice', '5:voice']);
    const [first] = (await world.page(id)).deliveries;
    expect(first).toMatchObject({ status: 'FAILED', attempts: 2, error: { code: 'no_human' } });
  });

  test('all providers of a channel down: it is put off, and the next tier starts at once', async () => {
    const world = await setup(
      { behave: { 'sendgrid/email': down, 'ses/email': down }, reports: { 'twilio/sms': () => delivered() } },
      { email: EVERYWHERE.email },
    );
    const id = await page(world, { requireAck: false });
    expect(await timeline(world, id)).toEqual(['0:sms']);
    const { deliveries } = await world.page(id);
    expect(deliveries[0]).toMatchObject({ channel: 'email', status: 'QUEUED', attempts: 0 });
    await world.advance(MINUTE);
    // Delivered by text meanwhile: the mail is not wanted any more.
    expect((await world.page(id)).deliveries[0]).toMatchObject({ channel: 'email', status: 'SKIPPED' });
  });

  test('five attempts that met an error which does not count end in the dead letters, and a later round tries anew', async () => {
    const world = await setup({ channels: ['sms'], behave: { 'twilio/sms': queueFull, 'sns/sms': queueFull } }, {});
    const id = await page(world);
    await world.advance(8 * MINUTE);
    const deliveries = (await world.page(id)).deliveries;
    expect(deliveries[0]).toMatchObject({ round: 1, status: 'FAILED', attempts: 5, error: { code: '21611' } });
    expect(world.dead).toMatchObject([{ message: { pageId: id, round: 1, claim: 5 }, reason: { code: '21611' } }]);
    expect(deliveries[1]).toMatchObject({ round: 2, status: 'QUEUED' });
    await world.advance(60 * MINUTE);
    expect((await world.page(id)).status).toBe('EXHAUSTED');
  });

  test('a mail that bounces after it was delivered is no success any more', async () => {
    const fickle = () => [
      { status: 'delivered', after: SECOND },
      { status: 'bounce', after: 10 * MINUTE, fields: { type: 'bounce', status: '5.1.1' } },
    ];
    const world = await setup({ reports: { 'sendgrid/email': fickle } }, { email: EVERYWHERE.email });
    const id = await page(world, { requireAck: false });
    await world.advance(10 * MINUTE - 1);
    expect([await timeline(world, id), world.machine.executions().length]).toEqual([['0:email'], 0]);
    await world.advance(1);
    expect(await timeline(world, id)).toEqual(['0:email', '10:sms']);
  });

  test('a tier is not spent by a delivery that goes on to the next provider', async () => {
    const fickle = () => [
      { status: 'delivered', after: SECOND },
      { status: 'bounce', after: 10 * MINUTE, fields: { type: 'bounce', status: '5.7.1' } },
    ];
    const world = await setup({ reports: { 'sendgrid/email': fickle } }, { email: EVERYWHERE.email });
    const id = await page(world, { requireAck: false });
    await world.advance(10 * MINUTE);
    expect((await timeline(world, id)).toSorted()).toEqual(['0:email', '10:email', '10:sms']);
  });
});

describe('the way ends', () => {
  test('everything failing for good: EXHAUSTED at once, and the next person is paged', async () => {
    const world = await setup({ behave: all(({ to }) => (/bob|0101/.test(to) ? undefined : gone())) });
    const id = await page(world, { escalateTo: ['usr_bob'] });
    const { status, deliveries } = await world.page(id);
    expect(status).toBe('EXHAUSTED');
    expect(deliveries).toHaveLength(6);
    expect(deliveries.every((one: { attempts: number }) => one.attempts === 1)).toBe(true);
    const [next] = world.pages.all().filter(({ recipientId }) => recipientId === 'usr_bob');
    expect(await timeline(world, next?.id ?? '')).toEqual(['0:email']);
    expect(world.alerts.raised.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['EXHAUSTED', 'PERMANENT']));
    // Nobody was asleep: operations is told that nothing reaches her any more.
    expect(world.alerts.raised).toContainEqual(
      expect.objectContaining({ kind: 'EXHAUSTED', cause: 'no_channel_left' }),
    );
    // A later answer still counts.
    await world.call('acknowledgeNotification', { params: { id } });
    expect((await world.page(id)).status).toBe('ACKNOWLEDGED');
  });

  test('without requireAck it is FAILED, and operations is told', async () => {
    const world = await setup({ behave: all(gone) });
    const id = await page(world, { requireAck: false });
    expect((await world.page(id)).status).toBe('FAILED');
    expect(world.alerts.raised.filter(({ kind }) => kind === 'FAILED')).toMatchObject([{ pageId: id }]);
    expect(world.audit.entries.filter(({ action }) => action === 'notification.failed')).toHaveLength(1);
  });

  test('nobody to escalate to, or nobody who can be reached, is told to operations', async () => {
    const world = await setup({ behave: all(gone) });
    await world.call('putRecipient', { params: { id: 'usr_carol' }, body: { name: 'Carol' } });
    await page(world, { escalateTo: ['usr_carol', 'usr_nobody'] });
    const lost = world.alerts.raised.filter(({ kind }) => kind === 'NOT_PASSED_ON');
    expect(lost.map(({ recipientId, cause }) => [recipientId, cause])).toEqual([
      ['usr_carol', 'no-usable-channel'],
      ['usr_nobody', 'unknown-recipient'],
    ]);
  });

  test('a channel that failed for good leaves later rounds, and the other goes on', async () => {
    const world = await setup({ behave: { 'twilio/sms': gone } }, {});
    const id = await page(world);
    await world.advance(30 * MINUTE);
    expect(callsOf(world, id, 'sms')).toBe(1);
    const rounds = [0, 5, 10, 15, 20, 25].flatMap((minute) => [`${minute}:voice`, `${minute + 1.5}:voice`]);
    expect(await timeline(world, id)).toEqual(rounds);
  });

  test('a message accepted after its own failure was known tells operations and escalates like any other', async () => {
    const world: World = await setup(
      {
        channels: ['sms', 'voice'],
        behave: {
          'twilio/sms': async ({ ref }) => {
            const providerId = `SM${'e'.repeat(32)}`;
            await world.callback(ref, providerId, 'undelivered', { ErrorCode: '30007' });
            return { outcome: 'accepted', providerId, providerStatus: 'queued' };
          },
          'twilio/voice': gone,
        },
      },
      {},
    );
    const id = await page(world, { requireAck: false });
    expect((await world.page(id)).status).toBe('FAILED');
    expect(world.alerts.raised).toMatchObject([{ kind: 'FAILED', pageId: id }]);
  });
});

describe('answers', () => {
  test('a page that is answered in time starts no execution, and one that is delivered where that is enough neither', async () => {
    const world = await setup({ reports: { 'sendgrid/email': () => delivered() } });
    const id = await page(world);
    await world.advance(59 * SECOND);
    await world.call('acknowledgeNotification', { params: { id } });
    await page(world, { incident: { id: 'INC-2' }, requireAck: false });
    await world.advance(60 * MINUTE);
    expect(world.machine.executions()).toEqual([]);
  });

  test('one that is not starts exactly one, which ends with the page', async () => {
    const world = await setup();
    const id = await page(world);
    await world.advance(3 * MINUTE);
    expect(world.machine.executions()).toMatchObject([{ name: `${id}-1`, status: 'RUNNING' }]);
    await world.advance(30 * MINUTE);
    expect(world.machine.executions()).toMatchObject([{ status: 'SUCCEEDED' }]);
  });

  // A minute in milliseconds has few moments that matter: those around every start, and any other.
  const boundaries = [0, 1, 2, 2.5, 7, 12, 27, 30].flatMap((minute) =>
    [-1_001, -1_000, -999, -2, -1, 0, 1, 2, 999, 1_000, 1_001].map((ms) => minute * MINUTE + ms),
  );
  const anywhere = Array.from({ length: 60 }, (_, n) => Math.floor(((n * 0.6180339887) % 1) * 30 * MINUTE));

  test('an answer at any millisecond stops everything that has not begun', async () => {
    for (const at of [...boundaries, ...anywhere].filter((ms) => ms >= 0)) {
      const world = await setup({ reports: { 'twilio/sms': () => delivered() } });
      const id = await page(world, { escalateTo: ['usr_bob'] });
      await world.advance(at);
      await world.call('acknowledgeNotification', { params: { id }, body: { by: 'Alice' } });
      const before = world.calls.length;
      await world.advance(40 * MINUTE);
      expect(world.calls.slice(before).filter(isOf(id)), `answered at ${at} ms`).toEqual([]);
      expect((await world.page(id)).status).toBe('ACKNOWLEDGED');
      const passedOn = world.pages.all().some(({ recipientId }) => recipientId === 'usr_bob');
      expect(passedOn, `answered at ${at} ms`).toBe(at >= 30 * MINUTE);
    }
  });

  test('an answer in the middle of a send, before a text, a call or a mail is accepted: that one and no other', async () => {
    for (const channel of ['twilio/sms', 'twilio/voice', 'sendgrid/email'] as const) {
      const world: World = await setup({
        behave: {
          [channel]: async ({ ref }: { ref: string }) => {
            await world.call('acknowledgeNotification', {
              params: { id: `pg_${ref.slice(0, 16)}` },
              body: { by: 'Alice' },
            });
            return undefined;
          },
        },
      });
      const id = await page(world);
      await world.advance(3 * MINUTE);
      const wanted = channel.split('/')[1] ?? '';
      expect(callsOf(world, id, wanted)).toBe(1);
      const after = world.calls.filter(isOf(id)).findIndex((call) => call.channel === wanted);
      // Channels of one tier are sent at the same time; nothing of a later one is.
      const later = world.calls.filter(isOf(id)).slice(after + 1);
      expect(later.filter((call) => call.channel === 'sms' || call.channel === 'voice')).toEqual([]);
    }
  });

  test('a call that rings is cancelled by the answer, and one that somebody took goes on', async () => {
    const world = await setup({ channels: ['voice'] }, {});
    const id = await page(world);
    await world.advance(5 * SECOND);
    await world.call('acknowledgeNotification', { params: { id }, body: { by: 'Alice' } });
    await world.drain();
    expect(world.hungUp).toEqual([world.sent[0]?.providerId]);
    // Nobody could answer it any more, which is no failure of the person's.
    const { deliveries } = await world.page(id);
    expect(deliveries[0]).toMatchObject({ status: 'SKIPPED', providerId: world.sent[0]?.providerId });
    expect(deliveries[0]).not.toHaveProperty('error');
    expect(deliveries[0].events.slice(-2)).toMatchObject([
      { kind: 'receipt', providerStatus: 'canceled' },
      { kind: 'skipped', code: 'acknowledged' },
    ]);
    expect(world.alerts.raised).toEqual([]);
    expect(world.audit.entries.map(({ action }) => action)).not.toContain('notification.failed');

    const talking = await setup({ channels: ['voice'], reports: { 'twilio/voice': () => answered() } }, {});
    const other = await page(talking);
    await talking.advance(15 * SECOND);
    await talking.call('acknowledgeNotification', { params: { id: other }, body: { by: 'Alice' } });
    await talking.advance(MINUTE);
    expect(talking.hungUp).toEqual([]);
    expect((await talking.page(other)).deliveries[0].status).toBe('DELIVERED');
  });

  test('key 1 acknowledges; key 9 pages the next person at once, once, and leaves the page open', async () => {
    const world = await setup({ channels: ['voice'] }, {});
    const id = await page(world, { escalateTo: ['usr_bob'] });
    const [call] = world.sent;
    if (!call) throw new Error('no call');
    for (let n = 0; n < 2; n++) await world.press(call, '9');
    await world.drain();
    const next = world.pages.all().filter(({ recipientId }) => recipientId === 'usr_bob');
    expect(next).toMatchObject([{ type: 'escalation', escalationLevel: 1 }]);
    // A key was pressed, so a person heard the call: it rings no second time.
    expect((await world.page(id)).status).toBe('DELIVERED');
    await world.advance(5 * MINUTE);
    expect(await timeline(world, id)).toEqual(['0:voice', '5:voice']);

    await world.press(world.sent.filter(isOf(id)).at(-1) as never, '1');
    for (const one of [id, next[0]?.id ?? '']) {
      expect(await world.page(one)).toMatchObject({ status: 'ACKNOWLEDGED', acknowledgedVia: 'voice' });
    }
    await world.advance(60 * MINUTE);
    expect(await timeline(world, id)).toHaveLength(2);
    // Key 9 was told once; EXHAUSTED never came.
    expect(world.pages.all().filter(({ type }) => type === 'escalation')).toHaveLength(1);
  });

  test('EXHAUSTED after key 9 does not page the next person again', async () => {
    const world = await setup({ channels: ['voice'] }, {});
    await page(world, { escalateTo: ['usr_bob'] });
    await world.press(world.sent[0] as never, '9');
    await world.advance(31 * MINUTE);
    expect(world.pages.all().filter(({ type }) => type === 'escalation')).toHaveLength(1);
  });
});

describe('one phone', () => {
  test('two incidents at once never ring together: the second call waits for the first to end', async () => {
    const world = await setup({ channels: ['voice'] }, {});
    const ids = [
      await page(world),
      await page(world, { incident: { id: 'INC-2' } }),
      await page(world, { incident: { id: 'INC-3' } }),
    ];
    await world.advance(4 * MINUTE);
    const calls = ids
      .map((id) => world.sent.filter(isOf(id)).map(({ at }) => at)[0] ?? Number.NaN)
      .toSorted((a, b) => a - b);
    expect(calls.slice(1).every((at, n) => at - (calls[n] ?? 0) >= 30 * SECOND)).toBe(true);
    // The line is given back when a call is over, and looked at every ten seconds.
    expect((calls[2] ?? 0) - (calls[0] ?? 0)).toBeLessThanOrEqual(80 * SECOND);
  });

  test('a second copy of a call that was made long ago keeps the phone from nobody', async () => {
    const world = await setup({ channels: ['voice'], behave: { 'twilio/voice': down, 'aws-voice/voice': down } }, {});
    const first = await page(world);
    world.lanes.voice?.urgent.send({ pageId: first, round: 1, channel: 'voice', claim: 1 });
    await world.drain();
    const second = await page(world, { incident: { id: 'INC-2' } });
    expect(callsOf(world, second, 'voice')).toBe(2);
  });
});

describe('what dies in between', () => {
  test.each([1, 2, 3, 4, 5, 6])(
    'a step that dies after its effect, at its run %i, starts nothing twice and loses nothing',
    async (nth) => {
      let runs = 0;
      const world = await setup({
        wrapEscalate: (escalate) => async (event) => {
          const result = await escalate(event);
          if (++runs === nth) throw new Error('killed');
          return result;
        },
      });
      const id = await page(world, { escalateTo: ['usr_bob'] });
      await world.advance(31 * MINUTE);
      const { status, deliveries } = await world.page(id);
      expect(status).toBe('EXHAUSTED');
      const mostOf = ({ channel }: { channel: string }) => (channel === 'voice' ? 2 : 1);
      const over = deliveries.filter((one: { channel: string; attempts: number }) => one.attempts > mostOf(one));
      expect(over).toEqual([]);
      expect(deliveries).toHaveLength(16);
      expect(world.pages.all().filter(({ type }) => type === 'escalation')).toHaveLength(1);
    },
  );

  test.each(['k', undefined])(
    'a dispatch that died between the messages of two channels is completed by the next call, though one is out (key: %s)',
    async (key) => {
      let left = Number.POSITIVE_INFINITY;
      const world = await setup({
        wrapQueue:
          (send) =>
          async (...args) => {
            const [message] = args as unknown as [{ channel?: string }];
            if (message.channel && left-- <= 0) throw new Error('killed');
            return send(...args);
          },
      });
      const event = { body: { ...INCIDENT, requireAck: false }, headers: key ? { 'Idempotency-Key': key } : {} };
      left = 1;
      expect((await world.call('dispatchNotification', event)).status).toBe(500);
      left = Number.POSITIVE_INFINITY;
      await world.drain();
      expect(world.sent).toHaveLength(1);
      const { status, body } = await world.call('dispatchNotification', event);
      await world.drain();
      expect([status, (await timeline(world, body.notificationId)).toSorted()]).toEqual([
        202,
        ['0:email', '0:push', '0:slack', '0:teams'],
      ]);
    },
  );

  test('a start whose copies could not be queued for minutes is queued when the queue is back, though nothing else is due', async () => {
    let broken = false;
    const world = await setup(
      {
        behave: { 'slack/slack': gone },
        wrapQueue:
          (send) =>
          (...args) => {
            if (broken && (args[0] as { channel?: string }).channel === 'sms') throw new Error('the queue is down');
            return send(...args);
          },
        reports: { 'twilio/sms': () => delivered() },
      },
      { slackUserId: EVERYWHERE.slackUserId, preferences: [{ channel: 'voice', enabled: false }] },
    );
    broken = true;
    const id = await page(world, { requireAck: false });
    // Ten retries of the machine, and the rest that follows.
    await world.advance(4 * MINUTE);
    expect(callsOf(world, id, 'sms')).toBe(0);
    broken = false;
    await world.advance(2 * MINUTE);
    expect(callsOf(world, id, 'sms')).toBe(1);
    expect((await world.page(id)).status).toBe('DELIVERED');
  });
});
