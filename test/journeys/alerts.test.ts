import { describe, expect, test } from 'vitest';
import { CHANNELS } from '../../lambdas/core/page/page.ts';
import { SYSTEM_CLIENT } from '../../lambdas/core/page/system-page.ts';
import type { SendResult } from '../../lambdas/core/providers/ports.ts';
import { MINUTE } from '../../lambdas/core/time.ts';
import { callFault } from '../../lambdas/providers/sms/twilio-codes.ts';
import { ALICE, createWorld, EVERYWHERE, INCIDENT, type Options } from '../support/world.ts';

const gone = (): SendResult => ({ outcome: 'failed', fault: callFault(400, 21211) });
const everywhereGone = Object.fromEntries(
  ['twilio/sms', 'sns/sms', 'twilio/voice', 'aws-voice/voice', 'sendgrid/email', 'ses/email']
    .concat(['slack/slack', 'teams/teams', 'sns-push/push'])
    .map((name) => [name, gone]),
);

async function setup(options: Options = {}) {
  const world = createWorld({ channels: CHANNELS, operationsRecipients: ['usr_ops'], ...options });
  await world.putAlice(EVERYWHERE);
  const body = { name: 'Operations', email: 'ops@example.com', phone: '+14155550109', phoneVerified: true };
  await world.call('putRecipient', { params: { id: 'usr_ops' }, body });
  return world;
}
type World = Awaited<ReturnType<typeof setup>>;

const dispatch = (world: World, incident: object, more: object = {}) =>
  world.call('dispatchNotification', {
    body: { ...INCIDENT, ...more, incident: { ...INCIDENT.incident, ...incident } },
  });
const pagesOf = async (world: World, recipientId: string) => {
  const { body } = await world.call('listNotifications', { query: { recipientId, limit: '50' } });
  return body.items as { notificationId: string; incident: Record<string, string>; type: string; status: string }[];
};

describe('a page that reached nobody', () => {
  test('a page that reached nobody by mail and by text is in the audit once, with the time of the second failure, when copies come again', async () => {
    const world = await setup({ behave: everywhereGone });
    const { body } = await dispatch(world, { priority: 'LOW' }, { channels: ['email', 'sms'], requireAck: false });
    await world.drain();
    const raised = world.alerts.raised.length;
    for (let copy = 0; copy < 2; copy++) {
      await world.advance(1_000);
      for (const channel of ['email', 'sms'] as const) {
        world.lanes[channel]?.normal.send({ pageId: body.notificationId, round: 1, channel, claim: 1 }, 0);
      }
      await world.drain();
    }
    // The copies were not just dropped: they told what they found, which a worker that died may not have done.
    expect(world.alerts.raised.length).toBeGreaterThan(raised);
    const { deliveries } = await world.page(body.notificationId);
    const failedAt = deliveries.map((one: { failedAt: string }) => Date.parse(one.failedAt));
    expect(world.audit.entries.filter(({ action }) => action === 'notification.failed')).toMatchObject([
      { at: Math.max(...failedAt), resource: `page/${body.notificationId}`, details: { code: '21211' } },
    ]);
  });

  test('a page that reached nobody is told to the topic and to the operations recipients at once, and counted for an alarm', async () => {
    const world = await setup({ behave: { 'twilio/sms': gone, 'sns/sms': gone } });
    const { body } = await dispatch(world, { priority: 'HIGH' }, { channels: ['sms'], requireAck: false });
    await world.drain();
    expect(world.told).toMatchObject([
      { at: world.now(), subject: 'Lifeline: The page about INC-1042 to usr_alice failed on every channel (21211)' },
    ]);
    expect(world.told[0]?.text).toContain(`/notifications/${body.notificationId}`);
    expect(world.counted).toContain('PagesFailed');
    const [page] = await pagesOf(world, 'usr_ops');
    expect(page).toMatchObject({
      incident: {
        priority: 'HIGH',
        service: 'lifeline',
        title: 'The page about INC-1042 to usr_alice failed on every channel (21211)',
      },
      type: 'new_incident',
      requireAck: false,
    });
  });

  test('a CRITICAL page that reached nobody and is unanswered is told to operations as CRITICAL', async () => {
    const world = await setup();
    await dispatch(world, {}, { channels: ['sms'] });
    await world.advance(40 * MINUTE);
    expect(world.told.map(({ subject }) => subject)).toEqual([
      'Lifeline: The page about INC-1042 to usr_alice stayed unanswered to the end (nobody_answered)',
    ]);
    expect((await pagesOf(world, 'usr_ops'))[0]?.incident.priority).toBe('CRITICAL');
    expect(world.counted.filter((metric) => metric === 'PagesExhausted')).toHaveLength(1);
  });

  test('breeds no alerts about alerts, when nothing reaches operations either', async () => {
    const world = await setup({ behave: everywhereGone });
    await dispatch(world, { priority: 'HIGH' }, { channels: ['sms'], requireAck: false });
    await world.advance(60 * MINUTE);
    expect((await pagesOf(world, 'usr_ops'))[0]?.status).toBe('FAILED');
    expect(world.alerts.raised).toHaveLength(1);
    expect(world.told).toHaveLength(1);
  });

  test('with others of its cause within 5 minutes, is one of two messages and of two pages', async () => {
    const world = await setup({ behave: { 'twilio/sms': gone, 'sns/sms': gone } });
    for (let n = 0; n < 6; n++) {
      await dispatch(world, { id: `INC-${n}`, priority: 'HIGH' }, { channels: ['sms'], requireAck: false });
      await world.advance(10_000);
    }
    await world.advance(10 * MINUTE);
    expect(world.told.map(({ subject }) => subject)).toEqual([
      'Lifeline: The page about INC-0 to usr_alice failed on every channel (21211)',
      'Lifeline: 5 pages failed on every channel (21211)',
    ]);
    expect(await pagesOf(world, 'usr_ops')).toHaveLength(2);
  });
});

