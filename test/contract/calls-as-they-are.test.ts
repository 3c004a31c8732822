/** The rules of phones and of Twilio's calls that hide from a simulator that is kinder than the world (docs/simulators.md). */
import twilio from 'twilio';
import { expect, test, vi } from 'vitest';
import { machineTwiml, menuTwiml } from '../../lambdas/providers/voice/twiml-speech.ts';
import { FAR_MS } from '../support/deadlines.ts';
import { ACCOUNT, phone, type Running, runSimulators } from './simulator.ts';

const TO = '+14155550100';

function clientOf(running: { apiUrl: string }) {
  const client = twilio(ACCOUNT.accountSid, ACCOUNT.authToken, { timeout: FAR_MS });
  client.api.baseUrl = running.apiUrl;
  return client;
}
const place = (running: Running, more: object = {}) =>
  clientOf(running).calls.create({
    to: TO,
    from: ACCOUNT.phoneNumber,
    twiml: menuTwiml({ menu: 'Press 1.', action: `${running.origin}/menu/r~1` }),
    fallbackUrl: `${running.origin}/fallback`,
    machineDetection: 'DetectMessageEnd',
    asyncAmd: 'true',
    asyncAmdStatusCallback: `${running.origin}/amd`,
    statusCallback: `${running.origin}/status`,
    statusCallbackEvent: ['completed'],
    ...more,
  } as never);
const act = (running: Running, action: string, body: object = {}) =>
  fetch(`${running.origin}/simulators/phones/${TO}/${action}`, { method: 'POST', body: JSON.stringify(body) });
const behave = (running: Running, calls: string) =>
  fetch(`${running.origin}/simulators/phones/${TO}`, { method: 'PUT', body: JSON.stringify({ calls }) });
const asked = (running: Running, path: string) => running.callbacks.filter((one) => one.path.startsWith(path));
const run = (options: Parameters<typeof runSimulators>[0] = {}) =>
  runSimulators({ waitMs: 60_000, voice: () => undefined, ...options });

const DETECTED_FIRST = { asyncAmd: undefined, asyncAmdStatusCallback: undefined };

test('detection without AsyncAmd speaks the first word after four seconds of silence', async () => {
  // The 4 s take 400 ms.
  const running = await run({ speed: 10 });
  await place(running, DETECTED_FIRST);
  const began = Date.now();
  await act(running, 'answer');
  expect(Date.now() - began).toBeGreaterThanOrEqual(399);
  expect(await phone(running)).toMatchObject([{ status: 'in-progress', body: 'Press 1.' }]);
});

test('a call that ends while detection listens has said nothing, and its answering is over', async () => {
  // The 4 s would take over an hour.
  const running = await run({ speed: 0.001 });
  await place(running, DETECTED_FIRST);
  const answering = act(running, 'answer');
  await vi.waitFor(async () =>
    expect(await phone(running)).toMatchObject([{ status: 'in-progress', body: '(answered, nothing said yet)' }]),
  );
  await act(running, 'decline');
  expect(await (await answering).json()).toMatchObject({ status: 'completed', body: '(answered, nothing was said)' });
});

test('the simulators stop while detection listens', async () => {
  const running = await run({ speed: 0.001 });
  await place(running, DETECTED_FIRST);
  const answering = act(running, 'answer').catch(() => undefined);
  await vi.waitFor(async () => expect(await phone(running)).toMatchObject([{ status: 'in-progress' }]));
  await running.stop();
  await answering;
});

test('detection with AsyncAmd lets the call speak at once, and tells its finding without a status', async () => {
  const running = await run({ waitMs: 60_000 });
  await place(running);
  await act(running, 'answer');
  expect(await phone(running)).toMatchObject([{ body: 'Press 1.' }]);
  await vi.waitFor(() => expect(asked(running, '/amd')).toHaveLength(1));
  const [{ form } = { form: {} }] = asked(running, '/amd');
  expect(form).toMatchObject({ AccountSid: ACCOUNT.accountSid, AnsweredBy: 'human' });
  expect(form).not.toHaveProperty('CallStatus');
});

