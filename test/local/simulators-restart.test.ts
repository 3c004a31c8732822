import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createTwilioSms } from '../../lambdas/providers/sms/twilio.ts';
import { validTwilioSignature } from '../../lambdas/providers/twilio-signature.ts';
import { ACCOUNT, phone, type Running, runSimulators, setMode } from '../contract/simulator.ts';
import { FAR_MS } from '../support/deadlines.ts';

const TO = '+14155550100';
const sms = (apiUrl: string, callback: string, timeoutMs = FAR_MS) =>
  createTwilioSms({
    twoWay: [],
    credentials: async () => ACCOUNT,
    apiUrl,
    callbackUrl: (ref) => `${callback}/${ref}`,
    timeoutMs,
  });
const statuses = (callbacks: { form: Record<string, string> }[]) => callbacks.map((c) => c.form.MessageStatus);

/** What any other client of Twilio's might send. */
const plainSend = (running: Running, StatusCallback: string) => {
  const form = { To: TO, From: ACCOUNT.phoneNumber, Body: 'x', StatusCallback };
  const basic = Buffer.from(`${ACCOUNT.accountSid}:${ACCOUNT.authToken}`).toString('base64');
  return fetch(`${running.apiUrl}/2010-04-01/Accounts/${ACCOUNT.accountSid}/Messages.json`, {
    method: 'POST',
    headers: { Authorization: `Basic ${basic}` },
    body: new URLSearchParams(form),
  });
};

/** A port nobody listens on now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** The simulators in a process of their own, to be killed. */
async function runInProcess(dataDir: string): Promise<{ origin: string; kill(): Promise<void> }> {
  const script = `
    import { createServer } from 'node:http';
    import { startSimulators } from ${JSON.stringify(join(process.cwd(), 'local/simulators/index.ts'))};
    const options = ${JSON.stringify({ dataDir, baseUrl: 'http://127.0.0.1/simulators', twilio: ACCOUNT })};
    const simulators = await startSimulators({ ...options, log: () => {} });
    const server = createServer((req, res) => simulators.handle(req, res));
    server.listen(0, '127.0.0.1', () => console.log(server.address().port));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const port = await new Promise<string>((done) => child.stdout.once('data', (data) => done(String(data).trim())));
  const gone = new Promise<void>((done) => child.once('exit', () => done()));
  return {
    origin: `http://127.0.0.1:${port}`,
    kill: () => {
      child.kill('SIGKILL');
      return gone;
    },
  };
}

describe('what was answered survives a kill -9', () => {
  it('the text is on the phone, its callbacks still come, in order and signed, and the mode holds', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'simulators-'));
    const callbackPort = await freePort();
    const child = await runInProcess(dataDir);
    const provider = sms(`${child.origin}/simulators/twilio`, `http://127.0.0.1:${callbackPort}/status`);
    const result = await provider.send({ to: TO, body: 'before the kill', ref: 'r' });
    expect(result.outcome).toBe('accepted');
    await fetch(`${child.origin}/simulators/twilio`, { method: 'PUT', body: '{"mode":"down"}' });
    await child.kill();

    const running = await runSimulators({ dataDir, port: callbackPort });
    await vi.waitFor(() => expect(statuses(running.callbacks)).toEqual(['sent', 'delivered']));
    for (const { path, headers, form } of running.callbacks) {
      const signature = String(headers['x-twilio-signature']);
      expect(validTwilioSignature({ ...ACCOUNT, url: `${running.origin}${path}`, form, signature })).toBe(true);
    }
    expect(await phone(running)).toMatchObject([{ body: 'before the kill' }]);
    expect(await (await fetch(`${running.origin}/simulators/twilio`)).json()).toEqual({ mode: 'down' });
  });

  it('callbacks wait for an API that is not up yet', async () => {
    const port = await freePort();
    const running = await runSimulators();
    await plainSend(running, `http://127.0.0.1:${port}/status`);
    const seen: string[] = [];
    await new Promise((done) => setTimeout(done, 200));
    const api = createServer((req, res) => {
      seen.push(req.url ?? '');
      req.resume();
      res.writeHead(204).end();
    }).listen(port, '127.0.0.1');
    onTestFinished(() => void api.close());
    await vi.waitFor(() => expect(seen).toEqual(['/status', '/status']));
  });
});

describe('a callback that fails is repeated as its URL asks', () => {
  it('whatever the failure, with rp=all as we ask', async () => {
    const running = await runSimulators();
    running.answerWith.splice(0, 1, 500, 429, 204);
    await sms(running.apiUrl, running.origin).send({ to: TO, body: 'x', ref: 'r' });
    const wanted = ['sent', 'sent', 'sent', 'delivered'];
    await vi.waitFor(() => expect(statuses(running.callbacks)).toEqual(wanted));
  });

  it('as often as it says and not once more', async () => {
    const running = await runSimulators();
    running.answerWith.splice(0, 1, 500, 500, 204);
    await plainSend(running, `${running.origin}/plain#rc=1&rp=5xx`);
    const wanted = ['sent', 'sent', 'delivered'];
    await vi.waitFor(() => expect(statuses(running.callbacks)).toEqual(wanted));
  });

  it("not at all for an answer, by Twilio's defaults", async () => {
    const running = await runSimulators();
    running.answerWith.splice(0, 1, 500, 204);
    await plainSend(running, `${running.origin}/plain`);
    await vi.waitFor(() => expect(statuses(running.callbacks)).toEqual(['sent', 'delivered']));
  });
});

describe('stopping', () => {
  it('ends calls that hang and answers that are held back, at once', async () => {
    const running = await runSimulators();
    const provider = sms(running.apiUrl, running.origin, 120_000);
    await setMode(running, { mode: 'hang' });
    const hanging = provider.send({ to: TO, body: 'x', ref: 'r' });
    await vi.waitFor(async () => expect(await phone(running)).toHaveLength(1));
    await setMode(running, { mode: 'slow', latencyMs: 60_000 });
    const held = provider.send({ to: TO, body: 'y', ref: 'r' });
    await vi.waitFor(async () => expect(await phone(running)).toHaveLength(2));
    const start = performance.now();
    await running.stop();
    expect(await hanging).toMatchObject({ fault: { class: 'ambiguous' } });
    expect(await held).toMatchObject({ fault: { class: 'ambiguous' } });
    expect(performance.now() - start).toBeLessThan(FAR_MS);
  });
});
