/**
 * Buttons and /oncall, through the real handlers over stores in memory.
 *
 * One file because both are signed, answered and refused alike.
 */

import { describe, expect, it } from 'vitest';
import { slackWebhooks } from '../../../lambdas/composition/slack.ts';
import type { Page } from '../../../lambdas/core/page/page.ts';
import { signActionToken } from '../../../lambdas/core/replies/action-token.ts';
import { DAY } from '../../../lambdas/core/time.ts';
import { apiHandler } from '../../../lambdas/http/api-handler.ts';
import type { SlackReply } from '../../../lambdas/providers/slack/slack-respond.ts';
import { callApi, type EventOptions } from '../../support/api-event.ts';
import { memoryAudit, memoryPages, memoryRecipients } from '../../support/memory-ports.ts';
import { undocumented } from '../../support/openapi.ts';
import { somePage, T0 } from '../../support/pages.ts';
import { signSlack, signSlackBody } from '../../support/slack-signed.ts';
import { recordedTelemetry } from '../../support/telemetry.ts';
import { NO_GROUPS } from '../../support/world/ports.ts';

const SECRET = 'signing-secret-of-tests';
const KEY = 'key-of-tests';
const ALICE_PAGE = 'pg_aaaaaaaaaaaaaaaa';
const BOB_PAGE = 'pg_bbbbbbbbbbbbbbbb';

async function bench(options: { secret?: string | undefined; takesReplies?: boolean } = { secret: SECRET }) {
  let now = T0 + 60_000;
  const clock = { now: () => now };
  const [pages, recipients, audit] = [memoryPages(), memoryRecipients(), memoryAudit()];
  const telemetry = recordedTelemetry();
  const answerQueue = { send: async () => {} };
  const replies: { url: string | undefined; reply: SlackReply }[] = [];
  const keys = async () => ({ current: KEY });
  const deps = {
    pages,
    recipients,
    clock,
    keys,
    logger: telemetry.logger,
    signingSecret: async () => options.secret,
    groups: NO_GROUPS,
    answerQueue,
    audit,
    respond: async (url: string | undefined, reply: SlackReply) => {
      replies.push({ url, reply });
      return options.takesReplies ?? true;
    },
  };
  const handler = apiHandler(slackWebhooks(deps, { overrides: {} }), telemetry);
  /** Every answer must be one that the OpenAPI file describes. */
  async function checked(operation: 'receiveSlackInteraction' | 'receiveSlackCommand', event: EventOptions) {
    const answer = await callApi(handler, operation, event);
    expect(undocumented(operation, answer)).toEqual([]);
    return answer;
  }
  const person = (id: string, name: string, slackUserId: string) => ({
    id,
    name,
    slackUserId,
    phoneVerified: false,
    smsSuppressed: false,
    preferences: [],
    version: 1,
    updatedAt: T0,
  });
  await recipients.put(person('usr_alice', 'Alice', 'UALICE'), 0);
  await recipients.put(person('usr_bob', 'Bob', 'UBOB'), 0);
  const put = (fields: Partial<Page> = {}) => pages.create(somePage(fields));

  const click = (change: Record<string, unknown> = {}, action: object = {}) =>
    signSlack(SECRET, now, {
      payload: JSON.stringify({
        type: 'block_actions',
        user: { id: 'UALICE', username: 'alice', name: 'alice' },
        response_url: 'https://hooks.slack.com/actions/1',
        actions: [
          { type: 'button', action_id: 'ack', value: signActionToken(ALICE_PAGE, 'acknowledge', KEY, T0), ...action },
        ],
        ...change,
      }),
    });
  const command = (text: string, form: Record<string, string> = {}) =>
    signSlack(SECRET, now, { command: '/oncall', text, user_id: 'UALICE', user_name: 'alice', ...form });
  return {
    pages,
    recipients,
    audit,
    replies,
    put,
    click,
    command,
    telemetry,
    press: (event: EventOptions) => checked('receiveSlackInteraction', event),
    say: async (text: string, form?: Record<string, string>) =>
      (await checked('receiveSlackCommand', command(text, form))).body,
    call: (event: EventOptions) => checked('receiveSlackCommand', event),
    advance: (ms: number) => {
      now += ms;
    },
  };
}
const bob = { user: { id: 'UBOB', name: 'bob' } };

