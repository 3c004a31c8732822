/** Rules of carriers and accounts that a create call does not tell (docs/simulators.md), each as the simulators keep it. */
import { SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, test, vi } from 'vitest';
import { createSnsSms } from '../../lambdas/providers/sms/sns.ts';
import { createTwilioSms } from '../../lambdas/providers/sms/twilio.ts';
import { Carriers } from '../../local/simulators/twilio/carriers.ts';
import { FAR_MS } from '../support/deadlines.ts';
import { ACCOUNT, phone, type Running, runSimulators } from './simulator.ts';

const ALICE = '+14155550100';
const SERVICE = `MG${'a'.repeat(32)}`;
const quick = { interval: 20 };

const twilioOf = (running: Running, phoneNumber = ACCOUNT.phoneNumber) =>
  createTwilioSms({
    credentials: async () => ({ ...ACCOUNT, phoneNumber }),
    apiUrl: running.apiUrl,
    callbackUrl: (ref) => `${running.origin}/status/${ref}`,
    twoWay: [],
    timeoutMs: FAR_MS,
  });
const snsOf = (running: Running, senderId = 'OnCall', registered: string[] = []) =>
  createSnsSms({
    client: new SNSClient({
      region: 'us-east-1',
      endpoint: `${running.origin}/simulators/sns`,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      maxAttempts: 1,
    }),
    senderId,
    registered,
    timeoutMs: FAR_MS,
  });
const setUp = (running: Running, provider: string, settings: object) =>
  fetch(`${running.origin}/simulators/${provider}/account`, { method: 'PUT', body: JSON.stringify(settings) });
const statusesOf = (running: Running, ref: string) =>
  running.callbacks.filter(({ path }) => path === `/status/${ref}`).map(({ form }) => form.MessageStatus);
const codeOf = (running: Running, ref: string) =>
  running.callbacks.find(({ path, form }) => path === `/status/${ref}` && form.ErrorCode)?.form.ErrorCode;

describe('Twilio', () => {
  const sendTwo = async (running: Running) => {
    const twilio = twilioOf(running);
    await twilio.send({ to: ALICE, body: 'x'.repeat(200), ref: 'first', verified: true });
    await twilio.send({ to: ALICE, body: 'second', ref: 'second', verified: true });
  };

  test('texts to a phone whose carrier takes nothing more for it come back with 30027 until tomorrow, and others arrive', async () => {
    let now = Date.parse('2026-11-22T23:59:00Z');
    const carriers = new Carriers(1_000, 1);
    const fate = (to: string) =>
      carriers.route({ to, sender: '+15005550006', body: 'x', isUnchecked: true, validityMs: 1e9 }, now).errorCode;
    carriers.useUp(ALICE, true, now);
    expect([fate(ALICE), fate('+14155550101')]).toEqual([30027, undefined]);
    now += 60_000;
    expect(fate(ALICE)).toBeUndefined();
  });

  test('a phone is set to be capped by its page, and taken off it', async () => {
    const running = await runSimulators();
    const set = (texts: string) =>
      fetch(`${running.origin}/simulators/phones/${ALICE}`, { method: 'PUT', body: JSON.stringify({ texts }) });
    const send = (to: string, ref: string) => twilioOf(running).send({ to, body: 'x', ref, verified: true });
    expect((await set('lost')).status).toBe(400);
    expect(await (await set('capped')).json()).toEqual({ texts: 'capped' });
    await send(ALICE, 'capped');
    await send('+14155550101', 'other');
    await vi.waitFor(() => expect(codeOf(running, 'capped')).toBe('30027'));
    await vi.waitFor(() => expect(statusesOf(running, 'other')).toContain('delivered'));
    await set('arrive');
    await send(ALICE, 'again');
    await vi.waitFor(() => expect(statusesOf(running, 'again')).toContain('delivered'));
  });

  test('a long code keeps texts queued while the segments of another one go out', async () => {
    // The two seconds of the first text take over half an hour.
    const running = await runSimulators({ segmentsPerSecond: 1, speed: 0.001 });
    await sendTwo(running);
    await expect.poll(() => statusesOf(running, 'first'), quick).toEqual(['sent', 'delivered']);
    expect(statusesOf(running, 'second')).toEqual([]);
    expect((await phone(running)).map(({ body }) => body?.length)).toEqual([200]);
  });

  test('a long code sends one segment a second, and then the next text', async () => {
    const running = await runSimulators({ segmentsPerSecond: 1, speed: 4 });
    const began = Date.now();
    await sendTwo(running);
    await expect.poll(() => statusesOf(running, 'second'), quick).toEqual(['sent', 'delivered']);
    expect(Date.now() - began).toBeGreaterThanOrEqual(499);
    expect(await phone(running)).toHaveLength(2);
  });
});

