import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, it, vi } from 'vitest';
import { awsHttp } from '../../lambdas/providers/aws-http.ts';
import { createHttp } from '../../lambdas/providers/http.ts';
import { createSnsSms } from '../../lambdas/providers/sms/sns.ts';
import { parseSmsLogLine } from '../../lambdas/providers/sms/sns-receipts.ts';
import { REASONS } from '../../local/simulators/sns/errors.ts';
import type { DeliverLine } from '../../local/simulators/sns/log-delivery.ts';
import { phone, type Running, runSimulators } from '../contract/simulator.ts';
import { FAR_MS, IN_VAIN_MS } from '../support/deadlines.ts';

const TO = '+14155550100';
const send = ({ origin }: Running, body = 'hello', timeoutMs = FAR_MS) => {
  const client = new SNSClient({
    region: 'us-east-1',
    endpoint: `${origin}/simulators/sns`,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    requestHandler: awsHttp(createHttp({ timeoutMs })),
  });
  return createSnsSms({ client, senderId: 'OnCall', registered: [], timeoutMs }).send({ to: TO, body, ref: 'r' });
};
const setMode = ({ origin }: Running, mode: object) =>
  fetch(`${origin}/simulators/sns`, { method: 'PUT', body: JSON.stringify(mode) });

/** A subscriber that keeps what it is handed, and answers as told; the last answer stays. */
function subscriber(...answers: Awaited<ReturnType<DeliverLine>>[]) {
  const seen: { logGroup: string; line: string }[] = [];
  const deliver: DeliverLine = async (logGroup, line) => {
    seen.push({ logGroup, line });
    return (answers.length > 1 ? answers.shift() : answers[0]) ?? 'done';
  };
  return { seen, deliver, receipts: () => seen.map(({ line }) => parseSmsLogLine(line)) };
}

