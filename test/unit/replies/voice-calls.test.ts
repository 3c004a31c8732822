/** One file because the menu and calls to us share one bench: real handlers over stores in memory, TwiML and all. */
import { describe, expect, it } from 'vitest';
import { answering } from '../../../lambdas/composition/answering.ts';
import { wordingFor } from '../../../lambdas/core/content/wording.ts';
import type { Page } from '../../../lambdas/core/page/page.ts';
import { apiHandler } from '../../../lambdas/http/api-handler.ts';
import { createEscalateNow } from '../../../lambdas/replies/escalate-now.ts';
import { createVoiceInbound } from '../../../lambdas/replies/voice-inbound.ts';
import { createVoiceMenu } from '../../../lambdas/replies/voice-menu.ts';
import { parseTwiml } from '../../../local/simulators/twilio/calls-twiml.ts';
import { callApi } from '../../support/api-event.ts';
import { memoryInboundTexts } from '../../support/memory-answers.ts';
import { memoryAudit, memoryCodes, memoryPages, memoryRecipients } from '../../support/memory-ports.ts';
import { undocumented } from '../../support/openapi.ts';
import { someDelivery, somePage, T0 } from '../../support/pages.ts';
import { recordedTelemetry } from '../../support/telemetry.ts';
import { signTwilio } from '../../support/twilio-callback.ts';
import { NO_GROUPS } from '../../support/world/ports.ts';

const BASE = 'https://lifeline.example/api';
const ACCOUNT = { accountSid: `AC${'1'.repeat(32)}`, authToken: 'token-of-tests' };
const ALICE = '+14155550100';
const CALL = `CA${'a'.repeat(32)}`;
const REF = 'aaaaaaaaaaaaaaaa-1-voice-1-1';
const OTHER = {
  id: 'pg_bbbbbbbbbbbbbbbb',
  code: '8M4',
  incident: { id: 'INC-2', title: 'Slow', service: 'checkout', priority: 'HIGH' },
} as const;

