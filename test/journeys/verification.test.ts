/** One file because the steps of one procedure share their helpers. */

import { describe, expect, test } from 'vitest';
import type { Fault } from '../../lambdas/core/providers/fault.ts';
import type { SmsRequest } from '../../lambdas/core/providers/ports.ts';
import { HOUR, MINUTE } from '../../lambdas/core/time.ts';
import { capsOf } from '../../lambdas/core/verification/caps.ts';
import { callFault } from '../../lambdas/providers/sms/twilio-codes.ts';
import { memoryCaps, memoryVerifications } from '../support/memory-ports.ts';
import { ALICE, createWorld, INCIDENT } from '../support/world.ts';

const NEW = '+14155550199';
const operator = { scopes: 'lifeline/read lifeline/recipients lifeline/send' };
const params = { id: 'usr_alice' };

type World = ReturnType<typeof createWorld>;
const put = (world: World, fields: object, id = 'usr_alice') =>
  world.call('putRecipient', { params: { id }, body: { name: id, ...fields }, caller: operator });
const request = (world: World, id = 'usr_alice', via = 'sms') =>
  world.call('sendVerification', { params: { id }, body: { via }, caller: operator });
const confirm = (world: World, code: string, id = 'usr_alice') =>
  world.call('confirmVerification', { params: { id }, body: { code }, caller: operator });
const read = async (world: World) => (await world.call('getRecipient', { params })).body;
const codes = ({ sent }: World) => sent.flatMap(({ body }) => /^Lifeline code (\d{6})\./.exec(body)?.[1] ?? []);
const latest = (world: World) => codes(world).at(-1) ?? '';
const wrong = (code: string) => (code === '000000' ? '000001' : '000000');
const typeOf = ({ status, body }: { status: number; body: { type: string } }) =>
  `${status} ${body.type.split(':').at(-1)}`;
const pagedTo = async (world: World, incidentId: string) => {
  const body = { ...INCIDENT, incident: { ...INCIDENT.incident, id: incidentId } };
  const answer = await world.call('dispatchNotification', { body });
  await world.drain();
  return [answer.status, world.sent.at(-1)?.to];
};

/** Alice with an unverified phone, given by an operator. */
async function withAlice(options: Parameters<typeof createWorld>[0] = {}, phone = ALICE) {
  const world = createWorld(options);
  await put(world, { phone });
  return world;
}

describe('from code to page', () => {
  test('the phone gets six digits, and with them it is verified and paged', async () => {
    const world = await withAlice();
    const { status, body } = await request(world);
    expect(status).toBe(202);
    expect(body).toEqual({
      phone: '+1415•••0100',
      via: 'sms',
      expiresAt: new Date(world.now() + 10 * MINUTE).toISOString(),
      sendsLeft: 2,
    });
    expect(world.sent).toMatchObject([
      { to: ALICE, body: `Lifeline code ${latest(world)}. It is valid for 10 minutes.` },
    ]);
    const confirmed = await confirm(world, latest(world));
    expect(confirmed).toMatchObject({
      status: 200,
      body: { id: 'usr_alice', phone: '+1415•••0100', phoneVerified: true },
    });
    const { headers } = await world.call('getRecipient', { params });
    expect(confirmed.headers.etag).toBe(headers.etag);
    expect(await pagedTo(world, 'INC-1')).toEqual([202, ALICE]);
  });

  test('the old number is paged until the new one is confirmed', async () => {
    const world = createWorld();
    await world.putAlice();
    const moved = await put(world, { phone: NEW });
    expect(moved.body).toMatchObject({ phone: NEW, phoneVerified: false, verifiedPhone: ALICE });
    expect(await read(world)).toEqual(moved.body);
    expect(await pagedTo(world, 'INC-1')).toEqual([202, ALICE]);
    await request(world);
    expect(world.sent.at(-1)?.to).toBe(NEW);
    expect(await pagedTo(world, 'INC-2')).toEqual([202, ALICE]);
    const { body } = await world.call('listRecipients');
    expect(body.items).toMatchObject([{ phone: '+1415•••0199', verifiedPhone: '+1415•••0100' }]);
    await confirm(world, latest(world));
    expect(await read(world)).toMatchObject({ phone: NEW, phoneVerified: true });
    expect(await read(world)).not.toHaveProperty('verifiedPhone');
    expect(await pagedTo(world, 'INC-3')).toEqual([202, NEW]);
  });

  test('the page through the old number warns that the new one is not verified', async () => {
    const world = createWorld();
    await world.putAlice();
    await put(world, { phone: NEW });
    const { body } = await world.call('dispatchNotification', { body: INCIDENT });
    expect(body.warnings).toMatchObject([{ code: 'phone-unverified', message: expect.stringContaining('before it') }]);
  });

  test('an admin vouches for the new number without any code', async () => {
    const world = createWorld();
    await world.putAlice();
    await put(world, { phone: NEW });
    const { body } = await world.putAlice({ phone: NEW });
    expect(body).toMatchObject({ phone: NEW, phoneVerified: true });
    expect(await pagedTo(world, 'INC-1')).toEqual([202, NEW]);
    expect(typeOf(await request(world))).toBe('409 nothing-to-verify');
  });

  test('what was read can be sent back at every step', async () => {
    const world = createWorld();
    await world.putAlice();
    await put(world, { phone: NEW });
    const before = await read(world);
    const again = await world.call('putRecipient', { params, body: before, caller: operator });
    expect([again.status, again.body]).toEqual([200, before]);
  });

  test('the opt-out of the old number does not silence the new one', async () => {
    const world = createWorld();
    await world.putAlice({ smsSuppressed: true });
    expect((await put(world, { phone: NEW })).body).toMatchObject({ smsSuppressed: true });
    await request(world);
    expect((await confirm(world, latest(world))).body).toMatchObject({ phoneVerified: true, smsSuppressed: false });
  });
});