test('a call in progress that is given other TwiML says that, and takes its keys', async () => {
  const running = await run({
    voice: (path) => (path === '/menu/r~1' ? '<Response><Say>Thanks.</Say></Response>' : undefined),
  });
  const { sid } = await place(running);
  await behave(running, 'screened');
  await act(running, 'voicemail');
  const twiml = machineTwiml({ message: 'It is open.', menu: 'Press 1 now.', action: `${running.origin}/menu/r~1` });
  await clientOf(running).calls(sid).update({ twiml });
  expect(await phone(running)).toMatchObject([{ body: 'Press 1.\nIt is open.\nPress 1 now.' }]);
  await act(running, 'keypress', { digits: '1' });
  expect(await phone(running)).toMatchObject([{ status: 'completed', answeredBy: 'machine_end_beep' }]);
});

test('a call that rings cannot be given other TwiML', async () => {
  const running = await run();
  const { sid } = await place(running);
  const update = clientOf(running).calls(sid).update({ twiml: '<Response/>' });
  await expect(update).rejects.toMatchObject({ code: 21220 });
});

test('a URL that cannot be had is followed by the FallbackUrl, with the error and the URL it is about', async () => {
  const running = await run({
    voice: (path) => (path === '/fallback' ? '<Response><Say>Once more.</Say></Response>' : undefined),
  });
  running.answerWith.splice(0, 1, 500);
  await place(running);
  await act(running, 'keypress', { digits: '1' });
  expect(await phone(running)).toMatchObject([{ status: 'completed', body: 'Press 1.\nOnce more.' }]);
  const [{ form } = { form: {} }] = asked(running, '/fallback');
  expect(form).toMatchObject({
    ErrorCode: '11200',
    ErrorUrl: `${running.origin}/menu/r~1#rc=2&rp=all&ct=2000&rt=4000`,
  });
});

test('a call without a FallbackUrl whose URL cannot be had is completed, after an application error', async () => {
  const running = await run();
  running.answerWith.splice(0, 1, 500);
  await place(running, { fallbackUrl: undefined });
  await act(running, 'keypress', { digits: '1' });
  const [call] = await phone(running);
  expect(call).toMatchObject({ status: 'completed', body: expect.stringContaining('application error') });
});

test('a phone in do-not-disturb lets the second call of one number within three minutes ring, and no first one', async () => {
  const running = await run({ speed: 1 });
  await behave(running, 'dnd');
  const first = await place(running);
  expect((await act(running, 'answer')).status).toBe(409);
  await clientOf(running).calls(first.sid).update({ status: 'canceled' });
  await place(running);
  expect((await act(running, 'answer')).status).toBe(200);
});

test('a phone that hangs up in silence ends the call after two seconds, which its duration says', async () => {
  const running = await run({ waitMs: 50 });
  await behave(running, 'hangs-up-in-silence');
  await place(running);
  await vi.waitFor(() => expect(asked(running, '/status')).toHaveLength(1));
  expect(asked(running, '/status')[0]?.form).toMatchObject({ CallStatus: 'completed', CallDuration: '2' });
});

test('a call that is listened to lasts as long as its words and the wait for a key, whatever the speed is', async () => {
  const running = await run({ waitMs: 20, voice: () => '<Response><Say>Goodbye.</Say><Hangup/></Response>' });
  await behave(running, 'answer');
  await place(running);
  await vi.waitFor(() => expect(asked(running, '/status')).toHaveLength(1));
  // One second of words, eight of waiting, one of goodbye.
  expect(asked(running, '/status')[0]?.form).toMatchObject({ CallDuration: '10' });
});

test.each([
  [0, '1'],
  [20_000, '4'],
  [40_000, '7'],
  [90_000, '10'],
])(
  'a call whose nine seconds take 60,000 ms and that a key ends after %i of them lasts %s s, with its goodbye',
  async (passed, duration) => {
    let now = 1_000_000;
    const voice = () => '<Response><Say>Goodbye.</Say><Hangup/></Response>';
    const running = await run({ waitMs: 60_000, voice, now: () => now });
    await place(running);
    await act(running, 'answer');
    now += passed;
    await act(running, 'keypress', { digits: '1' });
    await vi.waitFor(() => expect(asked(running, '/status')).toHaveLength(1));
    expect(asked(running, '/status')[0]?.form).toMatchObject({ CallDuration: duration });
  },
);

test('a phone rings up to five seconds longer than Timeout says', async () => {
  const running = await run({ waitMs: 1, speed: 100 });
  const began = Date.now();
  await place(running, { timeout: 5 });
  await vi.waitFor(() => expect(asked(running, '/status')).toHaveLength(1));
  // (5 + 5) s at speed 100.
  expect(Date.now() - began).toBeGreaterThanOrEqual(95);
});
