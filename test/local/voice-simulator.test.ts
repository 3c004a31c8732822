import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { validTwilioSignature } from '../../lambdas/providers/twilio-signature.ts';
import { ACCOUNT, PUBLIC_URL, type Running, runSimulators } from '../contract/simulator.ts';

const TO = '+14155550100';
const NUMBER = '+14155550000';
const LONG = 60_000;
const twiml = (inner: string) => `<?xml version="1.0"?><Response>${inner}</Response>`;
const gather = (action: string, say: string) =>
  twiml(
    `<Gather numDigits="1" timeout="8" actionOnEmptyResult="true" action="${action}#rc=2&amp;rp=all"><Say>${say}</Say></Gather>`,
  );

async function place(running: Running, fields: Record<string, string> = {}): Promise<string> {
  const basic = Buffer.from(`${ACCOUNT.accountSid}:${ACCOUNT.authToken}`).toString('base64');
  const reply = await fetch(`${running.apiUrl}/2010-04-01/Accounts/${ACCOUNT.accountSid}/Calls.json`, {
    method: 'POST',
    headers: { Authorization: `Basic ${basic}` },
    body: new URLSearchParams({
      To: TO,
      From: NUMBER,
      Url: `${running.origin}/menu`,
      StatusCallback: `${running.origin}/status`,
      StatusCallbackEvent: 'completed',
      ...fields,
    }),
  });
  return ((await reply.json()) as { sid: string }).sid;
}
async function act(running: Running, action: string, body: object = {}, number = TO) {
  const path = `/simulators/phones/${number}${action && `/${action}`}`;
  const reply = await fetch(`${running.origin}${path}`, {
    method: action ? 'POST' : 'PUT',
    body: JSON.stringify(body),
  });
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it by name
  return { status: reply.status, json: (await reply.json()) as any };
}
async function look(running: Running) {
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it by name
  return (await (await fetch(`${running.origin}/simulators/phones/${TO}`)).json()) as any;
}
const ends = (running: Running) =>
  running.callbacks.filter(({ path }) => path === '/status').map(({ form }) => form.CallStatus);
const run = (options: Parameters<typeof runSimulators>[0] = {}) =>
  runSimulators({ phoneNumber: NUMBER, waitMs: LONG, voice: () => undefined, ...options });

describe('a phone that is called', () => {
  it('takes one call at a time: the second caller hears that it is busy', async () => {
    const running = await run();
    await place(running);
    await place(running);
    await vi.waitFor(() => expect(ends(running)).toEqual(['busy']));
    expect((await look(running)).items).toMatchObject([{ status: 'ringing' }, { status: 'busy' }]);
    await act(running, 'decline');
    await place(running);
    expect((await look(running)).items[2]).toMatchObject({ status: 'ringing' });
  });

  it('asks for the TwiML again, as the URL says, and gives up with Twilio’s own sentence', async () => {
    const running = await run();
    running.answerWith.splice(0, 1, 500);
    await place(running, { Url: `${running.origin}/menu#rc=2&rp=all` });
    const { json } = await act(running, 'answer');
    expect(json).toMatchObject({ status: 'completed', body: expect.stringContaining('application error') });
    expect(running.callbacks.filter(({ path }) => path === '/menu')).toHaveLength(3);
  });

  it('follows Say, Pause, Redirect, Gather and Hangup, and posts empty digits when no key comes', async () => {
    const running: Running = await run({
      waitMs: 50,
      voice: (path, { Digits }) => {
        if (path === '/menu')
          return twiml(
            '<Say>One &amp; two.</Say><Pause length="1"/><Redirect>/x</Redirect>'.replace(
              '/x',
              `${running.origin}/next`,
            ),
          );
        if (path === '/next') return gather(`${running.origin}/key`, 'Press.');
        return path === '/key' ? twiml(`<Say>Got "${Digits}".</Say><Hangup/><Say>Never.</Say>`) : undefined;
      },
    });
    await place(running, { MachineDetection: 'Enable', Timeout: '30' });
    await act(running, 'answer');
    await vi.waitFor(async () => expect((await look(running)).items[0]).toMatchObject({ status: 'completed' }));
    expect((await look(running)).items[0]).toMatchObject({ body: 'One & two.\nPress.\nGot "".', answeredBy: 'human' });
    expect(running.log.join('\n')).not.toContain(TO);
  });

  it.each<[string, { act?: string; fields?: Record<string, string> }, string]>([
    ['not answered', {}, '(not answered)'],
    ['declined', { act: 'decline' }, '(busy or declined)'],
    ['not answered, though it came with its words', { fields: { Twiml: '<Response/>' } }, '(not answered)'],
  ])('shows of a call that was %s why it heard nothing', async (_, { act: action, fields }, body) => {
    const running = await run({ waitMs: action ? LONG : 10 });
    await place(running, fields);
    if (action) await act(running, action);
    await vi.waitFor(async () => expect((await look(running)).items).toMatchObject([{ kind: 'call', body }]));
  });

  it('does what it was told to do by itself, and says so', async () => {
    const running = await run();
    expect((await look(running)).calls).toBe('no-answer');
    expect(await act(running, '', { calls: 'busy' })).toMatchObject({ status: 200, json: { calls: 'busy' } });
    await place(running);
    expect(await look(running)).toMatchObject({ calls: 'busy', items: [{ status: 'busy' }] });
    expect((await act(running, '', { calls: 'sings' })).status).toBe(400);
  });

  it.each([
    ['answer', {}],
    ['decline', {}],
    ['voicemail', {}],
    ['keypress', { digits: '1' }],
  ])('%s without a call is refused', async (action, body) => {
    expect(await act(await run(), action, body)).toMatchObject({ status: 409, json: { title: 'No call' } });
  });

  it.each([[{}], [{ digits: '' }], [{ digits: 'a' }]])('keys %o are none', async (body) => {
    expect((await act(await run(), 'keypress', body)).status).toBe(400);
  });
});

