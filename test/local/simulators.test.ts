import { describe, expect, it, vi } from 'vitest';
import { createTwilioSms } from '../../lambdas/providers/sms/twilio.ts';
import { ACCOUNT, phone, type Running, runSimulators, setMode } from '../contract/simulator.ts';
import { FAR_MS, IN_VAIN_MS } from '../support/deadlines.ts';

const TO = '+14155550100';
const smsOf = (running: Running, timeoutMs = FAR_MS) =>
  createTwilioSms({
    twoWay: [],
    credentials: async () => ACCOUNT,
    apiUrl: running.apiUrl,
    callbackUrl: (ref) => `${running.origin}/status/${ref}`,
    timeoutMs,
  });
const send = (running: Running, body = 'hello', timeoutMs?: number) =>
  smsOf(running, timeoutMs).send({ to: TO, body, ref: 'r' });
const statuses = (running: Running) => running.callbacks.map((c) => c.form.MessageStatus);
const get = (running: Running, path: string, headers = {}) => fetch(`${running.origin}/simulators${path}`, { headers });

describe('each mode makes the outcome it is there for', () => {
  it('ok: accepted, on the phone, sent and then delivered', async () => {
    const running = await runSimulators();
    const result = await send(running, '[CRITICAL] db: down');
    expect(result).toMatchObject({ outcome: 'accepted', providerStatus: 'queued' });
    expect(await phone(running)).toEqual([
      {
        id: result.outcome === 'accepted' && result.providerId,
        at: expect.stringMatching(/^\d{4}-.*Z$/),
        kind: 'sms',
        from: ACCOUNT.phoneNumber,
        body: '[CRITICAL] db: down',
        provider: 'twilio',
      },
    ]);
    await vi.waitFor(() => expect(statuses(running)).toEqual(['sent', 'delivered']));
  });

  it.each([
    ['down', 'transient', 'http_503'],
    ['reset', 'ambiguous', 'econnreset'],
    ['unauthorized', 'account_fault', '20003'],
    ['suspended', 'account_fault', '20005'],
    ['rate-limited', 'transient', '20429'],
  ])('%s: %s, and nothing reaches the phone', async (mode, faultClass, code) => {
    const running = await runSimulators();
    await setMode(running, { mode });
    expect(await send(running)).toMatchObject({ fault: { class: faultClass, code } });
    expect(await phone(running)).toEqual([]);
  });

  it.each([
    ['hang', 'timeout'],
    ['garbage', 'garbage'],
  ])('%s: ambiguous, although the text arrives and is reported', async (mode, code) => {
    const running = await runSimulators();
    await setMode(running, { mode });
    const result = await send(running, 'hello', mode === 'hang' ? IN_VAIN_MS : undefined);
    expect(result).toMatchObject({ fault: { class: 'ambiguous', code } });
    expect(await phone(running)).toHaveLength(1);
    await vi.waitFor(() => expect(statuses(running)).toEqual(['sent', 'delivered']));
  });

  it('undelivered: accepted, never on the phone, reported with 30003', async () => {
    const running = await runSimulators();
    await setMode(running, { mode: 'undelivered' });
    expect(await send(running)).toMatchObject({ outcome: 'accepted' });
    await vi.waitFor(() => expect(statuses(running)).toEqual(['sent', 'undelivered']));
    expect(running.callbacks[1]?.form.ErrorCode).toBe('30003');
    expect(await phone(running)).toEqual([]);
  });

  it('silent: accepted and on the phone, and never a callback', async () => {
    const running = await runSimulators();
    await setMode(running, { mode: 'silent' });
    await send(running, 'first');
    await setMode(running, { mode: 'ok' });
    await send(running, 'second');
    await vi.waitFor(() => expect(statuses(running)).toEqual(['sent', 'delivered']));
    expect(await phone(running)).toHaveLength(2);
    const [first] = await phone(running);
    expect(running.callbacks.map((c) => c.form.MessageSid)).not.toContain(first?.id);
  });

  it('slow: the answer is held back, the message is not, so callbacks overtake the answer', async () => {
    const running = await runSimulators();
    await setMode(running, { mode: 'slow', latencyMs: 60_000 });
    const isAnswered = vi.fn();
    const result = send(running, 'x', 120_000).finally(isAnswered);
    await vi.waitFor(() => expect(statuses(running)).toEqual(['sent', 'delivered']));
    expect(isAnswered).not.toHaveBeenCalled();
    await running.stop();
    await result;
  });

  it('slow: the answer comes when it was held back for as long as it was told', async () => {
    const running = await runSimulators();
    await setMode(running, { mode: 'slow', latencyMs: 100 });
    const began = performance.now();
    expect(await send(running)).toMatchObject({ outcome: 'accepted' });
    expect(performance.now() - began).toBeGreaterThanOrEqual(99);
  });

  it('an error code with ok: the call fails with it', async () => {
    const running = await runSimulators();
    await setMode(running, { mode: 'ok', errorCode: 21611 });
    expect(await send(running)).toMatchObject({ fault: { class: 'transient', code: '21611', counts: false } });
  });

  it('share: exactly that part of the requests', async () => {
    const running = await runSimulators();
    await setMode(running, { mode: 'down', share: 0.25 });
    const outcomes = [];
    for (let i = 0; i < 8; i += 1) outcomes.push((await send(running)).outcome);
    expect(outcomes.filter((outcome) => outcome === 'failed')).toHaveLength(2);
    await setMode(running, { mode: 'down', share: 0 });
    expect(await send(running)).toMatchObject({ outcome: 'accepted' });
  });
});