describe('each mode makes the outcome it is there for', () => {
  it('ok: accepted, on the phone, and the log says so later', async () => {
    const { seen, deliver, receipts } = subscriber();
    const running = await runSimulators({ deliver });
    const result = await send(running, '[CRITICAL] db: down');
    expect(result).toMatchObject({ outcome: 'accepted' });
    expect(await phone(running)).toMatchObject([{ from: 'OnCall', body: '[CRITICAL] db: down', provider: 'sns' }]);
    expect(seen).toEqual([]);
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    expect(seen[0]?.logGroup).toBe('sns/log');
    expect(receipts()).toMatchObject([
      { providerId: result.outcome === 'accepted' && result.providerId, news: 'delivered' },
    ]);
  });

  it.each([
    ['down', 'transient', 'http_503'],
    ['reset', 'ambiguous', 'econnreset'],
    ['unauthorized', 'account_fault', 'InvalidClientTokenId'],
    ['suspended', 'account_fault', 'OptInRequired'],
    ['rate-limited', 'transient', 'Throttling'],
  ])('%s: %s, and nothing reaches the phone', async (mode, faultClass, code) => {
    const running = await runSimulators();
    await setMode(running, { mode });
    expect(await send(running)).toMatchObject({ fault: { class: faultClass, code } });
    expect(await phone(running)).toEqual([]);
  });

  it.each([
    ['hang', 'timeout'],
    ['garbage', 'garbage'],
  ])('%s: ambiguous, although the text arrives and is logged', async (mode, code) => {
    const { seen, deliver } = subscriber();
    const running = await runSimulators({ deliver });
    await setMode(running, { mode });
    const result = await send(running, 'hello', mode === 'hang' ? IN_VAIN_MS : undefined);
    expect(result).toMatchObject({ fault: { class: 'ambiguous', code } });
    expect(await phone(running)).toHaveLength(1);
    await vi.waitFor(() => expect(seen).toHaveLength(1));
  });

  it('undelivered: accepted, never on the phone, and in the log of failures', async () => {
    const { seen, deliver, receipts } = subscriber();
    const running = await runSimulators({ deliver });
    await setMode(running, { mode: 'undelivered' });
    expect(await send(running)).toMatchObject({ outcome: 'accepted' });
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    expect(seen[0]?.logGroup).toBe('sns/log/Failure');
    expect(receipts()).toMatchObject([{ news: { undelivered: { code: 'unknown_error', failsOver: true } } }]);
    expect(await phone(running)).toEqual([]);
  });

  it.each(Object.keys(REASONS))('undelivered with %s is read back under that code', async (errorCode) => {
    const { deliver, receipts } = subscriber();
    const running = await runSimulators({ deliver });
    await setMode(running, { mode: 'undelivered', errorCode });
    await send(running);
    await vi.waitFor(() => expect(receipts()).toMatchObject([{ news: { undelivered: { code: errorCode } } }]));
  });

  it('silent: accepted and on the phone, and never a line', async () => {
    const { deliver, receipts } = subscriber();
    const running = await runSimulators({ deliver });
    await setMode(running, { mode: 'silent' });
    await send(running, 'first');
    await setMode(running, { mode: 'ok' });
    const second = await send(running, 'second');
    await vi.waitFor(() => expect(receipts()).toHaveLength(1));
    expect(receipts()[0]?.providerId).toBe(second.outcome === 'accepted' && second.providerId);
    expect(await phone(running)).toHaveLength(2);
  });

  it('slow: the answer is held back, the text is not, so the log overtakes the answer', async () => {
    const { seen, deliver } = subscriber();
    const running = await runSimulators({ deliver });
    await setMode(running, { mode: 'slow', latencyMs: 60_000 });
    const isAnswered = vi.fn();
    const result = send(running, 'x', 120_000).finally(isAnswered);
    await vi.waitFor(() => expect(seen).toHaveLength(1));
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
    await setMode(running, { mode: 'ok', errorCode: 'OptedOut' });
    expect(await send(running)).toMatchObject({ fault: { class: 'opted_out', code: 'OptedOut' } });
  });

  it('share: exactly that part of the sends', async () => {
    const running = await runSimulators();
    await setMode(running, { mode: 'down', share: 0.5 });
    const outcomes = [];
    for (let i = 0; i < 4; i += 1) outcomes.push((await send(running)).outcome);
    expect(outcomes.filter((outcome) => outcome === 'failed')).toHaveLength(2);
  });

  it('its mode is its own: Twilio goes on', async () => {
    const running = await runSimulators();
    await setMode(running, { mode: 'down' });
    const modeOf = async (name: string) => (await fetch(`${running.origin}/simulators/${name}`)).json();
    expect([await modeOf('sns'), await modeOf('twilio')]).toEqual([{ mode: 'down' }, { mode: 'ok' }]);
  });

  it.each([21611, 'Teleported', ''])('refuses %j as an error code', async (errorCode) => {
    const reply = await setMode(await runSimulators(), { mode: 'ok', errorCode });
    expect([reply.status, await reply.json()]).toMatchObject([400, { errors: [{ path: 'errorCode' }] }]);
  });
});

describe('the delivery log', () => {
  it('waits for a run that is still starting', async () => {
    const { seen, deliver } = subscriber('unheard', 'done');
    await send(await runSimulators({ deliver }));
    await vi.waitFor(() => expect(seen).toHaveLength(2));
    expect(seen[0]).toEqual(seen[1]);
  });

  it.each([
    ['nobody was there to take it', false],
    ['its reader was stopped in the middle of it', true],
  ])('survives a restart when %s', async (_, isMidway) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'simulators-'));
    const { promise: interrupted, resolve: interrupt } = Promise.withResolvers<'unheard'>();
    const reader = vi.fn<DeliverLine>(async () => (isMidway ? interrupted : 'unheard'));
    const first = await runSimulators({ dataDir, deliver: reader });
    const result = await send(first);
    await vi.waitFor(() => expect(reader).toHaveBeenCalled());
    const stopped = first.stop();
    interrupt('unheard');
    await stopped;
    const { deliver, receipts } = subscriber();
    await runSimulators({ dataDir, deliver });
    await vi.waitFor(() => expect(receipts()).toHaveLength(1));
    expect(receipts()[0]?.providerId).toBe(result.outcome === 'accepted' && result.providerId);
  });
});
