/** Posting events to webhooks: a real server takes them, with the verification that docs/events.md shows. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { gapAfter, MAX_ATTEMPTS, signWebhook } from '../../lambdas/core/events/webhook.ts';
import { createWebhooks, type WebhookCopy, webhookName } from '../../lambdas/events/webhooks.ts';
import { createHttp } from '../../lambdas/providers/http.ts';
import { FAR_MS, IN_VAIN_MS } from '../support/deadlines.ts';
import { recordedTelemetry } from '../support/telemetry.ts';

const KEY = 'a'.repeat(64);
const OLD = 'b'.repeat(64);
const EVENT = { version: '1', id: 'evt_aaaaaaaaaaaaaaaa', type: 'page.status_changed', to: 'SENT' };
const NOW = Date.parse('2026-11-22T10:00:00Z');

type Verify = (headers: IncomingHttpHeaders, rawBody: string, secret: string, now?: number) => boolean;

/** The example of the documentation, as somebody would copy it. */
async function documented(): Promise<Verify> {
  const text = readFileSync(join(import.meta.dirname, '../../docs/events.md'), 'utf8');
  const [, code = ''] = /^```js verify\n([\s\S]*?)^```/m.exec(text) ?? [];
  const module = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  return module.verify;
}

interface Post {
  headers: IncomingHttpHeaders;
  body: string;
}

