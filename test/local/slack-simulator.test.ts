/** What our provider makes of the simulated Slack, and what people do there. */
import { describe, expect, it } from 'vitest';
import { createSlack } from '../../lambdas/providers/slack/slack.ts';
import { createSlackCheck } from '../../lambdas/providers/slack/slack-check.ts';
import { validSlackSignature } from '../../lambdas/providers/slack/slack-signature.ts';
import { type Callback, type Running, runSimulators, SLACK_APP } from '../contract/simulator.ts';
import { FAR_MS, IN_VAIN_MS } from '../support/deadlines.ts';

const BUTTON = { type: 'button', action_id: 'ack', value: 'token', text: { type: 'plain_text', text: 'Acknowledge' } };
const MESSAGE = {
  to: 'UALICE',
  ref: 'r',
  text: '[CRITICAL] payments-api',
  blocks: [{ type: 'actions', block_id: 'b1', elements: [BUTTON] }],
};
const optionsOf = ({ origin }: Running, timeoutMs = FAR_MS) => ({
  credentials: async () => SLACK_APP,
  apiUrl: `${origin}/simulators/slack`,
  timeoutMs,
});
const send = (running: Running, timeoutMs?: number) => createSlack(optionsOf(running, timeoutMs)).send(MESSAGE);
const setMode = ({ origin }: Running, mode: object) =>
  fetch(`${origin}/simulators/slack`, { method: 'PUT', body: JSON.stringify(mode) });
const get = async ({ origin }: Running, path: string) =>
  (await fetch(`${origin}/simulators/slack${path}`)).json() as never;
// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
const post = async ({ origin }: Running, path: string, body: object): Promise<{ status: number; body: any }> => {
  const reply = await fetch(`${origin}/simulators/slack${path}`, { method: 'POST', body: JSON.stringify(body) });
  return { status: reply.status, body: await reply.json() };
};
const inboxOf = async (running: Running, target = 'UALICE') =>
  ((await get(running, `/${target}`)) as { items: { id: string; text: string }[] }).items;

describe('each mode makes the outcome it is there for', () => {
  it('ok: posted, and known by channel and time', async () => {
    const running = await runSimulators();
    expect(await send(running)).toEqual({
      outcome: 'accepted',
      providerId: (await inboxOf(running))[0]?.id,
      providerStatus: 'posted',
    });
    expect(running.log.at(-1)).toContain('UALICE');
  });

  it.each([
    ['down', 'transient', 'http_503'],
    ['reset', 'ambiguous', 'econnreset'],
    ['unauthorized', 'account_fault', 'invalid_auth'],
    ['suspended', 'account_fault', 'account_inactive'],
    ['rate-limited', 'transient', 'ratelimited'],
  ])('%s: %s, and nothing is posted', async (mode, faultClass, code) => {
    const running = await runSimulators();
    await setMode(running, { mode });
    expect(await send(running)).toMatchObject({ outcome: 'failed', fault: { class: faultClass, code } });
    expect(await inboxOf(running)).toEqual([]);
  });

  it.each(['hang', 'garbage', 'slow'])('%s: ambiguous, and it was posted', async (mode) => {
    const running = await runSimulators();
    await setMode(running, { mode, ...(mode === 'slow' && { latencyMs: 60_000 }) });
    expect(await send(running, mode === 'garbage' ? undefined : IN_VAIN_MS)).toMatchObject({
      fault: { class: 'ambiguous' },
    });
    expect(await inboxOf(running)).toHaveLength(1);
  });

  it('undelivered: accepted, and nobody sees it', async () => {
    const running = await runSimulators();
    await setMode(running, { mode: 'undelivered' });
    expect(await send(running)).toMatchObject({ outcome: 'accepted' });
    expect(await inboxOf(running)).toEqual([]);
  });

  it('the check finds a token that is refused and takes nothing from the share of sends', async () => {
    const running = await runSimulators();
    const { check } = createSlackCheck(optionsOf(running));
    expect(await check()).toEqual({ finding: 'ok' });
    await setMode(running, { mode: 'unauthorized', share: 0.5 });
    const findings = [await check(), await check()].map(({ finding }) => finding).sort();
    expect(findings).toEqual(['failing', 'ok']);
  });
});

