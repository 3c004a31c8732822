/** One file because its stories share a page that was sent and its callbacks: Twilio’s reports of texts and calls. */
import { describe, expect, test } from 'vitest';
import { callFault, laterFault } from '../../lambdas/providers/sms/twilio-codes.ts';
import { smsLogLine } from '../support/log-event.ts';
import { memoryPhoneLocks } from '../support/memory-escalation.ts';
import { signTwilio } from '../support/twilio-callback.ts';
import { ALICE, createWorld, INCIDENT, PUBLIC_BASE_URL, TWILIO } from '../support/world.ts';

async function sentPage(options: Parameters<typeof createWorld>[0] = {}, fields: object = {}) {
  const world = createWorld(options);
  await world.putAlice();
  const { body } = await world.call('dispatchNotification', { body: { ...INCIDENT, ...fields } });
  await world.drain();
  const [text] = world.sent;
  return { world, id: body.notificationId as string, ref: text?.ref ?? '', sid: text?.providerId ?? '' };
}

const urlOf = (ref: string) => `${PUBLIC_BASE_URL}/webhooks/twilio/sms/status/${ref}`;

describe('a callback that proves nothing changes nothing', () => {
  const good = (sid: string) => ({ AccountSid: TWILIO.accountSid, MessageSid: sid, MessageStatus: 'delivered' });

  test.each<[string, (ref: string, sid: string) => object, number]>([
    [
      'no signature',
      (_, sid) => ({
        ...signTwilio('x', 'https://x', good(sid)),
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      }),
      403,
    ],
    ['a forged signature', (ref, sid) => signTwilio('another token', urlOf(ref), good(sid)), 403],
    ['a signature over another URL', (_, sid) => signTwilio(TWILIO.authToken, urlOf('x'), good(sid)), 403],
    [
      'a signature over other fields',
      (ref, sid) => ({
        ...signTwilio(TWILIO.authToken, urlOf(ref), good(sid)),
        rawBody: new URLSearchParams({ ...good(sid), MessageStatus: 'sent' }).toString(),
      }),
      403,
    ],
    [
      'a valid signature of an account we do not know',
      (ref, sid) => signTwilio(TWILIO.authToken, urlOf(ref), { ...good(sid), AccountSid: `AC${'9'.repeat(32)}` }),
      403,
    ],
    [
      'another message under this reference',
      (ref) => signTwilio(TWILIO.authToken, urlOf(ref), good(`SM${'f'.repeat(32)}`)),
      404,
    ],
    [
      'no status',
      (ref, sid) => signTwilio(TWILIO.authToken, urlOf(ref), { AccountSid: TWILIO.accountSid, MessageSid: sid }),
      400,
    ],
  ])('%s', async (_, forge, expected) => {
    const { world, id, ref, sid } = await sentPage();
    const before = world.pages.all();
    const { status } = await world.call('receiveTwilioSmsStatus', {
      params: { ref },
      caller: null,
      ...forge(ref, sid),
    });
    expect(status).toBe(expected);
    expect(world.pages.all()).toEqual(before);
    expect((await world.page(id)).status).toBe('SENT');
  });

  test.each(['nonsense', 'aaaaaaaaaaaaaaaa-1-sms-1-1', '%2e%2e', 'aaaaaaaaaaaaaaaa-1-voice-1-1'])(
    'the reference %s: 404',
    async (ref) => {
      const { world } = await sentPage();
      const before = world.pages.all();
      expect((await world.callback(ref, `SM${'1'.repeat(32)}`, 'delivered')).status).toBe(404);
      expect(world.pages.all()).toEqual(before);
    },
  );

  test('a later attempt or leg than was ever made: 404', async () => {
    const { world, ref, sid } = await sentPage();
    const before = world.pages.all();
    for (const wrong of [ref.replace(/1-1$/, '2-1'), ref.replace(/1-1$/, '1-2'), ref.replace('-1-sms', '-2-sms')]) {
      expect((await world.callback(wrong, sid, 'delivered')).status).toBe(404);
    }
    expect(world.pages.all()).toEqual(before);
  });
});

test('a repeated callback answers like the first and changes nothing', async () => {
  const { world, ref, sid } = await sentPage();
  await world.callback(ref, sid, 'delivered');
  const before = world.pages.all();
  expect((await world.callback(ref, sid, 'delivered')).status).toBe(204);
  expect(world.pages.all()).toEqual(before);
});

test('delivered before sent stays DELIVERED', async () => {
  const { world, id, ref, sid } = await sentPage();
  await world.callback(ref, sid, 'delivered');
  expect((await world.callback(ref, sid, 'sent')).status).toBe(204);
  expect((await world.page(id)).status).toBe('DELIVERED');
});