/** A webhook that answers what `answer` says; 0 hangs. */
async function hook(answer: () => number = () => 204) {
  const posts: Post[] = [];
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk);
    posts.push({ headers: req.headers, body: Buffer.concat(chunks).toString() });
    const status = answer();
    if (status !== 0) res.writeHead(status, { Location: '/elsewhere' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { posts, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

function poster(
  urls: string[],
  { previous, keysFail, timeoutMs = FAR_MS }: { previous?: string; keysFail?: boolean; timeoutMs?: number } = {},
) {
  const again: { copy: WebhookCopy; delayMs: number }[] = [];
  const dead: { message: unknown; reason: string }[] = [];
  const { logger, lines } = recordedTelemetry();
  const handle = createWebhooks({
    urls,
    async keys() {
      if (keysFail) throw new Error('no key');
      return { current: KEY, ...(previous && { previous }) };
    },
    http: createHttp({ timeoutMs }),
    queue: {
      again: async (copy, delayMs) => void again.push({ copy, delayMs }),
      giveUp: async (message, reason) => void dead.push({ message, reason }),
    },
    logger,
    clock: { now: () => NOW },
  });
  const take = (message: unknown) =>
    handle(
      { body: typeof message === 'string' ? message : JSON.stringify(message), messageId: 'm' } as never,
      {} as never,
    );
  return { take, again, dead, lines };
}
const envelope = { version: '0', source: 'lifeline', detail: EVENT };

describe('a webhook', () => {
  it('gets the event as it is, signed so that the documented verification takes it', async () => {
    const verify = await documented();
    const { posts, url } = await hook();
    const { take, again, lines } = poster([url]);
    await take(envelope);
    const [{ headers, body } = { headers: {}, body: '' }] = posts;
    expect(JSON.parse(body)).toEqual(EVENT);
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': EVENT.id });
    expect(verify(headers, body, `whsec_${KEY}`, NOW)).toBe(true);
    expect(verify(headers, `${body} `, `whsec_${KEY}`, NOW)).toBe(false);
    expect(verify(headers, body, `whsec_${OLD}`, NOW)).toBe(false);
    expect(verify({ ...headers, 'webhook-id': 'evt_other' }, body, `whsec_${KEY}`, NOW)).toBe(false);
    expect(verify(headers, body, `whsec_${KEY}`, NOW + 301_000)).toBe(false);
    expect(verify({}, body, `whsec_${KEY}`, NOW)).toBe(false);
    expect([again, lines]).toEqual([[], []]);
  });

  it('can be verified by the old key and by the new one while the key is replaced', async () => {
    const verify = await documented();
    const { posts, url } = await hook();
    await poster([url], { previous: OLD }).take(envelope);
    const [{ headers, body } = { headers: {}, body: '' }] = posts;
    for (const key of [KEY, OLD]) expect(verify(headers, body, `whsec_${key}`, NOW)).toBe(true);
  });

  it.each([
    ['refuses', 500, 'http_500'],
    ['redirects', 302, 'http_302'],
    ['does not answer', 0, 'ETIMEDOUT'],
  ])('that %s gets the event again, alone, and the others have it already', async (_, status, failure) => {
    const [bad, good] = [await hook(() => status), await hook()];
    const { take, again, lines } = poster([bad.url, good.url], { timeoutMs: status === 0 ? IN_VAIN_MS : FAR_MS });
    await take(envelope);
    expect(good.posts).toHaveLength(1);
    expect(again).toEqual([{ copy: { to: webhookName(bad.url), tries: 1, event: EVENT }, delayMs: 5_000 }]);
    expect(lines).toMatchObject([{ level: 'warn', extra: [{ failure }] }]);
    await take(again[0]?.copy);
    expect([bad.posts.length, good.posts.length]).toEqual([2, 1]);
    expect(again[1]).toMatchObject({ copy: { tries: 2 }, delayMs: 15_000 });
    // The same event under the same name, or who gets it could not tell that it is a repeat.
    expect(bad.posts[1]?.headers['webhook-id']).toBe(bad.posts[0]?.headers['webhook-id']);
    expect(bad.posts[1]?.body).toBe(bad.posts[0]?.body);
  });

  it('that is gone for a day has its event in the dead letters, with the reason', async () => {
    const bad = await hook(() => 503);
    const { take, again, dead } = poster([bad.url]);
    await take({ to: webhookName(bad.url), tries: MAX_ATTEMPTS - 1, event: EVENT });
    expect(again).toEqual([]);
    expect(dead).toEqual([
      { message: { to: webhookName(bad.url), tries: MAX_ATTEMPTS, event: EVENT }, reason: 'http_503' },
    ]);
  });

  it('that is not configured any more is dropped with what it still had to get', async () => {
    const { posts, url } = await hook();
    const { take, again, dead } = poster([url]);
    await take({ to: webhookName('https://gone.example'), tries: 3, event: EVENT });
    expect([posts, again, dead]).toEqual([[], [], []]);
  });

  it('a webhook is never named by its URL in a log', async () => {
    const bad = await hook(() => 500);
    const { take, lines } = poster([`${bad.url}?token=s3cret`]);
    await take(envelope);
    expect(JSON.stringify(lines)).not.toMatch(/s3cret|127\.0\.0\.1/);
  });
});

it.each(['', '{', '[]', '{"detail":{"type":"t"}}', '{"detail":{"id":"a\\r\\nb","type":"t"}}'])(
  'what is no event goes to the dead letters at once: %j',
  async (body) => {
    const { posts, url } = await hook();
    const { take, dead } = poster([url]);
    await take(body);
    expect(posts).toEqual([]);
    expect(dead).toEqual([{ message: { unreadable: body }, reason: 'unreadable' }]);
  },
);

it('without a key nothing is posted, and the event comes back', async () => {
  const { posts, url } = await hook();
  await expect(poster([url], { keysFail: true }).take(envelope)).rejects.toThrow('no key');
  expect(posts).toEqual([]);
});

it('an event is tried for a day, never with a gap that SQS cannot hold', () => {
  const gaps = Array.from({ length: MAX_ATTEMPTS - 1 }, (_, i) => gapAfter(i + 1) ?? Number.NaN);
  const sum = gaps.reduce((all, gap) => all + gap, 0);
  expect(sum).toBeGreaterThanOrEqual(24 * 3_600_000);
  expect(sum).toBeLessThan(24.5 * 3_600_000);
  expect(Math.max(...gaps)).toBe(15 * 60_000);
  expect(gapAfter(MAX_ATTEMPTS)).toBeUndefined();
});

it('signs the vector of Standard Webhooks', () => {
  // https://github.com/standard-webhooks/standard-webhooks, "Signature scheme": the example of its libraries' tests.
  const signed = signWebhook(
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
    '{"test": 2432232314}',
    ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    1_614_265_330_000,
  );
  expect(signed).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});