describe('a click', () => {
  it('arrives signed, as Slack posts it', async () => {
    const running = await runSimulators();
    await send(running);
    const [message] = await inboxOf(running);
    const clicked = await post(running, '/UBOB/click', { messageId: message?.id, actionId: 'ack', name: 'bob' });
    expect(clicked).toMatchObject({ status: 200, body: { status: 204, answer: null, item: message } });
    const [{ path, headers, form }] = running.callbacks as [Callback];
    expect(path).toBe('/webhooks/slack/interactions');
    const isSigned = validSlackSignature({
      signingSecret: SLACK_APP.signingSecret,
      timestamp: String(headers['x-slack-request-timestamp']),
      signature: String(headers['x-slack-signature']),
      body: new URLSearchParams(form).toString(),
      now: Date.now(),
    });
    expect(isSigned).toBe(true);
    expect(JSON.parse(form.payload ?? '')).toMatchObject({
      type: 'block_actions',
      user: { id: 'UBOB', name: 'bob' },
      container: { channel_id: 'DUALICE' },
      response_url: expect.stringContaining(`${running.origin}/simulators/slack/responses/`),
      actions: [{ action_id: 'ack', block_id: 'b1', value: 'token', type: 'button' }],
    });
  });

  it('replaces the message by the response URL and not by its answer, as Slack does', async () => {
    const said = { replace_original: true, text: 'Bob has it', blocks: [] };
    const running = await runSimulators({
      async slackWebhook({ form }) {
        const { response_url } = JSON.parse(form.payload ?? '');
        await fetch(response_url, { method: 'POST', body: JSON.stringify(said) });
        return [200, JSON.stringify({ ...said, text: 'ignored' })];
      },
    });
    await send(running);
    const [message] = await inboxOf(running);
    const { body } = await post(running, '/UBOB/click', { messageId: message?.id, actionId: 'ack' });
    expect(body).toMatchObject({
      status: 200,
      item: { text: 'Bob has it', blocks: [], updatedAt: expect.any(String) },
    });
    expect(await inboxOf(running)).toEqual([body.item]);
    // The button is gone with the message.
    expect((await post(running, '/UBOB/click', { messageId: message?.id, actionId: 'ack' })).status).toBe(409);
  });

  it('shows what is said to that person alone, and changes nothing', async () => {
    const running = await runSimulators({
      async slackWebhook({ form }) {
        const { response_url } = JSON.parse(form.payload ?? '');
        const whisper = { response_type: 'ephemeral', replace_original: false, text: 'too old' };
        await fetch(response_url, { method: 'POST', body: JSON.stringify(whisper) });
        return [200, ''];
      },
    });
    await send(running);
    const [message] = await inboxOf(running);
    const { body } = await post(running, '/UBOB/click', { messageId: message?.id, actionId: 'ack' });
    expect(body).toMatchObject({ ephemeral: ['too old'], item: message });
  });

  it.each([
    [404, '/UBOB/click', { messageId: 'DX/1.2', actionId: 'ack' }],
    [400, '/UBOB/click', { messageId: 1 }],
    [404, '/CBOB/command', { text: 'list' }],
    [400, '/UBOB/command', {}],
    [404, '/responses/unknown', {}],
  ])('that makes no sense is refused with %i', async (status, path, body) => {
    const running = await runSimulators();
    const reply = await fetch(`${running.origin}/simulators/slack${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    expect(reply.status).toBe(status);
    expect(running.callbacks).toEqual([]);
  });
});

describe('a command', () => {
  it('arrives signed, and its answer comes back', async () => {
    const running = await runSimulators({
      slackWebhook: async () => [200, '{"response_type":"ephemeral","text":"Nothing is open for you."}'],
    });
    expect(await post(running, '/UALICE/command', { text: 'ack 7K3' })).toEqual({
      status: 200,
      body: { status: 200, answer: { response_type: 'ephemeral', text: 'Nothing is open for you.' } },
    });
    expect(running.callbacks).toMatchObject([
      { path: '/webhooks/slack/commands', form: { command: '/oncall', text: 'ack 7K3', user_id: 'UALICE' } },
    ]);
  });
});

describe('what was posted', () => {
  it('outlives a restart', async () => {
    const running = await runSimulators();
    await send(running);
    const before = await inboxOf(running);
    await running.stop();
    const again = await runSimulators({ dataDir: running.dataDir });
    expect(await inboxOf(again)).toEqual(before);
    expect(await get(again, '')).toMatchObject({ mode: 'ok', items: [{ target: 'UALICE', count: 1 }] });
  });

  it('what was posted is shown as a page for a browser', async () => {
    const { origin } = await runSimulators();
    for (const path of ['', '/UALICE', '/C0123']) {
      const reply = await fetch(`${origin}/simulators/slack${path}`, { headers: { Accept: 'text/html' } });
      expect(reply.headers.get('content-type')).toContain('text/html');
      expect(await reply.text()).toContain('<title>Slack');
    }
  });
});