const AT = Date.parse('2026-11-22T03:00:00Z');
const toCarrier = (to: string, body: string, validityMs = Number.POSITIVE_INFINITY) => ({
  to,
  sender: '+14155550000',
  body,
  isUnchecked: true,
  validityMs,
});

test('Twilio: a text that would wait in the queue for longer than it is valid comes back as 30036', () => {
  const carriers = new Carriers(1, 1);
  const fates = Array.from({ length: 4 }, () => carriers.route(toCarrier(ALICE, 'x', 2_000), AT));
  expect(fates.map(({ sentAt, errorCode }) => [sentAt - AT, errorCode])).toEqual([
    [0, undefined],
    [1_000, undefined],
    [2_000, undefined],
    [2_000, 30036],
  ]);
});

test('Twilio: a carrier takes 2,000 segments a day of a low-volume campaign, other carriers go on, the next day is new', () => {
  const carriers = new Carriers(1, 1);
  const codeOn = (to: string, day = 0) =>
    carriers.route(toCarrier(to, 'x'.repeat(300)), AT + day * 86_400_000).errorCode;
  const fates = Array.from({ length: 1_001 }, () => codeOn(ALICE));
  expect([fates[999], fates[1_000]]).toEqual([undefined, 30027]);
  expect([codeOn('+16045550100'), codeOn('+447700900100'), codeOn(ALICE), codeOn(ALICE, 1)]).toEqual([
    undefined,
    undefined,
    30027,
    undefined,
  ]);
});

describe('Twilio: a burst to one phone', () => {
  test('a burst to one phone is blocked as pumping (30450) from the sixth text within a minute on, and other phones are not', async () => {
    const running = await runSimulators();
    const twilio = twilioOf(running);
    for (let n = 0; n < 7; n++) await twilio.send({ to: ALICE, body: 'x', ref: `t${n}` });
    await twilio.send({ to: '+14155550101', body: 'x', ref: 'other' });
    await expect.poll(() => statusesOf(running, 't6'), quick).toEqual(['failed']);
    expect([codeOf(running, 't4'), codeOf(running, 't5'), codeOf(running, 't6')]).toEqual([
      undefined,
      '30450',
      '30450',
    ]);
    await expect.poll(() => statusesOf(running, 'other'), quick).toEqual(['sent', 'delivered']);
    expect(await phone(running)).toHaveLength(5);
  });

  test('arrives where each text asks for RiskCheck=disable', async () => {
    const running = await runSimulators();
    const twilio = twilioOf(running);
    for (let n = 0; n < 9; n++) await twilio.send({ to: ALICE, body: 'x', ref: `t${n}`, verified: true });
    expect(await phone(running)).toHaveLength(9);
  });
});

test('Twilio: the Compliance Toolkit schedules a text, which counts as not taken and is taken back', async () => {
  const running = await runSimulators();
  await setUp(running, 'twilio', { complianceToolkit: true });
  const result = await twilioOf(running).send({ to: ALICE, body: 'x', ref: 'r', verified: true });
  expect(result).toMatchObject({ outcome: 'failed', fault: { code: 'scheduled', class: 'refused_this_time' } });
  expect(await phone(running)).toEqual([]);
  const listed = await fetch(`${running.apiUrl}/2010-04-01/Accounts/${ACCOUNT.accountSid}/Messages.json`, {
    headers: { Authorization: `Basic ${btoa(`${ACCOUNT.accountSid}:${ACCOUNT.authToken}`)}` },
  });
  expect(await listed.json()).toMatchObject({ messages: [{ status: 'canceled' }] });
});