describe('tries', () => {
  test('five, then not even the right code works', async () => {
    const world = await withAlice();
    await request(world);
    const code = latest(world);
    for (const triesLeft of [4, 3, 2, 1, 0]) {
      const answer = await confirm(world, wrong(code));
      expect([typeOf(answer), answer.body.triesLeft]).toEqual(['422 wrong-code', triesLeft]);
    }
    expect(typeOf(await confirm(world, code))).toBe('410 code-expired');
    await request(world);
    expect((await confirm(world, latest(world))).status).toBe(200);
  });

  test('five tries of fifty at once are compared', async () => {
    const world = await withAlice();
    await request(world);
    const code = wrong(latest(world));
    const answers = await Promise.all(Array.from({ length: 50 }, () => confirm(world, code)));
    const compared = answers.filter((answer) => typeOf(answer) === '422 wrong-code');
    expect(compared.map(({ body }) => body.triesLeft).sort()).toEqual([0, 1, 2, 3, 4]);
    expect(answers.filter((answer) => typeOf(answer) === '410 code-expired')).toHaveLength(45);
    expect((await read(world)).phoneVerified).toBe(false);
  });

  test('one of many who know the code verifies the phone, once', async () => {
    const world = await withAlice();
    await request(world);
    const code = latest(world);
    const answers = await Promise.all(Array.from({ length: 5 }, () => confirm(world, code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
    expect(world.audit.entries.filter(({ action }) => action === 'phone.verified')).toHaveLength(1);
  });

  test('what is not six digits is refused and costs none', async () => {
    const world = await withAlice();
    await request(world);
    for (const code of ['12345', '1234567', '12 345', '١٢٣٤٥٦']) {
      expect((await confirm(world, code)).body.errors).toMatchObject([{ path: 'code' }]);
    }
    expect((await confirm(world, wrong(latest(world)))).body.triesLeft).toBe(4);
  });
});

describe('a code', () => {
  test.each([
    [10 * MINUTE - 1, '200'],
    [10 * MINUTE, '410 code-expired'],
  ])('%i ms after it was sent: %s', async (ms, expected) => {
    const world = await withAlice();
    await request(world);
    await world.advance(ms);
    const answer = await confirm(world, latest(world));
    expect(answer.status === 200 ? '200' : typeOf(answer)).toBe(expected);
  });

  test('a code is spent by confirming', async () => {
    const world = await withAlice();
    await request(world);
    await confirm(world, latest(world));
    expect(typeOf(await confirm(world, latest(world)))).toBe('409 nothing-to-verify');
    await put(world, { phone: ALICE, phoneVerified: false });
    expect(typeOf(await confirm(world, latest(world)))).toBe('404 no-code');
  });

  test('a code is void once the phone changes, also when it changes back to another', async () => {
    const world = await withAlice();
    await request(world);
    const code = latest(world);
    await put(world, { phone: NEW });
    expect(typeOf(await confirm(world, code))).toBe('404 no-code');
    await request(world);
    await put(world, { phone: ALICE });
    expect(typeOf(await confirm(world, code))).toBe('404 no-code');
  });

  test('does not verify a phone that was put while it was being compared', async () => {
    const verifications = memoryVerifications();
    let meanwhile = async () => {};
    const save: typeof verifications.save = async (...args) => {
      const result = await verifications.save(...args);
      await meanwhile();
      return result;
    };
    const world = await withAlice({ stores: { verifications: { ...verifications, save } } });
    await request(world);
    meanwhile = async () => void (await put(world, { phone: NEW }));
    expect(typeOf(await confirm(world, latest(world)))).toBe('404 no-code');
    expect(await read(world)).toMatchObject({ phone: NEW, phoneVerified: false });
  });

  test('a code is void once another is sent', async () => {
    const world = await withAlice();
    await request(world);
    await request(world);
    const [first = '', second = ''] = codes(world);
    // One in a million runs would draw the same code twice.
    if (first !== second) expect(typeOf(await confirm(world, first))).toBe('422 wrong-code');
    expect((await confirm(world, second)).status).toBe(200);
  });

  test('a code belongs to one recipient: another with the same phone cannot use it', async () => {
    const world = await withAlice();
    await put(world, { phone: ALICE }, 'usr_bob');
    await request(world);
    expect(typeOf(await confirm(world, latest(world), 'usr_bob'))).toBe('404 no-code');
  });

  test('code and phone appear in no log line and no audit entry', async () => {
    const world = await withAlice();
    await request(world);
    await confirm(world, wrong(latest(world)));
    await confirm(world, latest(world));
    const written = JSON.stringify([world.lines, world.audit.entries]);
    expect(written).not.toContain(latest(world));
    expect(written).not.toContain(ALICE);
  });
});

describe('three sends an hour', () => {
  test('however they lie in it: the window slides', async () => {
    const world = await withAlice();
    expect((await request(world)).body.sendsLeft).toBe(2);
    await world.advance(30 * MINUTE);
    expect((await request(world)).body.sendsLeft).toBe(1);
    expect((await request(world)).body.sendsLeft).toBe(0);
    const refused = await request(world);
    expect([typeOf(refused), refused.headers['retry-after']]).toEqual(['429 too-many-codes', '1800']);
    await world.advance(30 * MINUTE - 1);
    expect((await request(world)).headers['retry-after']).toBe('1');
    await world.advance(1);
    expect((await request(world)).body.sendsLeft).toBe(0);
    expect(typeOf(await request(world))).toBe('429 too-many-codes');
    expect(codes(world)).toHaveLength(4);
  });

  test('three codes of twenty at once go out', async () => {
    const world = await withAlice();
    const answers = await Promise.all(Array.from({ length: 20 }, () => request(world)));
    expect(
      answers
        .filter(({ status }) => status === 202)
        .map(({ body }) => body.sendsLeft)
        .sort(),
    ).toEqual([0, 1, 2]);
    expect(codes(world)).toHaveLength(3);
  });

  test('another phone of the same person does not start anew', async () => {
    const world = await withAlice();
    for (let i = 0; i < 3; i++) await request(world);
    await put(world, { phone: NEW });
    expect(typeOf(await request(world))).toBe('429 too-many-codes');
  });
});

describe('providers', () => {
  const failing = (fault: Fault) => ({ outcome: 'failed', fault }) as const;

  test('a second one takes what the first would not', async () => {
    const world = await withAlice({ provider: () => failing(callFault(503, 20503)), standby: () => undefined });
    expect((await request(world)).status).toBe(202);
    expect(world.sent).toMatchObject([{ by: 'sns', to: ALICE }]);
    expect((await confirm(world, latest(world))).status).toBe(200);
  });

  test('when none takes it that counts for nothing, and the code before still works', async () => {
    let down = false;
    const provider = () => (down ? failing(callFault(401, 20003, 'account AC123 suspended')) : undefined);
    const world = await withAlice({ provider });
    await request(world);
    down = true;
    for (let i = 0; i < 5; i++) {
      const answer = await request(world);
      expect([typeOf(answer), answer.headers['retry-after']]).toEqual(['503 code-not-sent', '30']);
      // What is wrong with our account is nobody else's business.
      expect(JSON.stringify(answer.body)).not.toMatch(/AC123|20003|suspended|twilio/i);
    }
    expect(world.counted.filter((name) => name === 'CodeNotSent')).toHaveLength(5);
    expect((await confirm(world, latest(world))).status).toBe(200);
    await put(world, { phone: NEW });
    down = false;
    await world.advance(5 * MINUTE);
    expect((await request(world)).body.sendsLeft).toBe(1);
  });

  test('one whose circuit is open is left alone', async () => {
    const world = await withAlice({ provider: () => failing(callFault(401, 20003)), standby: () => undefined });
    await request(world);
    await request(world);
    expect(world.calls.map(({ by }) => by)).toEqual(['twilio', 'sns', 'sns']);
  });

  test('a send that may have gone out counts, and its code works', async () => {
    let attempted = '';
    const provider = ({ body }: SmsRequest) => {
      attempted = /\d{6}/.exec(body)?.[0] ?? '';
      return failing({ ...callFault(503, 20503), class: 'ambiguous', code: 'timeout' });
    };
    const world = await withAlice({ provider });
    expect((await request(world)).body.sendsLeft).toBe(2);
    expect((await confirm(world, attempted)).status).toBe(200);
  });

  test('21614: the caller is told that it is the number, and it counts', async () => {
    const world = await withAlice({ provider: () => failing(callFault(400, 21614)) });
    for (let i = 0; i < 3; i++) {
      const answer = await request(world);
      expect([typeOf(answer), answer.body.detail]).toEqual([
        '422 code-not-sendable',
        '+1415•••0100 does not take texts.',
      ]);
    }
    expect(typeOf(await request(world))).toBe('429 too-many-codes');
    expect(world.calls).toHaveLength(3);
  });

  test('21610: the number is known to have opted out from now on, and no provider is asked again', async () => {
    const world = await withAlice({ provider: () => failing(callFault(400, 21610)), standby: () => undefined });
    for (let i = 0; i < 2; i++) {
      const answer = await request(world);
      expect([typeOf(answer), answer.body.detail]).toEqual(['422 code-not-sendable', expect.stringContaining('START')]);
    }
    expect(world.calls).toHaveLength(1);
    expect((await read(world)).smsSuppressed).toBe(true);
  });

  test('21610 of a new phone: it is left alone too, and the old one goes on being paged', async () => {
    const provider = ({ to }: SmsRequest) => (to === NEW ? failing(callFault(400, 21610)) : undefined);
    const world = createWorld({ provider });
    await world.putAlice();
    await put(world, { phone: NEW });
    for (let i = 0; i < 2; i++) expect(typeOf(await request(world))).toBe('422 code-not-sendable');
    expect(world.calls).toHaveLength(1);
    expect((await read(world)).smsSuppressed).toBe(false);
    expect(await pagedTo(world, 'INC-1')).toEqual([202, ALICE]);
  });
});

describe('pumping', () => {
  const enrol = async (world: World, n: number, phone: string) => {
    await put(world, { phone }, `usr_${n}`);
    return request(world, `usr_${n}`);
  };

  test('ten codes a day to one phone, whoever it is said to be; nothing of the refused one counts', async () => {
    const world = createWorld();
    for (let n = 0; n < 10; n++) expect((await enrol(world, n, ALICE)).status).toBe(202);
    const refused = await enrol(world, 10, ALICE);
    expect([typeOf(refused), refused.body.detail]).toEqual([
      '429 too-many-codes',
      expect.stringContaining('this phone'),
    ]);
    // The clock stands at 03:00; the day ends at 24:00.
    expect(refused.headers['retry-after']).toBe(String((21 * HOUR) / 1000));
    await put(world, { phone: NEW }, 'usr_10');
    expect((await request(world, 'usr_10')).body.sendsLeft).toBe(2);
    await world.advance(21 * HOUR);
    expect((await enrol(world, 11, ALICE)).status).toBe(202);
    expect(world.counted.filter((name) => name === 'CodeRefused')).toHaveLength(1);
    expect(world.audit.entries.filter(({ action }) => action === 'phone.code_refused')).toMatchObject([
      { resource: 'recipient/usr_10', details: { phone: '+1415•••0100', why: 'limit:phone' } },
    ]);
  });

  test('a hundred an hour in all, two hundred a day to a country; one country does not stop another', async () => {
    const caps = memoryCaps();
    const world = createWorld({ stores: { caps } });
    /** That many codes to as many phones, counted without the rest. */
    const sendMany = async (count: number) => {
      for (let n = 0; n < count; n++) {
        for (const cap of capsOf(`+1415555${n}`, '1', world.now())) expect(await caps.take(cap)).toBe(true);
      }
    };
    await sendMany(99);
    expect((await enrol(world, 1, '+14155551001')).status).toBe(202);
    const full = await enrol(world, 2, '+14155551002');
    expect([full.body.detail, full.headers['retry-after']]).toEqual([expect.stringContaining('installation'), '3600']);
    await world.advance(HOUR);
    await sendMany(99);
    expect((await enrol(world, 2, '+14155551002')).status).toBe(202);
    await world.advance(HOUR);
    expect((await enrol(world, 3, '+14155551003')).body.detail).toContain('country calling code');
    expect((await enrol(world, 4, '+4915123456789')).status).toBe(202);
  });

  test('only the listed countries get codes; pages go to a verified phone anywhere', async () => {
    const world = await withAlice({ smsCountries: new Set(['US', 'DE']) }, '+33612345678');
    expect(typeOf(await request(world))).toBe('403 country-not-served');
    expect(world.sent).toEqual([]);
    await world.putAlice({ phone: '+33612345678' });
    expect(await pagedTo(world, 'INC-1')).toEqual([202, '+33612345678']);
    // Jamaica shares the calling code of the United States, and is dear.
    await put(world, { phone: '+18765551234' }, 'usr_jm');
    expect(typeOf(await request(world, 'usr_jm'))).toBe('403 country-not-served');
    await put(world, { phone: '+4915123456789' }, 'usr_de');
    expect((await request(world, 'usr_de')).status).toBe(202);
    expect(world.audit.entries.filter(({ action }) => action === 'phone.code_refused')).toHaveLength(2);
  });

  test('numbers of no country never get one', async () => {
    const world = await withAlice({}, '+882161234567');
    expect(typeOf(await request(world))).toBe('403 country-not-served');
  });
});

describe('refused without a text', () => {
  test('calls, where there is no voice channel', async () => {
    const world = await withAlice();
    const answer = await request(world, 'usr_alice', 'voice');
    expect([typeOf(answer), answer.body.detail]).toEqual(['422 code-not-sendable', expect.stringContaining('Calls')]);
    expect((await request(world)).body.sendsLeft).toBe(2);
  });

  test('who opted out of texts to this phone', async () => {
    const world = createWorld();
    await world.putAlice({ phoneVerified: false, smsSuppressed: true });
    expect(typeOf(await request(world))).toBe('422 code-not-sendable');
    expect(world.sent).toEqual([]);
  });

  test('nobody, no phone, a verified phone, another scope', async () => {
    const world = createWorld();
    expect(typeOf(await request(world))).toBe('404 recipient-not-found');
    expect(typeOf(await confirm(world, '123456'))).toBe('404 recipient-not-found');
    await put(world, {});
    expect(typeOf(await request(world))).toBe('409 nothing-to-verify');
    expect(typeOf(await confirm(world, '123456'))).toBe('409 nothing-to-verify');
    await put(world, { phone: ALICE });
    expect(typeOf(await confirm(world, '123456'))).toBe('404 no-code');
    const caller = { scopes: 'lifeline/send lifeline/read' };
    for (const [operation, body] of [
      ['sendVerification', { via: 'sms' }],
      ['confirmVerification', { code: '123456' }],
    ] as const) {
      expect(typeOf(await world.call(operation, { params, body, caller }))).toBe('403 missing-scope');
    }
  });
});

test('code and confirmation are in the audit, with who asked', async () => {
  const world = await withAlice();
  await request(world);
  await confirm(world, latest(world));
  expect(world.audit.entries.slice(1)).toMatchObject([
    {
      resource: 'recipient/usr_alice',
      action: 'phone.code_sent',
      actor: 'test-client/test-subject',
      from: '192.0.2.1',
    },
    { resource: 'recipient/usr_alice', action: 'phone.verified', details: { phone: '+1415•••0100' } },
  ]);
});