describe('a click', () => {
  it('acknowledges for everybody paged, and the message says who has it', async () => {
    const { put, pages, press, click, replies, audit } = await bench();
    await put();
    await put({ id: BOB_PAGE, recipientId: 'usr_bob' });
    const { status, body } = await press(click());
    expect(status).toBe(200);
    expect(body).toMatchObject({ replace_original: true, text: expect.stringContaining('Alice') });
    expect(replies).toEqual([{ url: 'https://hooks.slack.com/actions/1', reply: body }]);
    const by = { at: T0 + 60_000, by: 'Alice', via: 'slack' };
    expect(pages.all().map(({ acknowledged }) => acknowledged)).toEqual([by, by]);
    expect(audit.entries).toMatchObject([
      {
        resource: `page/${ALICE_PAGE}`,
        action: 'page.acknowledged',
        actor: 'recipient/usr_alice',
        details: { via: 'slack' },
      },
    ]);
  });

  it('a click counts for whoever clicks, though the message was sent to somebody else', async () => {
    const { put, pages, press, click, audit } = await bench();
    await put();
    await press(click(bob));
    expect(pages.all()[0]?.acknowledged).toMatchObject({ by: 'bob', via: 'slack' });
    expect(audit.entries[0]).toMatchObject({ actor: 'slack/UBOB' });
  });

  it('that is second changes nothing and shows who was first', async () => {
    const { put, pages, press, click, advance } = await bench();
    await put();
    await press(click(bob));
    const before = pages.all();
    advance(30_000);
    const { status, body } = await press(click());
    expect(status).toBe(200);
    expect(JSON.stringify(body)).toMatch(/bob/);
    expect(JSON.stringify(body)).not.toMatch(/Alice/);
    expect(pages.all()).toEqual(before);
  });

  it('on Resolve resolves, and the button that does so is offered until then', async () => {
    const { put, pages, press, click } = await bench();
    await put();
    const buttons = (body: { blocks: { elements?: { action_id?: string; value?: string }[] }[] }) =>
      body.blocks.flatMap(({ elements = [] }) => elements).filter(({ action_id }) => action_id);
    const [resolve] = buttons((await press(click())).body);
    expect(resolve).toMatchObject({ action_id: 'resolve', value: expect.any(String) });
    const { body } = await press(click({}, resolve));
    expect(pages.all()[0]?.resolved).toMatchObject({ by: 'Alice' });
    expect(buttons(body)).toEqual([]);
  });

  it.each([
    ['a token of another page that does not exist', signActionToken('pg_zzzzzzzzzzzzzzzz', 'acknowledge', KEY, T0)],
    ['a token of another key', signActionToken(ALICE_PAGE, 'acknowledge', 'other', T0)],
    ['no token', 'pg_aaaaaaaaaaaaaaaa'],
    ['an old token', signActionToken(ALICE_PAGE, 'acknowledge', KEY, T0 - 8 * DAY)],
  ])('with %s changes nothing and tells the person so', async (_, value) => {
    const { put, pages, press, click, replies } = await bench();
    await put();
    const before = pages.all();
    expect((await press(click({}, { value }))).body).toMatchObject({
      response_type: 'ephemeral',
      replace_original: false,
    });
    expect(replies).toHaveLength(1);
    expect(pages.all()).toEqual(before);
  });

  it.each([
    ['without a user', { user: undefined }, {}, 'payload.user'],
    ['with a user that is null', { user: null }, {}, 'payload.user'],
    ['with a user id that is null', { user: { id: null } }, {}, 'payload.user.id'],
    ['with a user id that is empty', { user: { id: '' } }, {}, 'payload.user.id'],
    ['with a name that is null', { user: { id: 'UALICE', name: null } }, {}, 'payload.user.name'],
    ['with actions that are null', { actions: null }, {}, 'payload.actions'],
    ['without actions', { actions: [] }, {}, 'payload.actions'],
    ['with an action that is null', { actions: [null] }, {}, 'payload.actions.0'],
    ['with an action id that is null', {}, { action_id: null }, 'payload.actions.0.action_id'],
    ['with a token that is null', {}, { value: null }, 'payload.actions.0.value'],
    ['without its token', {}, { value: undefined }, 'payload.actions.0.value'],
    ['with a token that is empty', {}, { value: '' }, 'payload.actions.0.value'],
    ['with a response URL that is null', { response_url: null }, {}, 'payload.response_url'],
    ['with a type that is null', { type: null }, {}, 'payload.type'],
  ])('%s is refused with 400 that names the field, and changes nothing', async (_, change, action, path) => {
    const { put, pages, press, click, replies } = await bench();
    await put();
    const { status, body } = await press(click(change, action));
    expect([status, body.errors.map((error: { path: string }) => error.path)]).toEqual([400, [path]]);
    expect([pages.all()[0]?.acknowledged, replies]).toEqual([undefined, []]);
  });

  it.each(['null', '[]', '7', '"x"', '{', ''])('whose payload is %s is refused with 400', async (payload) => {
    const { put, pages, press } = await bench();
    await put();
    expect(await press(signSlack(SECRET, T0 + 60_000, { payload }))).toMatchObject({ status: 400 });
    expect(pages.all()[0]?.acknowledged).toBeUndefined();
  });

  it.each([
    ['on a link', {}, { action_id: 'ack', value: undefined, url: 'https://example.com' }],
    ['on something of another kind', {}, { action_id: 'menu' }],
    ['on something whose name is one of every object', {}, { action_id: 'constructor' }],
    ['that is none', { type: 'view_submission' }, {}],
    ['that is none and has nothing of a click', { type: 'shortcut', user: null, actions: undefined }, {}],
  ])('%s is taken note of', async (_, change, action) => {
    const { put, pages, press, click, replies } = await bench();
    await put();
    expect(await press(click(change, action))).toMatchObject({ status: 200, body: {} });
    expect([pages.all()[0]?.acknowledged, replies]).toEqual([undefined, []]);
  });

  it('counts though the message cannot be replaced', async () => {
    const { put, pages, press, click, telemetry } = await bench({ secret: SECRET, takesReplies: false });
    await put();
    expect(await press(click())).toMatchObject({ status: 200 });
    expect(pages.all()[0]?.acknowledged).toBeDefined();
    expect(telemetry.lines).toMatchObject([{ level: 'warn' }]);
  });
});