async function bench() {
  let now = T0 + 60_000;
  const clock = { now: () => now };
  const [pages, recipients, audit, codes] = [memoryPages(), memoryRecipients(), memoryAudit(), memoryCodes(clock)];
  const answerQueue = { send: async () => {} };
  const passed: string[] = [];
  const telemetry = recordedTelemetry();
  const deps = {
    pages,
    recipients,
    audit,
    codes,
    clock,
    ...answering({ pages, groups: NO_GROUPS, answerQueue, audit }),
    bundleOf: async () => undefined,
    inbound: memoryInboundTexts(clock),
    escalateNow: createEscalateNow({ pages, escalateToNext: async ({ id }) => void passed.push(id) }),
    wording: wordingFor,
    authTokenOf: async (sid: string) => (sid === ACCOUNT.accountSid ? ACCOUNT.authToken : undefined),
    publicBaseUrl: BASE,
  };
  const handler = apiHandler(
    { receiveTwilioVoiceMenu: createVoiceMenu(deps), receiveTwilioVoiceInbound: createVoiceInbound(deps) },
    telemetry,
  );
  const person = (id: string, name: string, phone: string, language?: string) =>
    recipients.put(
      {
        id,
        name,
        phone,
        phoneVerified: true,
        smsSuppressed: false,
        preferences: [],
        version: 1,
        updatedAt: T0,
        ...(language && { language }),
      },
      0,
    );
  await person('usr_alice', 'Alice', ALICE);

  async function put(fields: Partial<Page> = {}) {
    const call = { channel: 'voice', tier: 'fallback', status: 'SENT', sentAt: T0, claims: 1, legs: 1 };
    const deliveries = { '1.voice': someDelivery(call) };
    const page = somePage({ deliveries, ...fields });
    await pages.create(page);
    await codes.reserve(ALICE, page.code ?? '', page.id, now + 1e9);
    return page;
  }
  async function post(
    operation: 'receiveTwilioVoiceMenu' | 'receiveTwilioVoiceInbound',
    path: string,
    fields: object,
    change: object = {},
  ) {
    const form = { AccountSid: ACCOUNT.accountSid, CallSid: CALL, From: ALICE, ...fields };
    const signed = signTwilio(ACCOUNT.authToken, `${BASE}/webhooks/twilio/voice/${path}`, form);
    const ref = path.replace(/^menu\//, '');
    const event = { caller: null, params: operation === 'receiveTwilioVoiceMenu' ? { ref } : {}, ...signed, ...change };
    const answer = await callApi(handler, operation, event);
    expect(undocumented(operation, answer)).toEqual([]);
    return answer;
  }
  /** What is said, and where the next key goes. */
  function heard(twiml: string) {
    const verbs = parseTwiml(twiml);
    const gather = verbs.find((verb) => verb.verb === 'gather');
    const says = verbs.flatMap((verb) => (verb.verb === 'say' ? [verb.text] : verb.verb === 'gather' ? verb.says : []));
    for (const text of says) expect(text.length).toBeLessThanOrEqual(300);
    return { said: says.join(' '), action: gather?.action?.replace(/#.*/, ''), ends: verbs.at(-1)?.verb === 'hangup' };
  }
  return {
    pages,
    audit,
    passed,
    telemetry,
    person,
    put,
    post,
    menu: async (fields: object = {}, segment = REF) =>
      heard((await post('receiveTwilioVoiceMenu', `menu/${segment}`, fields)).body),
    dial: async (fields: object = {}) => heard((await post('receiveTwilioVoiceInbound', 'inbound', fields)).body),
    advance: (ms: number) => {
      now += ms;
    },
  };
}

describe('a call about a page', () => {
  it('says what it is about and the keys, and waits for one', async () => {
    const { put, menu } = await bench();
    await put();
    expect(await menu({ AnsweredBy: 'human' })).toEqual({
      said: 'Lifeline. Critical incident for payments-api. High error rate. Press 1 to acknowledge, press 2 for details, press 9 to escalate.',
      action: `${BASE}/webhooks/twilio/voice/menu/${REF}~1`,
      ends: false,
    });
  });

  it('key 1 acknowledges for everybody paged, by the name of who was called, and says so', async () => {
    const { put, menu, pages, audit } = await bench();
    await put();
    await put({ ...OTHER, incident: somePage().incident, recipientId: 'usr_bob' });
    expect(await menu({ Digits: '1' }, `${REF}~1`)).toMatchObject({
      said: expect.stringContaining('You have acknowledged'),
      ends: true,
    });
    const by = { at: T0 + 60_000, by: 'Alice', via: 'voice' };
    expect(pages.all().map(({ acknowledged }) => acknowledged)).toEqual([by, by]);
    expect(audit.entries).toMatchObject([
      {
        action: 'page.acknowledged',
        actor: 'recipient/usr_alice',
        details: { by: 'Alice', via: 'voice', callId: CALL },
      },
    ]);
    // Twilio repeats a request whose answer it lost.
    expect((await menu({ Digits: '1' }, `${REF}~1`)).said).toContain('You have acknowledged');
    expect(audit.entries).toHaveLength(1);
  });

  it('key 2 says more, key 5 that it means nothing, and both wait for the next key', async () => {
    const { put, menu } = await bench();
    await put({ incident: { ...somePage().incident, description: '5xx at 12 %', alertCount: 3 } });
    const details = await menu({ Digits: '2' }, `${REF}~1`);
    expect(details.said).toMatch(/I N C 1.*Alerts: 3.*5xx at 12 percent.*Press 1/);
    expect(details.action).toMatch(/~2$/);
    expect((await menu({ Digits: '5' }, `${REF}~2`)).said).toMatch(/no meaning/);
    expect(await menu({ Digits: '5' }, `${REF}~3`)).toMatchObject({ ends: true, action: undefined });
  });

  it('key 9 pages the next people once, says so, and the page stays open', async () => {
    const { put, menu, pages, passed, audit } = await bench();
    const { id } = await put({ escalateTo: ['usr_bob'] });
    expect(await menu({ Digits: '9' }, `${REF}~1`)).toMatchObject({
      said: expect.stringContaining('next person'),
      ends: true,
    });
    await menu({ Digits: '9' }, `${REF}~1`);
    expect(passed).toEqual([id]);
    expect(await pages.get(id)).toMatchObject({ passedOn: { by: 'Alice' } });
    expect((await pages.get(id))?.acknowledged).toBeUndefined();
    expect(audit.entries.map(({ action }) => action)).toEqual(['page.escalated']);
  });

  it.each(['machine_end_beep', 'machine_start', 'fax'])('%s is left a message without keys', async (AnsweredBy) => {
    const { put, menu } = await bench();
    await put();
    const { said, ends } = await menu({ AnsweredBy });
    expect(said).toMatch(/still open/);
    expect(said).not.toMatch(/[Pp]ress/);
    expect(ends).toBe(true);
  });

  it('about a page that somebody has by now says who, whatever is pressed', async () => {
    const { put, menu, pages } = await bench();
    const acknowledged = { at: T0, by: 'Bob', via: 'sms' } as const;
    const { id } = await put({ acknowledged });
    for (const fields of [{}, { Digits: '' }, { Digits: '1' }, { Digits: '9' }]) {
      expect(await menu(fields)).toMatchObject({ said: expect.stringContaining('Bob acknowledged'), ends: true });
    }
    expect(await pages.get(id)).toMatchObject({ acknowledged });
  });

  it('speaks the language of who is called, in a voice of it', async () => {
    const { put, post, person } = await bench();
    await person('usr_dora', 'Dora', '+4915123456789', 'de-AT');
    await put({ recipientId: 'usr_dora' });
    const { body } = await post('receiveTwilioVoiceMenu', `menu/${REF}`, {});
    expect(body).toContain('<Say voice="Polly.Vicki" language="de-DE">');
    expect(body).toContain('Drücken Sie 1');
  });

  it('what an incident is called cannot become TwiML', async () => {
    const { put, post } = await bench();
    await put({ incident: { ...somePage().incident, title: '</Say><Dial>+19005550100</Dial>', service: 'a&b\u0000' } });
    const { body } = await post('receiveTwilioVoiceMenu', `menu/${REF}`, {});
    expect(body).not.toContain('<Dial');
    expect(() => parseTwiml(body)).not.toThrow();
  });

  it.each([
    ['another account', 403, { AccountSid: `AC${'2'.repeat(32)}` }, {}],
    [
      'a wrong signature',
      403,
      {},
      { headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'X-Twilio-Signature': 'AAAA' } },
    ],
    ['no call', 400, { CallSid: 'CA1' }, {}],
  ])('%s: %i, and nothing changes', async (_why, status, fields, change) => {
    const { put, post, pages } = await bench();
    const { id } = await put();
    expect((await post('receiveTwilioVoiceMenu', `menu/${REF}~1`, { Digits: '1', ...fields }, change)).status).toBe(
      status,
    );
    expect((await pages.get(id))?.acknowledged).toBeUndefined();
  });

  it.each(['aaaaaaaaaaaaaaaa-1-voice-2-1', 'cccccccccccccccc-1-voice-1-1', 'aaaaaaaaaaaaaaaa-1-sms-1-1', 'nonsense'])(
    '%s is a call that was never made: 404',
    async (segment) => {
      const { put, post, pages } = await bench();
      const { id } = await put();
      expect((await post('receiveTwilioVoiceMenu', `menu/${segment}`, { Digits: '1' })).status).toBe(404);
      expect((await pages.get(id))?.acknowledged).toBeUndefined();
    },
  );

  it('no phone number is in the log', async () => {
    const { put, menu, telemetry } = await bench();
    await put();
    await menu({ Digits: '1', To: ALICE });
    expect(JSON.stringify(telemetry)).not.toContain(ALICE.slice(1));
  });
});

describe('a call to one of our numbers', () => {
  it('from a phone we know says what is open, and key 1 acknowledges all of it', async () => {
    const { put, dial, pages } = await bench();
    await put();
    await put({ ...OTHER, createdAt: T0 - 1_000 });
    const open = await dial();
    expect(open.said).toBe(
      'Lifeline. 2 incidents are open on this phone: payments-api, High error rate; checkout, Slow. Press 1 to acknowledge all.',
    );
    expect(open.action).toBe(`${BASE}/webhooks/twilio/voice/inbound`);
    expect(await dial({ Digits: '1' })).toMatchObject({ said: expect.stringContaining('payments-api'), ends: true });
    expect(pages.all().map(({ acknowledged }) => acknowledged?.by)).toEqual(['Alice', 'Alice']);
  });

  it('what came while it was going on is not meant', async () => {
    const { put, dial, pages, advance } = await bench();
    await put();
    await dial();
    advance(5_000);
    await put({ ...OTHER, createdAt: T0 + 62_000 });
    await dial({ Digits: '1' });
    expect((await pages.get(OTHER.id))?.acknowledged).toBeUndefined();
  });

  it('hears who has it, or that nothing is open', async () => {
    const { put, dial } = await bench();
    expect(await dial()).toMatchObject({ said: expect.stringContaining('Nothing is open'), ends: true });
    await put({ acknowledged: { at: T0, by: 'Bob', via: 'sms' } });
    expect((await dial()).said).toContain('Bob acknowledged');
  });

  it.each(['+14155559999', 'anonymous', 'sip:alice@example.com', '12345'])('from %s is told nothing', async (From) => {
    const { put, dial, pages } = await bench();
    await put();
    for (const fields of [{}, { Digits: '1' }]) {
      expect(await dial({ From, ...fields })).toMatchObject({
        said: expect.stringMatching(/^This is Lifeline/),
        ends: true,
      });
    }
    expect(pages.all()[0]?.acknowledged).toBeUndefined();
  });

  it('silence ends it, and another key says the list again', async () => {
    const { put, dial } = await bench();
    await put();
    expect(await dial({ Digits: '' })).toMatchObject({ ends: true });
    expect(await dial({ Digits: '7' })).toMatchObject({ ends: false });
  });

  it('with a wrong signature: 403', async () => {
    const { put, post, pages } = await bench();
    await put();
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded', 'X-Twilio-Signature': 'AAAA' };
    expect((await post('receiveTwilioVoiceInbound', 'inbound', { Digits: '1' }, { headers })).status).toBe(403);
    expect(pages.all()[0]?.acknowledged).toBeUndefined();
  });
});