test('a callback that arrives before the create call returned is not lost', async () => {
  const sid = `SM${'e'.repeat(32)}`;
  const world = createWorld({
    provider: async ({ ref }) => {
      expect((await world.callback(ref, sid, 'delivered')).status).toBe(204);
      return { outcome: 'accepted', providerId: sid, providerStatus: 'queued' };
    },
  });
  await world.putAlice();
  const { body } = await world.call('dispatchNotification', { body: INCIDENT });
  await world.drain();
  const page = await world.page(body.notificationId);
  expect(page).toMatchObject({ status: 'DELIVERED', deliveries: [{ providerId: sid, provider: 'twilio' }] });
  expect(page.deliveries[0].events.map((e: { kind: string }) => e.kind)).toEqual([
    'queued',
    'claimed',
    'receipt',
    'delivered',
    'sent',
  ]);
});

test('an ambiguous send that did arrive is not sent again', async () => {
  const fault = {
    code: 'timeout',
    class: 'ambiguous',
    message: '',
    failsOver: true,
    counts: true,
    opens: false,
    disablesSender: false,
  } as const;
  const ambiguous = () => ({ outcome: 'failed' as const, fault });
  const { world, id } = await sentPage({ provider: ambiguous }, { requireAck: false });
  const [call] = world.calls;
  await world.callback(call?.ref ?? '', `SM${'a'.repeat(32)}`, 'delivered');
  await world.advance(3_600_000);
  expect(world.calls).toHaveLength(1);
  expect((await world.page(id)).status).toBe('DELIVERED');
});

test('MM ids, base64 bodies and fields we never heard of are taken', async () => {
  const { world, id, ref } = await sentPage({
    provider: () => ({ outcome: 'accepted', providerId: `MM${'b'.repeat(32)}`, providerStatus: 'queued' }),
  });
  const form = {
    AccountSid: TWILIO.accountSid,
    MessageSid: `MM${'b'.repeat(32)}`,
    MessageStatus: 'delivered',
    NewField: 'ü & +',
  };
  const signed = signTwilio(TWILIO.authToken, urlOf(ref), form);
  const { status } = await world.call('receiveTwilioSmsStatus', {
    params: { ref },
    caller: null,
    base64: true,
    ...signed,
  });
  expect(status).toBe(204);
  expect((await world.page(id)).status).toBe('DELIVERED');
});

test('undelivered after SENT fails the page with the carrier’s code', async () => {
  const { world, id, ref, sid } = await sentPage();
  await world.callback(ref, sid, 'undelivered', { ErrorCode: '30007' });
  expect((await world.page(id)).deliveries[0]).toMatchObject({ status: 'FAILED', error: { code: '30007' } });
});