test('a refused dispatch is told to operations, alone or in a batch', async () => {
  const world = await setup();
  await world.call('putRecipient', { params: { id: 'usr_nobody' }, body: { name: 'Nobody' } });
  const refused = { ...INCIDENT, recipientId: 'usr_nobody' };
  expect((await world.call('dispatchNotification', { body: refused })).status).toBe(422);
  const other = { ...refused, incident: { ...refused.incident, id: 'INC-2' } };
  await world.call('dispatchBatch', { body: { items: [other] } });
  await world.advance(5 * MINUTE);
  expect(world.alerts.raised).toMatchObject([
    { kind: 'NO_USABLE_CHANNEL', incidentId: 'INC-1042', recipientId: 'usr_nobody' },
    { kind: 'NO_USABLE_CHANNEL', incidentId: 'INC-2', recipientId: 'usr_nobody' },
  ]);
  expect(world.told).toHaveLength(2);
});

describe('STOP', () => {
  test('STOP is told on the quiet channels in the person’s language, and START takes it back', async () => {
    const world = await setup();
    await world.putAlice({ ...EVERYWHERE, language: 'de' });
    await world.text(ALICE, 'STOP');
    await world.drain();
    const [stopped] = await pagesOf(world, 'usr_alice');
    expect(stopped?.incident.title).toMatch(/^Ihr Telefon bekommt keine SMS mehr/);
    expect(world.sent.map(({ channel }) => channel).sort()).toEqual(['email', 'push', 'slack', 'teams']);
    await world.advance(1_000);
    await world.text(ALICE, 'START');
    await world.advance(MINUTE);
    const [resumed, before] = await pagesOf(world, 'usr_alice');
    expect(resumed).toMatchObject({ type: 'resolution', incident: { title: 'Ihr Telefon bekommt wieder SMS.' } });
    expect(before?.status).toBe('RESOLVED');
  });

  test('STOP is told once, however often its message comes, and never by text or call', async () => {
    const world = await setup();
    await world.text(ALICE, 'STOP');
    const { version } = (await world.recipients.get('usr_alice')) ?? { version: 0 };
    for (let n = 0; n < 3; n++)
      await world.alertQueue.send({ kind: 'OPT_OUT', recipientId: 'usr_alice', version, from: 'person' });
    await world.advance(60 * MINUTE);
    expect(world.sent).toHaveLength(4);
    expect(world.sent.some(({ channel }) => channel === 'sms' || channel === 'voice')).toBe(false);
  });

  test('whose news reaches nobody alerts nobody', async () => {
    const world = await setup({ behave: everywhereGone });
    await world.text(ALICE, 'STOP');
    await world.advance(60 * MINUTE);
    expect(
      (await world.pages.getMany((await pagesOf(world, 'usr_alice')).map((p) => p.notificationId)))[0]?.clientId,
    ).toBe(SYSTEM_CLIENT);
    expect(world.alerts.raised).toEqual([]);
  });

  test('STOP of somebody who has no other channel is told to nobody', async () => {
    const world = createWorld({ channels: CHANNELS });
    await world.putAlice();
    await world.text(ALICE, 'STOP');
    await world.advance(MINUTE);
    expect(await pagesOf(world, 'usr_alice')).toEqual([]);
    expect(world.alerts.raised).toEqual([]);
  });
});
