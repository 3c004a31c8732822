/**
 * What the Slack provider and its check make of every answer Slack can give.
 * One file because each answer is read by both, and the same server plays them.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../lambdas/core/providers/fault.ts';
import { createHttp } from '../../../lambdas/providers/http.ts';
import { createSlack } from '../../../lambdas/providers/slack/slack.ts';
import { createSlackCheck } from '../../../lambdas/providers/slack/slack-check.ts';
import { createSlackRespond } from '../../../lambdas/providers/slack/slack-respond.ts';
import { FAR_MS, IN_VAIN_MS } from '../../support/deadlines.ts';
import { serve, serveTcp } from './servers.ts';

const TOKEN = 'xoxb-1-secret';
const credentials = async () => ({ botToken: TOKEN });
const MESSAGE = { to: 'U1', ref: 'r', text: 'hello', blocks: [{ type: 'divider' }] };

interface Seen {
  path: string | undefined;
  headers: IncomingHttpHeaders;
  body: unknown;
}
/** A Slack that answers everything so. */
async function slackThat(status: number, body: object | string, timeoutMs = FAR_MS) {
  const seen: Seen[] = [];
  const url = await serve(async (req, res) => {
    let text = '';
    for await (const chunk of req) text += chunk;
    seen.push({ path: req.url, headers: req.headers, body: JSON.parse(text) });
    res.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  return { url, seen, slack: createSlack({ credentials, apiUrl: url, timeoutMs }) };
}
const faultOf = async (status: number, body: object | string): Promise<Fault | undefined> => {
  const { slack } = await slackThat(status, body);
  const result = await slack.send(MESSAGE);
  return result.outcome === 'failed' ? result.fault : undefined;
};

describe('a message', () => {
  it('a message is posted with the token, once, and known by channel and time', async () => {
    const { slack, seen } = await slackThat(200, { ok: true, channel: 'D9', ts: '17.000200' });
    expect(await slack.send(MESSAGE)).toEqual({
      outcome: 'accepted',
      providerId: 'D9/17.000200',
      providerStatus: 'posted',
    });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ path: '/api/chat.postMessage', headers: { authorization: `Bearer ${TOKEN}` } });
    expect(seen[0]?.body).toMatchObject({ channel: 'U1', text: 'hello', blocks: MESSAGE.blocks });
  });

  it('a message is changed where it was posted', async () => {
    const { slack, seen } = await slackThat(200, { ok: true, channel: 'D9', ts: '17.000200' });
    const { to: _, ref: __, ...content } = MESSAGE;
    expect(await slack.update('D9/17.000200', content)).toMatchObject({ outcome: 'accepted' });
    expect(seen[0]).toMatchObject({
      path: '/api/chat.update',
      body: { channel: 'D9', ts: '17.000200', text: 'hello' },
    });
  });

  it.each(['', '/', '/api', '/api/'])('goes to the same place for a base URL that ends in "%s"', async (end) => {
    const { url, seen } = await slackThat(200, { ok: true, channel: 'D9', ts: '1.2' });
    await createSlack({ credentials, apiUrl: `${url}${end}`, timeoutMs: FAR_MS }).send(MESSAGE);
    expect(seen[0]?.path).toBe('/api/chat.postMessage');
  });
});

describe('blocks that Slack refuses', () => {
  /** A Slack that refuses every message with blocks. */
  async function slackWithout(error: string) {
    const seen: { path: string | undefined; body: { text: string; blocks: object[] } }[] = [];
    const url = await serve(async (req, res) => {
      let text = '';
      for await (const chunk of req) text += chunk;
      const body = JSON.parse(text);
      seen.push({ path: req.url, body });
      const isRefused = body.blocks.length > 0;
      res.end(JSON.stringify(isRefused ? { ok: false, error } : { ok: true, channel: 'D9', ts: '1.2' }));
    });
    return { seen, slack: createSlack({ credentials, apiUrl: url, timeoutMs: FAR_MS }) };
  }

  it.each(['msg_blocks_too_long', 'invalid_blocks', 'invalid_blocks_format'])(
    'with %s are left out, and the text is sent alone, once',
    async (error) => {
      const { slack, seen } = await slackWithout(error);
      expect(await slack.send(MESSAGE)).toMatchObject({ outcome: 'accepted', providerId: 'D9/1.2' });
      expect(seen.map(({ body }) => [body.text, body.blocks.length])).toEqual([
        ['hello', 1],
        ['hello', 0],
      ]);
      expect(await slack.update('D9/1.2', MESSAGE)).toMatchObject({ outcome: 'accepted' });
      expect(seen.at(-1)).toMatchObject({ path: '/api/chat.update', body: { text: 'hello', blocks: [] } });
    },
  );

  it('leave a text with the link that the buttons stood for', async () => {
    const { slack, seen } = await slackWithout('invalid_blocks');
    const link = '<https://on.example/actions/t1|Acknowledge>';
    await slack.send({ ...MESSAGE, link });
    await slack.update('D9/1.2', { ...MESSAGE, link });
    expect(seen.map(({ body }) => [body.text, body.blocks.length])).toEqual([
      ['hello', 1],
      [`hello\n${link}`, 0],
      ['hello', 1],
      [`hello\n${link}`, 0],
    ]);
    for (const { body } of seen) expect(body).not.toHaveProperty('link');
  });

  it.each(['msg_too_long', 'channel_not_found', 'ratelimited'])(
    'are not what %s is about: nothing is repeated',
    async (error) => {
      const { slack, seen } = await slackWithout(error);
      expect(await slack.send(MESSAGE)).toMatchObject({ outcome: 'failed', fault: { code: error } });
      expect(seen).toHaveLength(1);
    },
  );
});