describe('a status that Lifeline has no rule for', () => {
  const receiptsOf = (page: { deliveries: { events: { kind: string; providerStatus?: string }[] }[] }) =>
    page.deliveries[0]?.events.filter(({ kind }) => kind === 'receipt').map(({ providerStatus }) => providerStatus);

  test.each(['partially_delivered', 'received', 'Teleported', 'constructor'])(
    'of a text, %s, is answered 204, stands in the history and changes nothing',
    async (status) => {
      const { world, id, ref, sid } = await sentPage();
      const { deliveries, ...before } = await world.page(id);
      expect((await world.callback(ref, sid, status)).status).toBe(204);
      const { deliveries: now, ...after } = await world.page(id);
      expect(after).toEqual(before);
      const told = {
        kind: 'receipt',
        provider: 'twilio',
        providerStatus: status.toLowerCase(),
        code: 'unknown_status',
      };
      expect(now[0]).toEqual({ ...deliveries[0], events: [...deliveries[0].events, expect.objectContaining(told)] });
      expect((await world.callback(ref, sid, 'delivered')).status).toBe(204);
      expect((await world.page(id)).status).toBe('DELIVERED');
    },
  );

  test('a status that Lifeline has no rule for of a text that comes before the create call returned does not take its outcome away', async () => {
    const sid = `SM${'e'.repeat(32)}`;
    const world = createWorld({
      provider: async ({ ref }) => {
        expect((await world.callback(ref, sid, 'partially_delivered')).status).toBe(204);
        return { outcome: 'accepted', providerId: sid, providerStatus: 'queued' };
      },
    });
    await world.putAlice();
    const { body } = await world.call('dispatchNotification', { body: INCIDENT });
    await world.drain();
    expect(await world.page(body.notificationId)).toMatchObject({ status: 'SENT', deliveries: [{ providerId: sid }] });
  });

  test('a status that Lifeline has no rule for of a text is answered 2xx however many come, while the item stops growing', async () => {
    const { world, id, ref, sid } = await sentPage();
    for (let i = 0; i < 200; i++) expect((await world.callback(ref, sid, `status_${i}`)).status).toBe(204);
    expect(receiptsOf(await world.page(id))).toHaveLength(8);
    const before = world.pages.all();
    expect((await world.callback(ref, sid, 'status_999')).status).toBe(204);
    expect(world.pages.all()).toEqual(before);
  });

  test('about another message, or of a send that was never made, is still 404', async () => {
    const { world, ref, sid } = await sentPage();
    expect((await world.callback(ref, `SM${'f'.repeat(32)}`, 'partially_delivered')).status).toBe(404);
    expect((await world.callback(ref.replace(/1-1$/, '1-2'), sid, 'partially_delivered')).status).toBe(404);
  });

  test('a status that Lifeline has no rule for of a call is answered 204, and neither frees the phone nor ends the call', async () => {
    const lines = memoryPhoneLocks();
    const world = createWorld({
      channels: ['voice'],
      stores: { phoneLocks: lines },
      reports: { 'twilio/voice': () => [] },
    });
    await world.putAlice();
    const { body } = await world.call('dispatchNotification', { body: INCIDENT });
    await world.drain();
    const [call] = world.sent;
    if (!call) throw new Error('nobody was called');
    for (const status of ['transferring', 'delivered', 'on-hold']) {
      expect((await world.callStatus(call.ref, call.providerId, status)).status).toBe(204);
    }
    const page = await world.page(body.notificationId);
    expect(page.deliveries[0].status).toBe('SENT');
    expect(receiptsOf(page)).toEqual(['transferring', 'delivered', 'on-hold']);
    expect(await lines.take(ALICE, 'another call', world.now(), world.now() + 1)).toBe(false);
    await world.call('acknowledgeNotification', { params: { id: body.notificationId }, body: {} });
    const before = world.hangUps.length;
    await world.callStatus(call.ref, call.providerId, 'parked');
    expect(world.hangUps).toHaveLength(before);
  });
});

describe('what only a receipt tells of an account or a sender reaches the circuit', () => {
  const down = () => ({ outcome: 'failed' as const, fault: callFault(503, undefined) });
  const told = (code: number) => (providerId: string) => ({
    provider: 'twilio' as const,
    providerId,
    providerStatus: 'undelivered',
    rank: 4,
    news: { undelivered: laterFault('undelivered', code) },
  });

  test.each([
    [30002, 'by callback'],
    [21703, 'by callback'],
    [30002, 'when Twilio is asked'],
    [21703, 'when Twilio is asked'],
  ])('Twilio code %i, told %s', async (code, how) => {
    const ask = how === 'by callback' ? {} : { ask: told(code) };
    const { world, ref, sid } = await sentPage({ ...ask, standby: () => undefined });
    if (how === 'by callback') await world.callback(ref, sid, 'undelivered', { ErrorCode: String(code) });
    else await world.advance(181_000);
    const circuit = await world.circuits.get('twilio/sms', { consistent: true });
    expect(circuit).toMatchObject({ status: 'OPEN', reason: String(code) });
  });

  test.each([
    ['No quota left for account', 'spend_limit', 'after SNS has answered'],
    ['Invalid sender ID', 'sender_id', 'after SNS has answered'],
    ['No quota left for account', 'spend_limit', 'before SNS has answered'],
    ['Invalid sender ID', 'sender_id', 'before SNS has answered'],
  ])('the log of SNS: %s (%s), %s', async (words, reason, when) => {
    const line = smsLogLine('a1', words);
    const world = createWorld({
      provider: down,
      async standby() {
        if (when.startsWith('before')) await world.snsLog(line);
        return { outcome: 'accepted', providerId: 'sns:a1', providerStatus: 'accepted' };
      },
    });
    await world.putAlice();
    await world.call('dispatchNotification', { body: INCIDENT });
    await world.drain();
    if (when.startsWith('after')) await world.snsLog(line);
    expect(await world.circuits.get('sns/sms', { consistent: true })).toMatchObject({ status: 'OPEN', reason });
  });

  test('a receipt that comes again moves nothing', async () => {
    const { world, ref, sid } = await sentPage({ standby: () => undefined });
    const fields = { ErrorCode: '30002' };
    await world.callback(ref, sid, 'undelivered', fields);
    const before = await world.circuits.get('twilio/sms', { consistent: true });
    await world.callback(ref, sid, 'undelivered', fields);
    expect(await world.circuits.get('twilio/sms', { consistent: true })).toEqual(before);
  });
});