describe('without a good signature nothing happens', () => {
  const everything = async (options: Parameters<typeof bench>[0], change: (event: EventOptions) => EventOptions) => {
    const b = await bench(options);
    await b.put();
    const before = b.pages.all();
    const answers = [await b.press(change(b.click())), await b.call(change(b.command('ack all')))];
    expect(b.pages.all()).toEqual(before);
    expect([b.audit.entries, b.replies]).toEqual([[], []]);
    return { answers: answers.map(({ status, body }) => [status, body.type]), lines: b.telemetry.lines };
  };
  const refused = [
    [403, 'urn:lifeline:problem:bad-signature'],
    [403, 'urn:lifeline:problem:bad-signature'],
  ];

  it.each([
    ['none', () => ({})],
    ['of another secret', () => ({ 'X-Slack-Signature': `v0=${'0'.repeat(64)}` })],
    ['of a body before it was changed', (headers: object) => headers, 'x'],
    [
      'older than five minutes',
      (headers: object) => ({ ...headers, 'X-Slack-Request-Timestamp': String(T0 / 1_000 - 301) }),
    ],
  ])('%s', async (_, headers, more = '') => {
    const { answers } = await everything({ secret: SECRET }, (event) => ({
      ...event,
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        ...(headers as (h: object) => object)(event.headers ?? {}),
      },
      rawBody: `${event.rawBody}${more}`,
    }));
    expect(answers).toEqual(refused);
  });

  it('the log says what is missing where there is no signing secret', async () => {
    const { answers, lines } = await everything({ secret: undefined }, (event) => event);
    expect(answers).toEqual(refused);
    const errors = lines.filter(({ level }) => level === 'error');
    expect(errors).toHaveLength(2);
    expect(errors[0]?.message).toContain('slack.signingSecret');
  });

  it('a Slack signature verifies a base64-encoded body', async () => {
    const { put, press, click } = await bench();
    await put();
    expect(await press({ ...click(), base64: true })).toMatchObject({ status: 200, body: { replace_original: true } });
  });
});

