/** What a carrier or a guard of the provider says about one text takes texts away from no page and from nobody else. */

import { describe, expect, test } from 'vitest';
import type { Fault } from '../../lambdas/core/providers/fault.ts';
import type { SendResult } from '../../lambdas/core/providers/ports.ts';
import { HOUR, MINUTE } from '../../lambdas/core/time.ts';
import { callFault as snsFault } from '../../lambdas/providers/sms/sns-codes.ts';
import { callFault } from '../../lambdas/providers/sms/twilio-codes.ts';
import { createWorld, INCIDENT } from '../support/world.ts';

const failed = (fault: Fault): SendResult => ({ outcome: 'failed', fault });
const ok = () => undefined;
const sandboxed = () => failed(snsFault(400, 'InvalidParameter', 'the number is not verified in the SMS sandbox'));
type World = ReturnType<typeof createWorld>;

const dispatch = (world: World, n = 0, fields: object = {}) =>
  world.call('dispatchNotification', {
    body: { ...INCIDENT, ...fields, incident: { ...INCIDENT.incident, id: `INC-${n}` } },
  });
const by = (world: World) => world.sent.map((text) => text.by);
const deliveriesOf = async (world: World, id: string): Promise<Record<string, never>[]> =>
  (await world.page(id)).deliveries;
const comesBack = async (world: World, code: string) => {
  const text = world.sent.at(-1);
  await world.callback(text?.ref ?? '', text?.providerId ?? '', 'undelivered', { ErrorCode: code });
};

describe('Twilio’s guard against pumping (30450) in the first minutes of a burst', () => {
  test.each(['refused at once', 'taken and then blocked'])(
    'a text that is %s goes out in the same round through the standby, and the circuit stays closed',
    async (how) => {
      const provider = how === 'refused at once' ? () => failed(callFault(400, 30450)) : ok;
      const world = createWorld({ provider, standby: ok });
      await world.putAlice();
      for (let n = 0; n < 4; n++) {
        const { body } = await dispatch(world, n, { requireAck: false });
        await world.drain();
        if (how !== 'refused at once') await comesBack(world, '30450');
        await world.advance(1_000);
        const [delivery] = await deliveriesOf(world, body.notificationId);
        expect(delivery).toMatchObject({ status: 'SENT', provider: 'sns', round: 1 });
      }
      expect(await world.circuits.get('twilio/sms')).toMatchObject({ version: 0 });
    },
  );

  test.each([
    ['refused at once', 'a sandboxed standby', sandboxed],
    ['taken and then blocked', 'a sandboxed standby', sandboxed],
    [
      'refused at once',
      'a standby whose country wants registered senders',
      () => failed(snsFault(400, 'InvalidParameter', 'SENDER_ID_REQUIRES_REGISTRATION')),
    ],
  ])('a text that is %s, beside %s, goes out by Twilio in a later round', async (how, _, standby) => {
    let isBlocked = true;
    const provider = () => (isBlocked && how === 'refused at once' ? failed(callFault(400, 30450)) : undefined);
    const world = createWorld({ provider, standby });
    await world.putAlice();
    const { body } = await dispatch(world);
    await world.drain();
    if (how !== 'refused at once') await comesBack(world, '30450');
    await world.advance(1_000);
    const [first] = await deliveriesOf(world, body.notificationId);
    expect(first).toMatchObject({ status: 'FAILED', error: { code: '30450', class: 'refused_this_time' } });
    expect((await world.page(body.notificationId)).status).not.toBe('EXHAUSTED');
    isBlocked = false;
    await world.advance(6 * MINUTE);
    const rounds = (await deliveriesOf(world, body.notificationId)).filter(({ status }) => status === 'SENT');
    expect(rounds.map(({ provider: name }) => name)).toContain('twilio');
  });
});

test.each([
  ['30007, told by a receipt', ok, async (world: World) => comesBack(world, '30007')],
  ['30007, told at once', (_: unknown, call: number) => (call === 1 ? failed(callFault(400, 30007)) : undefined), ok],
])(
  'a carrier’s filter (%s) ends the text of this round, evades by no other provider, and a later round texts again',
  async (_, provider, then) => {
    const world = createWorld({ provider, standby: ok });
    await world.putAlice();
    const { body } = await dispatch(world);
    await world.drain();
    await then(world);
    await world.advance(MINUTE);
    const [first] = await deliveriesOf(world, body.notificationId);
    expect(first).toMatchObject({ status: 'FAILED', error: { code: '30007', class: 'refused_this_time' } });
    expect(by(world)).not.toContain('sns');
    await world.advance(5 * MINUTE);
    expect(by(world).at(-1)).toBe('twilio');
    expect((await deliveriesOf(world, body.notificationId)).at(-1)).toMatchObject({ status: 'SENT' });
  },
);