describe('a mode that makes no sense is refused with the field that is wrong', () => {
  it.each([
    ['mode', { mode: 'broken' }],
    ['mode', {}],
    ['errorCode', { mode: 'ok', errorCode: 12 }],
    ['latencyMs', { mode: 'ok', latencyMs: -1 }],
    ['share', { mode: 'down', share: 1.5 }],
    ['speed', { mode: 'ok', speed: 2 }],
  ])('%s in %o', async (path, mode) => {
    const running = await runSimulators();
    const reply = await setMode(running, mode);
    expect(reply.status).toBe(400);
    expect(reply.headers.get('content-type')).toBe('application/problem+json');
    expect(await reply.json()).toMatchObject({ status: 400, errors: [{ path }] });
    expect(await (await get(running, '/twilio')).json()).toEqual({ mode: 'ok' });
  });

  it.each(['{', '', '[]', 'null', '"ok"'])('a body of %j', async (body) => {
    const running = await runSimulators();
    const reply = await fetch(`${running.origin}/simulators/twilio`, { method: 'PUT', body });
    expect(reply.status).toBe(400);
  });
});

describe('every other request gets an answer too', () => {
  it.each([
    [404, 'GET', '/carrierpigeon'],
    [404, 'PUT', '/constructor'],
    [404, 'GET', '/phones/+14155550100/inbox'],
    [400, 'POST', '/phones/+14155550100/reply'],
    [405, 'GET', '/phones/+14155550100/reply'],
    [400, 'GET', '/phones/alice'],
    [400, 'GET', '/phones/%E0%A4%A'],
    [405, 'DELETE', '/phones/+14155550100'],
    [405, 'POST', '/twilio'],
    [405, 'POST', ''],
  ])('%i for %s %s', async (status, method, path) => {
    const running = await runSimulators();
    const reply = await fetch(`${running.origin}/simulators${path}`, { method });
    expect(reply.status).toBe(status);
    expect(reply.headers.get('content-type')).toBe('application/problem+json');
    expect(await reply.json()).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) });
  });

  it('413 for a body without measure', async () => {
    const running = await runSimulators();
    const reply = await fetch(`${running.origin}/simulators/twilio`, { method: 'PUT', body: 'x'.repeat(1_000_001) });
    expect(reply.status).toBe(413);
  });

  it('the index names the simulators, their modes and the phones', async () => {
    const running = await runSimulators();
    await setMode(running, { mode: 'slow', latencyMs: 5 });
    await send(running);
    const index = await (await get(running, '')).json();
    expect(index).toMatchObject({
      items: expect.arrayContaining([
        { name: 'twilio', url: `${running.origin}/simulators/twilio`, mode: 'slow', latencyMs: 5 },
        { name: 'sns', url: `${running.origin}/simulators/sns`, mode: 'ok' },
      ]),
      phones: [{ phone: TO, count: 1 }],
    });
  });
});

describe('phones', () => {
  it.each(['+14155550100', '%2B14155550100', '14155550100'])('%s is the same phone', async (path) => {
    const running = await runSimulators();
    await send(running);
    expect(await phone(running, path)).toHaveLength(1);
    expect(await (await get(running, '/phones')).json()).toMatchObject({ items: [{ phone: TO, count: 1 }] });
  });

  it('a browser gets a page, a program JSON', async () => {
    const running = await runSimulators();
    await send(running, '<script>alert(1)</script>');
    const browser = await get(running, `/phones/${TO}`, { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' });
    expect(browser.headers.get('content-type')).toContain('text/html');
    expect(browser.headers.get('content-security-policy')).toContain("default-src 'none'");
    const page = await browser.text();
    expect(page).not.toContain('alert(1)');
    expect(page).not.toMatch(/innerHTML|https?:\/\//);
    for (const accept of ['*/*', 'application/json', 'application/json, text/html']) {
      const reply = await get(running, `/phones/${TO}`, { Accept: accept });
      expect(reply.headers.get('content-type')).toContain('application/json');
    }
  });

  it('the output shows what arrived with the number masked, also inside the text', async () => {
    const running = await runSimulators();
    await send(running, 'call +14155550123\nnow');
    expect(running.log).toEqual(['☎ +1415•••0100  call +1415•••0123 now']);
  });
});
