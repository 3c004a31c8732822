/**
 * Twilio's own client calls over the simulator, and our requests are the ones it makes.
 *
 * One file because every call needs the same account, phone and webhooks around it.
 */
import type { IncomingMessage } from 'node:http';
import twilio from 'twilio';
import { describe, expect, it, vi } from 'vitest';
import { validTwilioSignature } from '../../lambdas/providers/twilio-signature.ts';
import { createTwilioVoice } from '../../lambdas/providers/voice/twilio-voice.ts';
import { parseCallStatus } from '../../lambdas/providers/voice/twilio-voice-receipts.ts';
import { menuTwiml, speakTwiml } from '../../lambdas/providers/voice/twiml-speech.ts';
import { FAR_MS } from '../support/deadlines.ts';
import { serve } from '../unit/providers/servers.ts';
import { ACCOUNT, phone, type Running, runSimulators, setMode } from './simulator.ts';

const TO = '+14155550100';
const EVENTS = ['initiated', 'ringing', 'answered', 'completed'];

function clientOf(running: { apiUrl: string }) {
  const client = twilio(ACCOUNT.accountSid, ACCOUNT.authToken, { timeout: FAR_MS });
  client.api.baseUrl = running.apiUrl;
  return client;
}
const create = (running: Running, more = {}) =>
  clientOf(running).calls.create({
    to: TO,
    from: ACCOUNT.phoneNumber,
    url: `${running.origin}/menu/r`,
    machineDetection: 'DetectMessageEnd',
    asyncAmd: 'true',
    statusCallback: `${running.origin}/status/r#rc=1`,
    statusCallbackEvent: EVENTS,
    ...more,
  });
const act = (running: Running, action: string, body: object = {}) =>
  fetch(`${running.origin}/simulators/phones/${TO}/${action}`, { method: 'POST', body: JSON.stringify(body) });
const statuses = (running: Running) =>
  running.callbacks.filter(({ path }) => path.startsWith('/status')).map(({ form }) => form.CallStatus);
const menu = (running: () => Running) => (path: string, form: Record<string, string>) => {
  if (!path.startsWith('/menu')) return undefined;
  if (form.Digits !== undefined) return speakTwiml('en', `You pressed ${form.Digits}.`);
  return menuTwiml({ menu: 'Press 1.', action: `${running().origin}/menu/r~1` });
};
async function run(waitMs = 60_000, now: () => number = Date.now) {
  const running: Running = await runSimulators({ voice: (...call) => menu(() => running)(...call), waitMs, now });
  return running;
}

describe("Twilio's client works against it", () => {
  it('a call rings until it is answered, follows our TwiML, takes a key and ends', async () => {
    const running = await run();
    const client = clientOf(running);
    const created = await create(running);
    expect(created).toMatchObject({ status: 'queued', direction: 'outbound-api', to: TO, answeredBy: null });
    expect(created.sid).toMatch(/^CA[0-9a-f]{32}$/);
    expect(await client.calls(created.sid).fetch()).toMatchObject({ status: 'ringing', startTime: null });
    const ringing = { id: created.sid, kind: 'call', status: 'ringing', body: '(ringing)' };
    expect(await phone(running)).toMatchObject([ringing]);

    const pressed = await (await act(running, 'keypress', { digits: '1' })).json();
    expect(pressed).toMatchObject({ status: 'completed', body: 'Press 1.\nYou pressed 1.', answeredBy: 'human' });
    const ended = await client.calls(created.sid).fetch();
    expect(ended).toMatchObject({ status: 'completed', answeredBy: 'human' });
    expect(ended.endTime).toBeInstanceOf(Date);
    await vi.waitFor(() => expect(statuses(running)).toEqual(['initiated', 'ringing', 'in-progress', 'completed']));
  });

  it('everything it asks and reports is signed, so that Twilio’s check and ours accept it', async () => {
    const at = Date.now();
    const running = await run(undefined, () => at);
    await create(running);
    await act(running, 'keypress', { digits: '1' });
    await vi.waitFor(() => expect(running.callbacks).toHaveLength(6));
    for (const { path, headers, form } of running.callbacks) {
      const signature = String(headers['x-twilio-signature']);
      const url = `${running.origin}${path}`;
      expect(twilio.validateRequest(ACCOUNT.authToken, signature, url, form), path).toBe(true);
      expect(validTwilioSignature({ authToken: ACCOUNT.authToken, url, form, signature })).toBe(true);
    }
    expect(running.callbacks.map(({ path }) => path)).toContain('/menu/r~1');
    expect(running.callbacks.at(-1)?.form).toMatchObject({
      CallDuration: '1',
      AnsweredBy: 'human',
      Direction: 'outbound-api',
    });
  });

  it('canceled ends what rings and spares what was answered; completed ends both', async () => {
    const running = await run();
    const client = clientOf(running);
    const ringing = await create(running);
    expect(await client.calls(ringing.sid).update({ status: 'canceled' })).toMatchObject({ status: 'canceled' });
    const answered = await create(running);
    await act(running, 'answer');
    expect(await client.calls(answered.sid).update({ status: 'canceled' })).toMatchObject({ status: 'in-progress' });
    expect(await client.calls(answered.sid).update({ status: 'completed' })).toMatchObject({ status: 'completed' });
    const over = client.calls(answered.sid).update({ twiml: '<Response/>' });
    await expect(over).rejects.toMatchObject({ code: 21220 });
  });

  it('speaks inline TwiML', async () => {
    const running = await run();
    await create(running, { url: undefined, twiml: speakTwiml('en', 'a < b & "c"') });
    expect(await (await act(running, 'answer')).json()).toMatchObject({ status: 'completed', body: 'a < b & "c"' });
  });

  it('reports only what was asked for, which is the end where nothing was', async () => {
    const running = await run();
    await create(running, { statusCallbackEvent: undefined });
    await act(running, 'decline');
    await vi.waitFor(() => expect(statuses(running)).toEqual(['busy']));
  });
});