describe('an error of Slack', () => {
  it.each(['channel_not_found', 'not_in_channel', 'is_archived', 'user_not_found', 'restricted_action'])(
    '%s ends the delivery and is no word on Slack',
    async (error) => {
      const fault = await faultOf(200, { ok: false, error });
      expect(fault).toMatchObject({ code: error, class: 'recipient_permanent', counts: false, opens: false });
    },
  );

  it.each(['invalid_auth', 'token_revoked', 'token_expired', 'account_inactive', 'missing_scope'])(
    '%s opens the circuit at once',
    async (error) => {
      const fault = await faultOf(200, { ok: false, error });
      expect(fault).toMatchObject({ code: error, class: 'account_fault', counts: true, opens: true });
    },
  );

  it.each([
    [200, 'service_unavailable'],
    [200, 'request_timeout'],
    [200, 'internal_error'],
    [200, 'fatal_error'],
  ])('with status %i, %s is tried again and counts', async (status, error) => {
    const fault = await faultOf(status, { ok: false, error });
    expect(fault).toMatchObject({ code: error, class: 'transient', counts: true, opens: false });
  });

  it.each([
    [200, { ok: false, error: 'ratelimited' }],
    [429, { ok: false, error: 'ratelimited' }],
    [429, ''],
    [429, '<html>'],
  ])('about too many messages (status %i, %j) concerns the one channel, and is tried again', async (status, body) => {
    expect(await faultOf(status, body)).toMatchObject({ class: 'transient', counts: false, opens: false });
  });

  it.each(['invalid_blocks', 'msg_too_long', 'no_text'])('%s is our bug', async (error) => {
    expect(await faultOf(200, { ok: false, error })).toMatchObject({ code: error, class: 'our_bug', counts: false });
  });

  it('that no table has is no word on Slack, and another attempt may be made', async () => {
    const fault = await faultOf(200, { ok: false, error: 'a_new_word' });
    expect(fault).toMatchObject({ code: 'a_new_word', class: 'unknown_code', counts: false, opens: false });
  });

  it('without a word goes by its status', async () => {
    expect(await faultOf(503, '<h1>503</h1>')).toMatchObject({ code: 'http_503', class: 'transient', counts: true });
    expect(await faultOf(429, '')).toMatchObject({ code: 'http_429', class: 'transient' });
    expect(await faultOf(403, '{}')).toMatchObject({ code: 'http_403', class: 'account_fault', opens: true });
  });

  it('that is no word is not passed on', async () => {
    expect(await faultOf(200, { ok: false, error: `token ${TOKEN} of +14155550100` })).toMatchObject({
      code: 'unknown_error',
      class: 'unknown_code',
    });
    expect(await faultOf(200, { ok: false })).toMatchObject({ code: 'unknown_error' });
  });
});

describe('what cannot be known', () => {
  it.each([
    ['a page of HTML', '<!doctype html><p>It works!'],
    ['JSON of somebody else', '{"hello":"world"}'],
    ['an acceptance without an id', '{"ok":true}'],
  ])('%s with status 200 is ambiguous: it may have been posted', async (_, body) => {
    expect(await faultOf(200, body)).toMatchObject({ class: 'ambiguous', failsOver: true, counts: true });
  });

  it('no answer in time is ambiguous, no connection is not', async () => {
    const url = await serve(() => undefined);
    const hanging = await createSlack({ credentials, apiUrl: url, timeoutMs: IN_VAIN_MS }).send(MESSAGE);
    expect(hanging).toMatchObject({ fault: { code: 'timeout', class: 'ambiguous' } });
    const port = await serveTcp((socket) => socket.destroy());
    const reset = await createSlack({ credentials, apiUrl: `http://127.0.0.1:${port}`, timeoutMs: FAR_MS }).send(
      MESSAGE,
    );
    expect(reset).toMatchObject({ fault: { class: 'ambiguous' } });
    const nobody = await createSlack({ credentials, apiUrl: 'http://127.0.0.1:9', timeoutMs: FAR_MS }).send(MESSAGE);
    expect(nobody).toMatchObject({ fault: { class: 'provider_fault', counts: true } });
  });
});

