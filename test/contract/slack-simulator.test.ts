/** The simulated Slack, seen through Slack's own SDK, and our requests beside the SDK's. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ErrorCode, LogLevel, type WebAPIPlatformError, WebClient } from '@slack/web-api';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSlack } from '../../lambdas/providers/slack/slack.ts';
import { FAR_MS, IN_VAIN_MS } from '../support/deadlines.ts';
import { type Running, runSimulators, SLACK_APP } from './simulator.ts';

const BLOCKS = [
  { type: 'header', text: { type: 'plain_text', text: '[CRITICAL] payments-api' } },
  { type: 'section', text: { type: 'mrkdwn', text: '*INC-1042* High error rate' } },
  {
    type: 'actions',
    elements: [{ type: 'button', action_id: 'ack', value: 't', text: { type: 'plain_text', text: 'Ack' } }],
  },
];
const none = () => undefined;
const SILENT = {
  debug: none,
  info: none,
  warn: none,
  error: none,
  setLevel: none,
  setName: none,
  getLevel: () => LogLevel.ERROR,
};
const clientOf = (origin: string, token = SLACK_APP.botToken, timeout = FAR_MS) =>
  new WebClient(token, {
    slackApiUrl: `${origin}/simulators/slack/api/`,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout,
    // It writes refusals to the console; the tests look at what it throws.
    logger: SILENT,
  });
const seenBy = async ({ origin }: Running, target: string) =>
  ((await (await fetch(`${origin}/simulators/slack/${encodeURIComponent(target)}`)).json()) as { items: object[] })
    .items;
const setMode = ({ origin }: Running, mode: object) =>
  fetch(`${origin}/simulators/slack`, { method: 'PUT', body: JSON.stringify(mode) });
const errorOf = (call: Promise<unknown>) =>
  call.then(
    () => 'no error',
    (error: { code: string }) =>
      error.code === ErrorCode.PlatformError ? (error as WebAPIPlatformError).data.error : error.code,
  );

describe('with the SDK', () => {
  it('a message to a user opens the direct messages, and can be changed there', async () => {
    const running = await runSimulators();
    const client = clientOf(running.origin);
    const { channel, ts } = await client.chat.postMessage({ channel: 'U1', text: 'hello', blocks: BLOCKS as never });
    expect(channel).toMatch(/^D/);
    expect((await client.conversations.open({ users: 'U1' })).channel?.id).toBe(channel);
    const posted = { id: `${channel}/${ts}`, channel, text: 'hello', blocks: BLOCKS, provider: 'slack' };
    expect(await seenBy(running, 'U1')).toEqual([{ ...posted, at: expect.any(String) }]);
    expect(await seenBy(running, String(channel))).toHaveLength(1);

    await client.chat.update({ channel: String(channel), ts: String(ts), text: 'Alice has it', blocks: [] });
    expect(await seenBy(running, 'U1')).toMatchObject([{ text: 'Alice has it', updatedAt: expect.any(String) }]);
  });

  it('a post to a channel is under the channel, by id or by name', async () => {
    const running = await runSimulators();
    const client = clientOf(running.origin);
    await client.chat.postMessage({ channel: 'C0123', text: 'one' });
    await client.chat.postMessage({ channel: '#payments', text: 'two' });
    expect(await seenBy(running, 'C0123')).toMatchObject([{ channel: 'C0123', text: 'one' }]);
    expect(await seenBy(running, '#payments')).toMatchObject([{ text: 'two' }]);
  });

  it('says who the token belongs to', async () => {
    const running = await runSimulators();
    expect(await clientOf(running.origin).auth.test()).toMatchObject({ ok: true, user: 'lifeline' });
    expect(await clientOf(running.origin).users.info({ user: 'U1' })).toMatchObject({ user: { id: 'U1' } });
    expect(await errorOf(clientOf(running.origin, 'xoxb-other').auth.test())).toBe('invalid_auth');
  });

  const text = (length: number) => 'x'.repeat(length);
  const button = { type: 'button', text: { type: 'plain_text', text: 'Ack' } };
  it.each([
    ['channel_not_found', { channel: 'nobody', text: 'x' }],
    ['no_text', { channel: 'U1' }],
    ['msg_too_long', { channel: 'U1', text: text(40_001) }],
    ['invalid_blocks', { channel: 'U1', text: 'x', blocks: [{ type: 'sectoin' }] }],
    ['invalid_blocks', { channel: 'U1', blocks: [{ type: 'header', text: { type: 'plain_text', text: text(151) } }] }],
    ['invalid_blocks', { channel: 'U1', blocks: [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }] }],
    ['invalid_blocks', { channel: 'U1', blocks: [{ type: 'section', text: { type: 'mrkdwn', text: text(3_001) } }] }],
    ['invalid_blocks', { channel: 'U1', blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '' } }] }],
    ['invalid_blocks', { channel: 'U1', blocks: [{ type: 'actions', elements: [{ ...button, value: text(2_001) }] }] }],
    ['invalid_blocks', { channel: 'U1', blocks: Array.from({ length: 51 }, () => ({ type: 'divider' })) }],
  ])('%s', async (error, message) => {
    const { origin } = await runSimulators();
    expect(await errorOf(clientOf(origin).chat.postMessage(message as never))).toBe(error);
  });

  it('a message that is not there cannot be changed', async () => {
    const { origin } = await runSimulators();
    expect(await errorOf(clientOf(origin).chat.update({ channel: 'DU1', ts: '1.2', text: 'x' }))).toBe(
      'message_not_found',
    );
    expect(await errorOf(clientOf(origin).apiCall('chat.dance'))).toBe('unknown_method');
  });

  it.each([
    ['unauthorized', 'invalid_auth'],
    ['suspended', 'account_inactive'],
    ['rate-limited', ErrorCode.RateLimitedError],
    ['down', ErrorCode.HTTPError],
    ['reset', ErrorCode.RequestError],
    ['hang', ErrorCode.RequestError],
  ])('mode %s looks like %s', async (mode, error) => {
    const running = await runSimulators();
    await setMode(running, { mode });
    const client = clientOf(running.origin, undefined, mode === 'hang' ? IN_VAIN_MS : undefined);
    expect(await errorOf(client.chat.postMessage({ channel: 'U1', text: 'x' }))).toBe(error);
    expect(await seenBy(running, 'U1')).toHaveLength(mode === 'hang' ? 1 : 0);
  });

  it('an error word alone hits messages, and leaves the check alone', async () => {
    const running = await runSimulators();
    await setMode(running, { errorCode: 'is_archived' });
    expect(await errorOf(clientOf(running.origin).chat.postMessage({ channel: 'C1', text: 'x' }))).toBe('is_archived');
    expect(await clientOf(running.origin).auth.test()).toMatchObject({ ok: true });
    expect((await setMode(running, { errorCode: 30_003 })).status).toBe(400);
  });
});

describe('our request', () => {
  it('says what the SDK says for the same message', async () => {
    const seen: Record<string, unknown>[] = [];
    const server = createServer(async (req, res) => {
      let body = '';
      for await (const chunk of req) body += chunk;
      const isJson = req.headers['content-type']?.startsWith('application/json');
      const args = isJson ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body));
      const blocks = typeof args.blocks === 'string' ? JSON.parse(args.blocks) : args.blocks;
      const told = Object.fromEntries(
        Object.entries({ ...args, blocks }).map(([k, v]) => [k, v === 'false' ? false : v]),
      );
      seen.push({ path: req.url, method: req.method, authorization: req.headers.authorization, told });
      res.writeHead(200, { 'Content-Type': 'application/json' }).end('{"ok":true,"channel":"D1","ts":"1.2"}');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const ours = createSlack({ credentials: async () => SLACK_APP, apiUrl: url, timeoutMs: FAR_MS });
    const theirs = new WebClient(SLACK_APP.botToken, { slackApiUrl: `${url}/api/`, retryConfig: { retries: 0 } });

    await ours.send({ to: 'U1', ref: 'r', text: 'hello', blocks: BLOCKS });
    const links = { unfurl_links: false, unfurl_media: false };
    await theirs.chat.postMessage({ channel: 'U1', text: 'hello', blocks: BLOCKS as never, ...links });
    await ours.update('D1/1.2', { text: 'bye', blocks: BLOCKS });
    await theirs.chat.update({ channel: 'D1', ts: '1.2', text: 'bye', blocks: BLOCKS as never });
    expect(seen).toHaveLength(4);
    expect(seen[0]).toEqual(seen[1]);
    expect(seen[2]).toEqual(seen[3]);
  });
});