describe('/oncall', () => {
  const INC_2 = { ...somePage().incident, id: 'INC-2', title: 'Disk full' };
  const two = async () => {
    const b = await bench();
    await b.put();
    await b.put({ id: BOB_PAGE, incident: INC_2, code: 'QQQ', createdAt: T0 + 1 });
    const state = () => Object.fromEntries(b.pages.all().map((page) => [page.incident.id, page.acknowledged?.by]));
    return { ...b, state };
  };

  it('ack takes on the one open incident, for everybody', async () => {
    const { put, say, pages, audit } = await bench();
    await put();
    await put({ id: BOB_PAGE, recipientId: 'usr_bob' });
    expect(await say('ack')).toEqual({
      response_type: 'ephemeral',
      text: '*INC-1* acknowledged. payments-api: High error rate',
    });
    expect(pages.all().map(({ acknowledged }) => acknowledged?.by)).toEqual(['Alice', 'Alice']);
    expect(audit.entries).toMatchObject([{ actor: 'recipient/usr_alice', action: 'page.acknowledged' }]);
  });

  it('ack with two open changes nothing and lists them', async () => {
    const { say, state } = await two();
    const { text } = await say('ack');
    expect(text).toContain('`/oncall ack 7K3`');
    expect(text).toContain('`/oncall ack QQQ`');
    expect(state()).toEqual({ 'INC-1': undefined, 'INC-2': undefined });
  });

  it('ack with a code or an incident takes on that one, ack all every one', async () => {
    const [code, id, all] = [await two(), await two(), await two()];
    await code.say('ack 7K3');
    await id.say('ack inc-2');
    await all.say('ack all');
    expect(code.state()).toEqual({ 'INC-1': 'Alice', 'INC-2': undefined });
    expect(id.state()).toEqual({ 'INC-1': undefined, 'INC-2': 'Alice' });
    expect(all.state()).toEqual({ 'INC-1': 'Alice', 'INC-2': 'Alice' });
  });

  it.each([
    ['R&D-12', 'R&amp;D-12'],
    ['R&D-12', 'r&amp;d-12'],
    ['A<B>C', 'A&lt;B&gt;C'],
    ['R&amp;D', 'R&amp;amp;D'],
    ['status.example', '<http://status.example|status.example>'],
    ['inc-77', '<#C024BE7LR|inc-77>'],
    ['Café-7', 'Cafe\u0301-7'],
  ])('ack takes on the incident %s that Slack hands over as %s', async (incidentId, text) => {
    const b = await two();
    await b.put({ id: 'pg_cccccccccccccccc', incident: { ...somePage().incident, id: incidentId }, code: 'RRR' });
    expect((await b.say(`ack ${text}`)).text).toContain('acknowledged');
    expect(b.state()).toEqual({ 'INC-1': undefined, 'INC-2': undefined, [incidentId]: 'Alice' });
  });

  it('ack with something behind it that is no incident changes nothing, though one alone is open', async () => {
    const { put, say, pages } = await bench();
    await put();
    for (const text of ['ack INC-9', 'ack on it', 'ack all-hands', 'ack &amp;']) await say(text);
    expect(pages.all()[0]?.acknowledged).toBeUndefined();
  });

  it('a command whose text was given twice is refused with 400', async () => {
    const { put, call, pages } = await bench();
    await put();
    const rawBody = 'command=%2Foncall&user_id=UALICE&text=ack&text=ack';
    const now = T0 + 60_000;
    expect(await call(signSlackBody(SECRET, now, rawBody))).toMatchObject({ status: 400 });
    expect(pages.all()[0]?.acknowledged).toBeUndefined();
  });

  it('resolve resolves', async () => {
    const { put, say, pages } = await bench();
    await put();
    expect((await say('resolve')).text).toMatch(/resolved/);
    expect(pages.all()[0]?.resolved).toMatchObject({ by: 'Alice', via: 'slack' });
  });

  it('list says what is open, and who has it', async () => {
    const { say, press, click } = await two();
    await press(click(bob));
    const { text, response_type } = await say('list');
    expect(response_type).toBe('ephemeral');
    expect(text.split('\n')).toEqual([
      '[CRITICAL] *INC-2* payments-api: Disk full · 0 min · `QQQ` · nobody has it',
      '[CRITICAL] *INC-1* payments-api: High error rate · 1 min · `7K3` · bob has it',
    ]);
  });

  it('says who was quicker, and changes nothing', async () => {
    const { say, press, click, pages } = await two();
    await press(click(bob));
    const before = pages.all();
    expect((await say('ack INC-1')).text).toBe('*INC-1* was already acknowledged by bob, just now. Nothing changed.');
    expect(pages.all()).toEqual(before);
  });

  it('acts on nobody else’s pages, and tells strangers what is missing', async () => {
    const { say, state } = await two();
    expect((await say('ack all', { user_id: 'UBOB' })).text).toBe('Nothing is open for you.');
    expect((await say('ack all', { user_id: 'USTRANGER' })).text).toContain('`USTRANGER`');
    expect(state()).toEqual({ 'INC-1': undefined, 'INC-2': undefined });
  });

  it('takes a scope of its own for one person’s page alone', async () => {
    const { put, say, pages } = await bench();
    await put({ ackScope: 'recipient' });
    await put({ id: BOB_PAGE, recipientId: 'usr_bob', ackScope: 'recipient' });
    await say('ack');
    expect(
      pages
        .all()
        .map(({ recipientId, acknowledged }) => [recipientId, acknowledged?.by])
        .sort(),
    ).toEqual([
      ['usr_alice', 'Alice'],
      ['usr_bob', undefined],
    ]);
  });

  it('explains itself, by the name it has in the workspace', async () => {
    const { say, call, command } = await bench();
    expect((await say('what?', { command: '/page' })).text).toContain('`/page ack`');
    expect((await say('')).text).toContain('`/oncall list`');
    expect(await call(command('', { ssl_check: '1' }))).toMatchObject({ status: 200, body: {} });
    expect(await call(command('list', { user_id: '' }))).toMatchObject({ status: 400 });
  });
});
