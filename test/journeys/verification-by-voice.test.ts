import { describe, expect, test } from 'vitest';
import { SECOND } from '../../lambdas/core/time.ts';
import { callFault } from '../../lambdas/providers/sms/twilio-codes.ts';
import { voiceCallFault } from '../../lambdas/providers/voice/twilio-voice-codes.ts';
import { memoryRateLimits } from '../support/memory-ports.ts';
import { ALICE, createWorld, INCIDENT } from '../support/world.ts';

const operator = { scopes: 'lifeline/read lifeline/recipients lifeline/send' };
const params = { id: 'usr_alice' };
const NEW = '+14155550199';

type World = ReturnType<typeof createWorld>;
const failing = (fault: ReturnType<typeof callFault>) => () => ({ outcome: 'failed', fault }) as const;
const put = (world: World, fields: object, id = 'usr_alice') =>
  world.call('putRecipient', { params: { id }, body: { name: id, ...fields }, caller: operator });
const request = (world: World, via = 'voice', id = 'usr_alice') =>
  world.call('sendVerification', { params: { id }, body: { via }, caller: operator });
const confirm = (world: World, code: string) =>
  world.call('confirmVerification', { params, body: { code }, caller: operator });
const typeOf = ({ status, body }: { status: number; body: { type: string } }) =>
  `${status} ${body.type.split(':').at(-1)}`;
/** The code as it is spoken, digit by digit, or written. */
const latest = ({ sent }: World) => (/(?:\d ?){6}/.exec(sent.at(-1)?.body ?? '')?.[0] ?? '').replaceAll(' ', '');
/** Until no call has the line any more. */
const free = (world: World) => world.advance(90 * SECOND);

async function withAlice(options: Parameters<typeof createWorld>[0] = {}, fields: object = {}) {
  const world = createWorld({ channels: ['sms', 'voice'], ...options });
  await put(world, { phone: ALICE, ...fields });
  return world;
}

describe('a code by voice', () => {
  test('a code by voice is spoken twice in a call, and verifies the phone', async () => {
    const world = await withAlice();
    const { status, body } = await request(world);
    expect([status, body]).toMatchObject([202, { phone: '+1415•••0100', via: 'voice', sendsLeft: 2 }]);
    const spoken = Array.from(latest(world)).join(' ');
    expect(world.sent).toMatchObject([
      {
        by: 'twilio',
        channel: 'voice',
        to: ALICE,
        body: `Lifeline. Your code is ${spoken}. Once more: ${spoken}. Goodbye.`,
      },
    ]);
    expect((await confirm(world, latest(world))).body).toMatchObject({ phoneVerified: true });
    expect(world.audit.entries.slice(1)).toMatchObject([
      { action: 'phone.code_sent', details: { via: 'voice', provider: 'twilio' } },
      { action: 'phone.verified' },
    ]);
  });

  test('a code by voice and by text is in the language of the recipient', async () => {
    const world = await withAlice({}, { language: 'de-AT' });
    await request(world);
    expect(world.sent.at(-1)?.body).toMatch(/^Lifeline\. Ihr Code ist (\d ){5}\d\. Noch einmal: /);
    await request(world, 'sms');
    expect(world.sent.at(-1)?.body).toMatch(/^Lifeline-Code \d{6}\. Er gilt 10 Minuten\.$/);
  });

  test('codes by voice and by text count together, and the later one voids the earlier', async () => {
    const world = await withAlice();
    await request(world, 'sms');
    const first = latest(world);
    expect((await request(world)).body.sendsLeft).toBe(1);
    if (first !== latest(world)) expect(typeOf(await confirm(world, first))).toBe('422 wrong-code');
    expect((await request(world, 'sms')).body.sendsLeft).toBe(0);
    await free(world);
    expect(typeOf(await request(world))).toBe('429 too-many-codes');
    // The refused call has not kept the line.
    expect(typeOf(await request(world))).toBe('429 too-many-codes');
  });

  test('reaches who opted out of texts, and undoes nothing of it', async () => {
    const world = createWorld({ channels: ['sms', 'voice'] });
    await world.putAlice({ phoneVerified: false, smsSuppressed: true });
    expect(typeOf(await request(world, 'sms'))).toBe('422 code-not-sendable');
    expect((await request(world)).status).toBe(202);
    expect((await confirm(world, latest(world))).body).toMatchObject({ phoneVerified: true, smsSuppressed: true });
  });

  test('goes to listed countries only', async () => {
    const world = await withAlice({ smsCountries: new Set(['US']) }, { phone: '+4915123456789' });
    expect(typeOf(await request(world))).toBe('403 country-not-served');
    expect(world.calls).toEqual([]);
  });
});

