import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { awsHttp } from '../../lambdas/providers/aws-http.ts';
import { createHttp } from '../../lambdas/providers/http.ts';
import { createSnsPush } from '../../lambdas/providers/push/sns-push.ts';
import { createSnsSms } from '../../lambdas/providers/sms/sns.ts';
import { phone, type Running, runSimulators } from '../contract/simulator.ts';
import { FAR_MS, IN_VAIN_MS } from '../support/deadlines.ts';

const PIXEL = 'arn:aws:sns:us-east-1:000000000000:endpoint/GCM/lifeline/pixel';
const modeUrl = ({ origin }: Running, name = 'sns-push') => `${origin}/simulators/${name}`;
const setMode = (running: Running, mode: object, name?: string) =>
  fetch(modeUrl(running, name), { method: 'PUT', body: JSON.stringify(mode) });
const clientOf = ({ origin }: Running) =>
  new SNSClient({
    region: 'us-east-1',
    endpoint: `${origin}/simulators/sns`,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    requestHandler: awsHttp(createHttp({ timeoutMs: FAR_MS })),
  });
const send = (running: Running, timeoutMs = FAR_MS) =>
  createSnsPush({ client: clientOf(running), timeoutMs }).send({
    to: PIXEL,
    ref: 'r',
    title: 't',
    body: 'b',
    critical: false,
    data: {},
  });
const arrived = async ({ origin }: Running) =>
  ((await (await fetch(`${origin}/simulators/push/pixel`)).json()) as { items: object[] }).items;

describe('each mode makes the outcome it is there for', () => {
  it.each([
    ['down', 'transient', 'http_503'],
    ['reset', 'ambiguous', 'econnreset'],
    ['unauthorized', 'account_fault', 'InvalidClientTokenId'],
    ['suspended', 'account_fault', 'OptInRequired'],
    ['rate-limited', 'transient', 'Throttling'],
  ])('%s: %s, and nothing arrives', async (mode, faultClass, code) => {
    const running = await runSimulators();
    await setMode(running, { mode });
    expect(await send(running)).toMatchObject({ fault: { class: faultClass, code } });
    expect(await arrived(running)).toEqual([]);
  });

  it.each([
    ['hang', 'timeout'],
    ['garbage', 'garbage'],
  ])('%s: ambiguous, although it arrives', async (mode, code) => {
    const running = await runSimulators();
    await setMode(running, { mode });
    const result = await send(running, mode === 'hang' ? IN_VAIN_MS : undefined);
    expect(result).toMatchObject({ fault: { class: 'ambiguous', code } });
    expect(await arrived(running)).toHaveLength(1);
  });

  it('undelivered: accepted, and never there', async () => {
    const running = await runSimulators();
    await setMode(running, { mode: 'undelivered' });
    expect(await send(running)).toMatchObject({ outcome: 'accepted' });
    expect(await arrived(running)).toEqual([]);
  });

  it('an error code: the call fails with it; a reason of the text log is none here', async () => {
    const running = await runSimulators();
    expect((await setMode(running, { errorCode: 'carrier_blocked' })).status).toBe(400);
    await setMode(running, { errorCode: 'PlatformApplicationDisabled' });
    expect(await send(running)).toMatchObject({ fault: { class: 'account_fault', counts: false } });
  });
});

it('texts and push break apart, although both are calls to one URL', async () => {
  const running = await runSimulators();
  const text = () =>
    createSnsSms({ client: clientOf(running), senderId: 'OnCall', registered: [], timeoutMs: FAR_MS }).send({
      to: '+14155550100',
      body: 'x',
      ref: 'r',
    });
  await setMode(running, { mode: 'down' });
  expect([(await send(running)).outcome, (await text()).outcome]).toEqual(['failed', 'accepted']);
  await setMode(running, { mode: 'ok' });
  await setMode(running, { mode: 'down' }, 'sns');
  expect([(await send(running)).outcome, (await text()).outcome]).toEqual(['accepted', 'failed']);
  expect(await phone(running)).toHaveLength(1);
});

it('lists the endpoints that something arrived at, and keeps all of it over a restart', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'simulators-'));
  const first = await runSimulators({ dataDir });
  await send(first);
  const list = async ({ origin }: Running) => (await fetch(`${origin}/simulators/push`)).json();
  expect(first.log).toEqual(['▯ push pixel  t b']);
  const before = [await arrived(first), await list(first)];
  expect(before[1]).toEqual({ items: [{ endpoint: 'pixel', count: 1, lastAt: expect.any(String) }] });
  await first.stop();
  const second = await runSimulators({ dataDir });
  expect([await arrived(second), await list(second)]).toEqual(before);
});

it('its own address has its mode and nothing else', async () => {
  const running = await runSimulators();
  expect(await (await fetch(modeUrl(running))).json()).toEqual({ mode: 'ok' });
  expect((await fetch(modeUrl(running), { method: 'POST' })).status).toBe(405);
  expect((await fetch(`${modeUrl(running)}/x`)).status).toBe(404);
  expect((await fetch(`${running.origin}/simulators/push/pixel`, { method: 'POST' })).status).toBe(405);
  expect((await fetch(`${running.origin}/simulators/push/pixel/x`)).status).toBe(404);
});