test('what the standby’s daily limit of a number refuses leaves later rounds to text again', async () => {
  let calls = 0;
  const limited = () => failed(snsFault(400, 'InvalidParameter', 'DAILY_DESTINATION_LIMIT'));
  const world = createWorld({
    provider: () => (calls++ === 0 ? failed(callFault(400, 21408)) : undefined),
    standby: limited,
  });
  await world.putAlice();
  const { body } = await dispatch(world);
  await world.advance(MINUTE);
  expect(await deliveriesOf(world, body.notificationId)).toMatchObject([{ status: 'FAILED' }]);
  await world.advance(5 * MINUTE);
  expect(by(world)).toEqual(['twilio']);
});

describe('an unknown 400 on every text', () => {
  const unknown = [
    ['a new code', () => failed(callFault(400, 39999))],
    ['no code at all', () => failed(callFault(400, undefined))],
    ['a 422', () => failed(callFault(422, 77777))],
  ] as const;

  test.each(unknown)(
    '%s: every page goes out through the standby, is counted, and opens no circuit',
    async (_, provider) => {
      const world = createWorld({ provider, standby: ok });
      await world.putAlice();
      for (let n = 0; n < 20; n++) await dispatch(world, n, { requireAck: false });
      await world.advance(MINUTE);
      expect(by(world)).toEqual(Array(20).fill('sns'));
      expect(world.counted.filter((metric) => metric === 'UnknownProviderCode')).toHaveLength(20);
      expect(world.counted).not.toContain('twilio/sms opened');
      expect((await world.circuits.get('twilio/sms')).version).toBe(0);
    },
  );

  test.each([
    ['39999', 'undelivered'],
    ['', 'partially_delivered'],
  ])('code "%s" of a receipt that says %s is counted once, however often the receipt comes', async (code, status) => {
    const world = createWorld({ standby: ok });
    await world.putAlice();
    await dispatch(world, 0, { requireAck: false });
    await world.drain();
    const [text] = world.sent;
    for (let again = 0; again < 3; again++) {
      const answer = await world.callback(
        text?.ref ?? '',
        text?.providerId ?? '',
        status,
        code ? { ErrorCode: code } : {},
      );
      expect(answer.status).toBe(204);
    }
    expect(world.counted.filter((metric) => metric === 'UnknownProviderCode')).toHaveLength(1);
  });
});

test.each(['30023', '30027', '30032', '30033', '30034', '30035'])(
  '%s for one phone: everybody else goes by Twilio, and that phone too the next day',
  async (code) => {
    const [unlucky, other] = ['+14155550100', '+14155550101'];
    const world = createWorld({ standby: ok });
    await world.putAlice();
    const bob = { name: 'Bob', phone: other, phoneVerified: true };
    await world.call('putRecipient', { params: { id: 'usr_bob' }, body: bob });
    await dispatch(world, 0, { requireAck: false });
    await world.drain();
    expect(world.sent.at(-1)).toMatchObject({ by: 'twilio', to: unlucky });
    await comesBack(world, code);
    await world.advance(1_000);
    expect(world.sent.at(-1)).toMatchObject({ by: 'sns', to: unlucky });
    await dispatch(world, 1, { requireAck: false, recipientId: 'usr_bob' });
    await world.drain();
    expect(world.sent.at(-1)).toMatchObject({ by: 'twilio', to: other });
    await world.advance(24 * HOUR);
    await dispatch(world, 2, { requireAck: false });
    await world.drain();
    expect(world.sent.at(-1)).toMatchObject({ by: 'twilio', to: unlucky });
  },
);

test('a sender that Twilio refuses is tried by one page an hour, rings once, and is used again when Twilio takes it', async () => {
  let isRefused = true;
  const provider = () => (isRefused ? failed(callFault(400, 21606)) : undefined);
  const world = createWorld({ provider, standby: ok });
  await world.putAlice();
  const toTwilio = () => world.calls.filter((call) => call.by === 'twilio').length;
  for (let n = 0; n < 36; n++) {
    await dispatch(world, n, { requireAck: false });
    await world.advance(10 * MINUTE);
  }
  expect(toTwilio()).toBe(6);
  expect(world.counted.filter((event) => event === 'twilio/sms opened')).toHaveLength(1);
  isRefused = false;
  await world.advance(HOUR);
  await dispatch(world, 36, { requireAck: false });
  await world.drain();
  expect(by(world).at(-1)).toBe('twilio');
  expect(world.counted).toContain('twilio/sms closed');
});