describe('the token', () => {
  it('that cannot be read is no fault of Slack', async () => {
    const slack = createSlack({ credentials: () => Promise.reject(new Error('no')), timeoutMs: 100 });
    expect(await slack.send(MESSAGE)).toMatchObject({
      fault: { code: 'credentials_unavailable', class: 'transient', counts: false },
    });
  });

  it.each(['', 'xoxb-1\r\nX-Evil: 1'])('%j is refused before anything is sent', async (botToken) => {
    const slack = createSlack({ credentials: async () => ({ botToken }), timeoutMs: 100 });
    expect(await slack.send(MESSAGE)).toMatchObject({ fault: { code: 'credentials_invalid', class: 'account_fault' } });
  });

  it('stands in no fault', async () => {
    for (const [status, body] of [
      [200, { ok: false, error: 'invalid_auth' }],
      [500, TOKEN],
    ] as const) {
      expect(JSON.stringify(await faultOf(status, body))).not.toContain('xoxb');
    }
  });
});

describe('the check', () => {
  const checked = async (status: number, body: object | string) => {
    const { url, seen } = await slackThat(status, body);
    const result = await createSlackCheck({ credentials, apiUrl: url, timeoutMs: FAR_MS }).check();
    return { result, asked: seen.map(({ path }) => path) };
  };

  it('asks whom the token belongs to, and posts nothing', async () => {
    expect(await checked(200, { ok: true, team_id: 'T1' })).toEqual({
      result: { finding: 'ok' },
      asked: ['/api/auth.test'],
    });
  });

  it('opens for a token that is refused, and leaves the circuit alone when Slack is in trouble', async () => {
    const [revoked, down] = [await checked(200, { ok: false, error: 'token_revoked' }), await checked(503, '')];
    expect(revoked.result).toMatchObject({ finding: 'failing', fault: { opens: true } });
    expect(down.result).toMatchObject({ finding: 'failing', fault: { opens: false } });
  });

  it('that could not be made says nothing about Slack', async () => {
    const check = createSlackCheck({ credentials: () => Promise.reject(new Error('no')), timeoutMs: 100 });
    expect(await check.check()).toMatchObject({ finding: 'unknown' });
  });
});

describe('an answer to a click', () => {
  const REPLY = { response_type: 'ephemeral', replace_original: false, text: 'hello' } as const;

  it('goes to the response URL', async () => {
    const { url, seen } = await slackThat(200, 'ok');
    const respond = createSlackRespond({ http: createHttp({ timeoutMs: FAR_MS }), apiUrl: `${url}/api` });
    expect(await respond(`${url}/actions/1`, REPLY)).toBe(true);
    expect(seen).toMatchObject([{ path: '/actions/1', body: REPLY }]);
  });

  it.each([
    'https://hooks.slack.com.evil.example/1',
    'http://hooks.slack.com/1',
    'http://169.254.169.254/',
    'nonsense',
    undefined,
  ])('goes nowhere but to Slack: %s', async (url) => {
    const asked: string[] = [];
    const http = async ({ url: at }: { url: string }) => ({ status: asked.push(at) && 200, headers: {}, body: 'ok' });
    expect([await createSlackRespond({ http })(url, REPLY), asked]).toEqual([false, []]);
  });

  it('that is not taken is reported and nothing is thrown', async () => {
    const { url } = await slackThat(404, 'used_url');
    const respond = createSlackRespond({ http: createHttp({ timeoutMs: FAR_MS }), apiUrl: url });
    expect(await respond(`${url}/actions/1`, REPLY)).toBe(false);
    const asked: string[] = [];
    const http = async ({ url: at }: { url: string }) => ({ status: asked.push(at) && 200, headers: {}, body: 'ok' });
    expect(await createSlackRespond({ http })('https://hooks.slack.com/actions/1', REPLY)).toBe(true);
    expect(asked).toEqual(['https://hooks.slack.com/actions/1']);
  });
});