test.each([
  ['+14155550100', ACCOUNT.phoneNumber, 200],
  ['+919820012345', 'INFO', 409],
  ['+33612345678', 'INFO', 409],
])('Twilio: the phone %s shows the sender %s, and a reply ends with %i', async (to, shown, status) => {
  const running = await runSimulators({ twiml: () => '<Response/>' });
  await twilioOf(running).send({ to, body: 'x', ref: 'r', verified: true });
  expect((await phone(running, to)).map(({ from }) => from)).toEqual([shown]);
  const url = `${running.origin}/simulators/phones/${to}/reply`;
  expect((await fetch(url, { method: 'POST', body: JSON.stringify({ body: 'ACK' }) })).status).toBe(status);
});

test.each([
  [SERVICE, true, 'rcs:+14155550100'],
  [SERVICE, false, '+14155550100'],
  [ACCOUNT.phoneNumber, true, '+14155550100'],
])('Twilio: a reply to %s with an RCS sender %s comes in from %s', async (phoneNumber, rcs, from) => {
  const forms: Record<string, string>[] = [];
  const running = await runSimulators({ phoneNumber, twiml: (form) => `${forms.push(form) && ''}<Response/>` });
  await setUp(running, 'twilio', { rcs });
  await fetch(`${running.origin}/simulators/phones/${ALICE}/reply`, {
    method: 'POST',
    body: JSON.stringify({ body: 'ACK' }),
  });
  expect(forms.map(({ From }) => From)).toEqual([from]);
});

describe('SNS of a new account', () => {
  const NEW = { sandbox: true, verified: [ALICE], monthlySpendLimit: 1, registeredSenderIds: [] };

  test('texts verified numbers only, until it leaves the sandbox', async () => {
    const running = await runSimulators({ snsAccount: NEW });
    expect(await snsOf(running).send({ to: ALICE, body: 'x', ref: 'r' })).toMatchObject({ outcome: 'accepted' });
    const refused = { outcome: 'failed', fault: { code: 'not_verified', class: 'destination_fault', counts: false } };
    expect(await snsOf(running).send({ to: '+14155550101', body: 'x', ref: 'r' })).toMatchObject(refused);
    await setUp(running, 'sns', { sandbox: false });
    expect(await snsOf(running).send({ to: '+14155550101', body: 'x', ref: 'r' })).toMatchObject({
      outcome: 'accepted',
    });
  });

  test('takes texts beyond its spending limit and does not send them, which its log says', async () => {
    const lines: string[] = [];
    const running = await runSimulators({
      snsAccount: { ...NEW, monthlySpendLimit: 0.01 },
      deliver: async (_, line) => {
        lines.push(line);
        return 'done';
      },
    });
    for (let n = 0; n < 3; n++) {
      expect(await snsOf(running).send({ to: ALICE, body: 'x', ref: 'r' })).toMatchObject({ outcome: 'accepted' });
    }
    expect(await phone(running)).toHaveLength(2);
    await expect.poll(() => lines.some((line) => line.includes('No quota left for account')), quick).toBe(true);
  });

  test.each([
    ['+6581234567', 'OnCall', [], [], 'NOTICE'],
    ['+6581234567', 'OnCall', ['65'], [], 'Unverified'],
    ['+6581234567', 'OnCall', ['65'], ['65'], 'OnCall'],
    ['+33612345678', 'OnCall', [], [], 'OnCall'],
    ['+33612345678', '', [], [], 'NOTICE'],
  ])(
    'texts %s as "%s" (declared %o, in the register %o): the phone shows %s',
    async (to, id, declared, register, shown) => {
      const account = { ...NEW, sandbox: false, registeredSenderIds: register };
      const running = await runSimulators({ snsAccount: account });
      await snsOf(running, id, declared).send({ to, body: 'x', ref: 'r' });
      expect((await phone(running, to)).map(({ from }) => from)).toEqual([shown]);
    },
  );
});

test.each([
  ['twilio', { nonsense: true }],
  ['twilio', { rcs: 'yes' }],
  ['sns', { verified: '+1' }],
  ['sns', []],
])('the account of %s takes no setting like %o', async (provider, settings) => {
  const running = await runSimulators();
  const answer = await setUp(running, provider, settings);
  expect(answer.status).toBe(Array.isArray(settings) ? 200 : 400);
});