describe('a phone that calls one of our numbers', () => {
  it('reaches the inbound webhook, signed for the public URL, hears the answer and presses keys', async () => {
    const running = await run({
      voice: (path, { Digits }) => {
        if (path !== '/webhooks/twilio/voice/inbound') return undefined;
        return Digits === '1' ? twiml('<Say>Done.</Say>') : gather(`${PUBLIC_URL}${path}`, 'Press 1.');
      },
    });
    expect(await act(running, 'call', { to: NUMBER })).toMatchObject({
      json: { status: 'in-progress', body: 'Press 1.' },
    });
    expect((await act(running, 'call', { to: NUMBER })).status).toBe(409);
    expect(await act(running, 'keypress', { digits: 1 })).toMatchObject({
      json: { status: 'completed', body: 'Press 1.\nDone.' },
    });
    for (const { headers, form } of running.callbacks) {
      expect(form).toMatchObject({ From: TO, To: NUMBER, Direction: 'inbound' });
      const url = `${PUBLIC_URL}/webhooks/twilio/voice/inbound`;
      const signature = String(headers['x-twilio-signature']);
      expect(validTwilioSignature({ authToken: ACCOUNT.authToken, url, form, signature })).toBe(true);
    }
    const { items, sent } = await look(running);
    expect([items, sent]).toMatchObject([[], [{ kind: 'call', to: NUMBER, status: 'completed' }]]);
  });

  it('a number that is not ours cannot be called', async () => {
    expect((await act(await run(), 'call', { to: '+14155559999' })).status).toBe(404);
    expect((await act(await run(), 'call', { to: '911' })).status).toBe(400);
  });
});

describe('over a restart', () => {
  it('a call goes on ringing for the rest of its time, an open line is dead, and both ends are reported', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'simulators-'));
    const menu = { voice: (path: string) => (path === '/menu' ? gather('/key', 'Press.') : undefined) };
    const first = await run({ dataDir, ...menu });
    await place(first, { To: '+14155550101' });
    await act(first, 'answer', {}, '+14155550101');
    await place(first);
    const port = Number(new URL(first.origin).port);
    await first.stop();

    const second = await run({ dataDir, port });
    await vi.waitFor(() => expect(ends(second)).toEqual(['completed']));
    expect((await look(second)).items).toMatchObject([{ status: 'ringing' }]);
    expect((await act(second, 'decline')).json).toMatchObject({ status: 'busy' });
    await vi.waitFor(() => expect(ends(second)).toEqual(['completed', 'busy']));
  });

  it('nothing rings for ever: what rang too long by then is missed', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'simulators-'));
    const first = await run({ dataDir });
    await place(first);
    const port = Number(new URL(first.origin).port);
    await first.stop();
    const second = await run({ dataDir, port, now: () => Date.now() + LONG });
    await vi.waitFor(() => expect(ends(second)).toEqual(['no-answer']));
  });
});
