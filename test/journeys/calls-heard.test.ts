/**
 * Calls on phones as they are: a machine screens them, do-not-disturb swallows the first one, a person takes one and
 * puts the phone down. What counts as DELIVERED, and when a phone rings again (docs/spec/delivery.md#attempts).
 */

import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../lambdas/core/time.ts';
import { answered, noAnswer, type Report } from '../support/world/reports.ts';
import { createWorld, INCIDENT, type Options } from '../support/world.ts';

type World = ReturnType<typeof createWorld>;

/** Taken at once, and put down after so many seconds. */
const putDown = (seconds: number): Report[] => [
  { status: 'in-progress', after: 5 * SECOND },
  {
    status: 'completed',
    after: (5 + seconds) * SECOND,
    fields: { AnsweredBy: 'human', CallDuration: String(seconds) },
  },
];
/** A machine answers, and tells its person what it hears; nobody ends the call for a minute. */
const screened = (): Report[] => [
  { status: 'in-progress', after: 3 * SECOND },
  { status: '', after: 12 * SECOND, fields: { AnsweredBy: 'machine_end_other', CallStatus: '' } },
  { status: 'completed', after: MINUTE, fields: { CallDuration: '57' } },
];

async function calling(phone: (n: number) => Report[], fields: { priority?: string; requireAck?: boolean } = {}) {
  let calls = 0;
  const options: Options = { channels: ['voice'], reports: { 'twilio/voice': () => phone(++calls) } };
  const world = createWorld(options);
  await world.putAlice();
  const { priority = 'CRITICAL', requireAck = true } = fields;
  const body = { ...INCIDENT, requireAck, incident: { ...INCIDENT.incident, priority } };
  const { body: answer } = await world.call('dispatchNotification', { body });
  await world.drain();
  return { world, id: answer.notificationId as string };
}
const rings = async (world: World, id: string) => {
  const created = Date.parse((await world.page(id)).createdAt);
  return world.sent.map(({ at }) => (at - created) / SECOND);
};
const voice = async (world: World, id: string, n = 0) => (await world.page(id)).deliveries[n];

describe('a CRITICAL page', () => {
  test('on a phone that screens calls, is answered by key in the first round: message and keys follow its greeting', async () => {
    const { world, id } = await calling(screened);
    await world.advance(13 * SECOND);
    const [told] = world.redirected;
    expect(told?.twiml).toMatch(
      /This incident is still open.*<Gather [^>]*timeout="22".*Press 1 to acknowledge.*<Hangup/,
    );
    const [call] = world.sent;
    if (!call) throw new Error('no call');
    await world.press(call, '1');
    expect(await world.page(id)).toMatchObject({ status: 'ACKNOWLEDGED', acknowledgedVia: 'voice', round: 1 });
    expect(await voice(world, id)).toMatchObject({ status: 'DELIVERED' });
    await world.advance(30 * MINUTE);
    expect(await rings(world, id)).toEqual([0]);
  });

  test('on a phone in do-not-disturb, rings a second time after 90 s, which is let through and answered in the first round', async () => {
    const { world, id } = await calling((n) => (n === 1 ? noAnswer() : answered()));
    await world.advance(95 * SECOND);
    expect(await rings(world, id)).toEqual([0, 90]);
    const second = world.sent[1];
    if (!second) throw new Error('no second call');
    await world.press(second, '1');
    expect(await world.page(id)).toMatchObject({ status: 'ACKNOWLEDGED', round: 1 });
  });

  test.each([1, 2, 5])('on a phone that is taken and put down after %i s, is not DELIVERED', async (seconds) => {
    const { world, id } = await calling(() => putDown(seconds));
    await world.advance(4 * MINUTE);
    expect(await voice(world, id)).toMatchObject({ status: 'FAILED', attempts: 2, error: { code: 'no_human' } });
    expect(await rings(world, id)).toEqual([0, 90]);
  });

  test('without a person at the second ring either, is FAILED where nobody has to answer, and rings no third time', async () => {
    const { world, id } = await calling(noAnswer, { requireAck: false });
    await world.advance(60 * SECOND);
    expect(await voice(world, id)).toMatchObject({ status: 'QUEUED', error: { code: 'no_human' } });
    expect((await world.page(id)).status).toBe('IN_PROGRESS');
    await world.advance(60 * MINUTE);
    expect((await world.page(id)).status).toBe('FAILED');
    expect(await rings(world, id)).toEqual([0, 90]);
    expect(world.alerts.raised).toHaveLength(1);
  });

  test('answered between its two rings does not ring again', async () => {
    const { world, id } = await calling(noAnswer);
    await world.advance(MINUTE);
    await world.call('acknowledgeNotification', { params: { id }, body: {} });
    await world.advance(60 * MINUTE);
    expect(await rings(world, id)).toEqual([0]);
    expect(await voice(world, id)).toMatchObject({ status: 'SKIPPED' });
  });

  test('whose call lasted as long as its words is DELIVERED, and rings no second time', async () => {
    const { world, id } = await calling(() => answered(), { requireAck: false });
    await world.advance(60 * MINUTE);
    expect((await world.page(id)).status).toBe('DELIVERED');
    expect(await rings(world, id)).toEqual([0]);
  });
});