describe("the phone's line", () => {
  test('has one call at a time: while a code is called out another is refused, and nothing of it counts', async () => {
    const world = await withAlice();
    await request(world);
    const busy = await request(world);
    expect([typeOf(busy), busy.headers['retry-after']]).toEqual(['409 phone-busy', '30']);
    // Nor does one for somebody else who shares the phone.
    await put(world, { phone: ALICE }, 'usr_bob');
    expect(typeOf(await request(world, 'voice', 'usr_bob'))).toBe('409 phone-busy');
    expect(world.calls).toHaveLength(1);
    // A text needs no line.
    expect((await request(world, 'sms')).body.sendsLeft).toBe(1);
    await free(world);
    expect((await request(world)).body.sendsLeft).toBe(0);
  });

  test('one call of twenty at once is placed to a phone', async () => {
    const world = await withAlice();
    const answers = await Promise.all(Array.from({ length: 20 }, () => request(world)));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(world.calls).toHaveLength(1);
  });

  test('a phone lock is taken by a page that rings, and a page waits for a code to be over', async () => {
    const world = createWorld({ channels: ['sms', 'voice'] });
    await world.putAlice();
    await put(world, { phone: ALICE }, 'usr_bob');
    const page = { ...INCIDENT, channels: ['voice'] };
    await world.call('dispatchNotification', { body: page });
    await world.drain();
    expect(world.calls).toHaveLength(1);
    expect(typeOf(await request(world, 'voice', 'usr_bob'))).toBe('409 phone-busy');
    // Nobody takes the call; its end is reported.
    await world.advance(31 * SECOND);
    expect((await request(world, 'voice', 'usr_bob')).status).toBe(202);
    const next = { ...page, incident: { ...INCIDENT.incident, id: 'INC-2' } };
    await world.call('dispatchNotification', { body: next });
    await world.advance(80 * SECOND);
    expect(world.calls).toHaveLength(2);
    await world.advance(20 * SECOND);
    expect(world.calls).toHaveLength(3);
  });

  test('a phone lock is given back when no provider would call', async () => {
    const down = failing(voiceCallFault(503, 20503));
    const world = await withAlice({ behave: { 'twilio/voice': down, 'aws-voice/voice': down } });
    expect(typeOf(await request(world))).toBe('503 code-not-sent');
    expect(typeOf(await request(world))).toBe('503 code-not-sent');
    expect(world.calls).toHaveLength(4);
    expect((await request(world, 'sms')).body.sendsLeft).toBe(2);
  });
});

describe('its providers', () => {
  test('AWS calls where Twilio does not, and the code works', async () => {
    const world = await withAlice({ behave: { 'twilio/voice': failing(voiceCallFault(503, 20503)) } });
    expect((await request(world)).status).toBe(202);
    expect(world.sent).toMatchObject([{ by: 'aws-voice', channel: 'voice' }]);
    expect((await confirm(world, latest(world))).status).toBe(200);
  });

  test('have the circuits of calls: what opens them leaves texts alone', async () => {
    const world = await withAlice({ behave: { 'twilio/voice': failing(voiceCallFault(401, 20003)) } });
    await request(world);
    await free(world);
    await request(world);
    // The account is refused: from the second call on only a probe would go to Twilio, and not before a minute.
    expect(world.counted).toContain('twilio/voice opened');
    await request(world, 'sms');
    expect(world.calls.at(-1)).toMatchObject({ by: 'twilio', channel: 'sms' });
  });

  test('a number that takes no calls is told, and counts', async () => {
    const world = await withAlice({ behave: { 'twilio/voice': failing(voiceCallFault(400, 21214)) } });
    for (let i = 0; i < 3; i++) {
      const answer = await request(world);
      const said = [typeOf(answer), answer.body.detail];
      expect(said).toEqual(['422 code-not-sendable', '+1415•••0100 does not take calls.']);
    }
    expect(typeOf(await request(world))).toBe('429 too-many-codes');
  });

  test('a sender that is refused for a code is out of use for pages, too', async () => {
    const world = await withAlice({ provider: failing(callFault(400, 21606)), standby: () => undefined });
    expect((await request(world, 'sms')).status).toBe(202);
    expect(await world.circuits.get('twilio/sms')).toMatchObject({ status: 'OPEN', reason: '21606' });
    await put(world, { phone: NEW });
    await request(world, 'sms');
    expect(world.calls.map(({ by }) => by)).toEqual(['twilio', 'sns', 'sns']);
  });
});

describe('the pace of a sender', () => {
  test("a sender's rate limit is shared with pages: a code goes to the next sender when its place would be later than two seconds", async () => {
    const rateLimits = memoryRateLimits();
    const world = await withAlice({ standby: () => undefined, stores: { rateLimits } });
    const full = { nextAt: world.now() + 60 * SECOND, version: 1 };
    for (const sender of ['twilio/sms', 'twilio/sms/urgent']) {
      await rateLimits.save(sender, await rateLimits.get(sender), full);
    }
    // The first text of an environment needs no place.
    await request(world, 'sms');
    await request(world, 'sms');
    expect(world.calls.map(({ by }) => by)).toEqual(['twilio', 'sns']);
  });

  test('never keeps a code back: when all are full it goes out at once', async () => {
    const rateLimits = { ...memoryRateLimits(), get: async () => ({ nextAt: Number.MAX_SAFE_INTEGER, version: 1 }) };
    const world = await withAlice({ standby: () => undefined, stores: { rateLimits } });
    for (let i = 0; i < 3; i++) expect((await request(world, 'sms')).status).toBe(202);
    expect(world.sent).toHaveLength(3);
  });
});