describe('it refuses what Twilio refuses, with its codes', () => {
  it.each([
    [21201, { to: '' }],
    [21211, { to: '4155550100' }],
    [21217, { to: '+15005550001' }],
    [21214, { to: '+15005550002' }],
    [21215, { to: '+15005550003' }],
    [21216, { to: '+15005550004' }],
    [21213, { from: '' }],
    [21212, { from: '+1' }],
    [21210, { from: '+14155559999' }],
    [21205, { url: 'not a url' }],
    [21205, { url: undefined }],
    [21609, { statusCallback: 'https://under_score.example/x' }],
    [21626, { statusCallbackEvent: ['answer'] }],
  ])('%i: %o', async (code, params) => {
    const running = await run();
    const refusal = await create(running, params).catch((error) => error);
    expect(refusal).toMatchObject({ code });
    expect(await phone(running)).toEqual([]);
  });

  it.each([
    [{ mode: 'unauthorized' }, 401, 20003],
    [{ mode: 'rate-limited' }, 429, 20429],
    [{ mode: 'ok', errorCode: 21219 }, 400, 21219],
  ])('in mode %o', async (mode, status, code) => {
    const running = await run();
    await setMode(running, mode);
    await expect(create(running)).rejects.toMatchObject({ status, code });
    expect(await phone(running)).toEqual([]);
  });

  it('calls it does not know', async () => {
    const unknown = clientOf(await run()).calls(`CA${'0'.repeat(32)}`);
    await expect(unknown.fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
  });
});

describe('the leg of ours over it', () => {
  const leg = ({ origin, apiUrl }: Running) =>
    createTwilioVoice({
      credentials: async () => ACCOUNT,
      apiUrl,
      callbackUrl: (ref) => `${origin}/status/${ref}`,
      menuUrl: (ref) => `${origin}/menu/${ref}`,
      timeoutMs: FAR_MS,
    });

  it('a call of ours is accepted, rings, is asked about and hung up', async () => {
    const running = await run();
    const sent = await leg(running).send({ to: TO, ref: 'r', speech: 'one way' });
    expect(sent).toMatchObject({ outcome: 'accepted', providerStatus: 'queued' });
    const id = sent.outcome === 'accepted' ? sent.providerId : '';
    expect(await leg(running).ask?.(id)).toMatchObject({ providerStatus: 'ringing', news: 'progress' });
    await leg(running).hangUp?.(id);
    expect(await leg(running).ask?.(id)).toMatchObject({ news: { undelivered: { code: 'no_human' } } });
    await vi.waitFor(() => expect(statuses(running)).toEqual(['initiated', 'ringing', 'canceled']));
  });

  it('hanging up spares a call that was answered: the menu tells who has it', async () => {
    const running = await run();
    const sent = await leg(running).send({ to: TO, ref: 'r', speech: 'one way' });
    const id = sent.outcome === 'accepted' ? sent.providerId : '';
    await act(running, 'answer');
    await leg(running).hangUp?.(id);
    expect(await leg(running).ask?.(id)).toMatchObject({ providerStatus: 'in-progress' });
  });

  it.each([
    ['answer', 'completed', 'taken'],
    ['hangs-up-in-silence', 'completed', 'taken'],
    ['screened', 'completed', 'no_human'],
    ['dnd', 'no-answer', 'no_human'],
    ['decline', 'busy', 'no_human'],
    ['busy', 'busy', 'no_human'],
    ['voicemail', 'completed', 'no_human'],
    ['no-answer', 'no-answer', 'no_human'],
  ])('a phone that does "%s" by itself ends %s, which is %s', async (calls, status, news) => {
    const running = await run(50);
    await fetch(`${running.origin}/simulators/phones/${TO}`, { method: 'PUT', body: JSON.stringify({ calls }) });
    await leg(running).send({ to: TO, ref: 'r', speech: 'one way' });
    await vi.waitFor(() => expect(statuses(running)).toContain(status));
    const last = running.callbacks.findLast(({ path }) => path.startsWith('/status'))?.form ?? {};
    const receipt = parseCallStatus(last);
    expect(receipt?.news).toEqual(
      news === 'taken'
        ? { taken: { seconds: expect.any(Number) }, unheard: expect.anything() }
        : { undelivered: expect.objectContaining({ code: news }) },
    );
  });

  it('a call that could not be put through comes back and may be tried elsewhere', async () => {
    const running = await run();
    await setMode(running, { mode: 'undelivered' });
    await leg(running).send({ to: TO, ref: 'r', speech: 'x' });
    await vi.waitFor(() => expect(statuses(running)).toEqual(['failed']));
    expect(parseCallStatus(running.callbacks[0]?.form ?? {})?.news).toMatchObject({ undelivered: { failsOver: true } });
    expect(await phone(running)).toEqual([]);
  });
});

describe('our request is the one Twilio expects', () => {
  async function captured(call: (apiUrl: string) => Promise<unknown>) {
    const seen: { req: IncomingMessage; body: string }[] = [];
    const apiUrl = await serve(async (req, res) => {
      let body = '';
      for await (const chunk of req) body += chunk;
      seen.push({ req, body });
      res.writeHead(201, { 'Content-Type': 'application/json' }).end(`{"sid":"CA${'a'.repeat(32)}","status":"queued"}`);
    });
    await call(apiUrl);
    const [{ req, body }] = seen as [(typeof seen)[number]];
    const { authorization, accept, 'content-type': type } = req.headers;
    const form = [...new URLSearchParams(body)].sort(([a], [b]) => (a < b ? -1 : 1));
    return { requests: seen.length, method: req.method, url: req.url, authorization, accept, type, form };
  }
  const ours = (base: string | undefined) =>
    captured((apiUrl) =>
      createTwilioVoice({
        credentials: async () => ACCOUNT,
        apiUrl,
        callbackUrl: (ref) => base && `${base}/status/${ref}`,
        menuUrl: (ref) => base && `${base}/menu/${ref}`,
        timeoutMs: FAR_MS,
      }).send({ to: TO, ref: 'r', speech: 'Lifeline speaks.' }),
    );
  const theirs = (more: object) =>
    captured((apiUrl) =>
      clientOf({ apiUrl }).calls.create({
        to: TO,
        from: ACCOUNT.phoneNumber,
        timeout: 30,
        timeLimit: 120,
        machineDetection: 'DetectMessageEnd',
        asyncAmd: 'true',
        ...more,
      } as never),
    );

  it('with a menu and reports', async () => {
    const base = 'https://api.example.com/api/webhooks/twilio/voice';
    expect(await ours(base)).toEqual(
      await theirs({
        twiml: menuTwiml({ menu: 'Lifeline speaks.', action: `${base}/menu/r~1` }),
        fallbackUrl: `${base}/menu/r~1#rc=2&rp=all&ct=2000&rt=4000`,
        asyncAmdStatusCallback: `${base}/status/r#rc=5&rp=all&ct=2000&rt=5000`,
        statusCallback: `${base}/status/r#rc=5&rp=all&ct=2000&rt=5000`,
        statusCallbackEvent: EVENTS,
      }),
    );
  });

  it('where Twilio cannot reach us it only speaks, twice', async () => {
    const mine = await ours(undefined);
    expect(mine).toEqual(await theirs({ twiml: speakTwiml(undefined, 'Lifeline speaks.', 'Lifeline speaks.') }));
  });
});