test('a HIGH page that nobody takes rings once in a round', async () => {
  const { world, id } = await calling(noAnswer, { priority: 'HIGH' });
  await world.advance(4 * MINUTE);
  expect(await rings(world, id)).toEqual([0]);
});

test.each(['voicebot', 'machine_start_2'])(
  'the word %s of detection is kept in the history, and refused by nobody',
  async (word) => {
    const { world, id } = await calling(() => [
      { status: '', after: SECOND, fields: { AnsweredBy: word, CallStatus: '' } },
    ]);
    await world.advance(2 * SECOND);
    const { events } = await voice(world, id);
    expect(events.at(-1)).toMatchObject({ kind: 'receipt', providerStatus: word });
    expect(world.redirected).toEqual([]);
  },
);

test.each(['1', '2', '9', '5'])(
  'a call in which the key %s was pressed is not redirected to the message for machines when detection reports one later',
  async (key) => {
    const { world } = await calling(screened);
    await world.advance(5 * SECOND);
    const [call] = world.sent;
    if (!call) throw new Error('no call');
    await world.press(call, key);
    await world.advance(20 * SECOND);
    expect(world.redirected).toEqual([]);
  },
);

test('a key that was pressed in the first ring does not keep the message from the machine that takes a later call', async () => {
  const { world } = await calling((n) => (n === 1 ? answered() : screened()));
  await world.advance(6 * SECOND);
  const [first] = world.sent;
  if (!first) throw new Error('no call');
  await world.press(first, '2');
  await world.advance(30 * MINUTE);
  expect(world.sent.length).toBeGreaterThan(1);
  expect(world.redirected.map(({ twiml }) => twiml).join()).toMatch(/This incident is still open/);
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'a function that dies after its write %i of the page still lets a CRITICAL call ring twice, and no third time',
  async (nth) => {
    let writes = 0;
    let calls = 0;
    const world = createWorld({
      channels: ['voice'],
      reports: {
        'twilio/voice': () =>
          [...noAnswer(), ...noAnswer().map((one) => ({ ...one, after: one.after + 5_000 }))].slice(0, ++calls * 2),
      },
      wrapPages: (pages) => ({
        ...pages,
        async save(before, after, written) {
          const result = await pages.save(before, after, written);
          if (++writes === nth) throw new Error('killed');
          return result;
        },
      }),
    });
    await world.putAlice();
    const body = { ...INCIDENT, requireAck: false };
    const { body: answer } = await world.call('dispatchNotification', { body });
    await world.advance(60 * MINUTE);
    expect(world.sent).toHaveLength(2);
    expect((await world.page(answer.notificationId)).status).toBe('FAILED');
  },
);
