/** The simulator speaks to Twilio's own client as Twilio does. */
import twilio from 'twilio';
import { describe, expect, it, vi } from 'vitest';
import { validTwilioSignature } from '../../lambdas/providers/twilio-signature.ts';
import { FAR_MS } from '../support/deadlines.ts';
import { ACCOUNT, phone, type Running, runSimulators, setMode } from './simulator.ts';

const TO = '+14155550100';
const FROM = ACCOUNT.phoneNumber;

function clientOf(running: Running, authToken = ACCOUNT.authToken) {
  const client = twilio(ACCOUNT.accountSid, authToken, { timeout: FAR_MS });
  client.api.baseUrl = running.apiUrl;
  return client;
}
type Client = ReturnType<typeof clientOf>;
const create = (client: Client, more = {}) => client.messages.create({ to: TO, from: FROM, body: 'hello', ...more });

describe("Twilio's client works against it", () => {
  it('creates a message and reads it back as it changes', async () => {
    const running = await runSimulators();
    const client = clientOf(running);
    const created = await create(client, { body: 'x'.repeat(161) });
    expect(created).toMatchObject({ status: 'queued', direction: 'outbound-api', numSegments: '2', errorCode: null });
    expect(created.sid).toMatch(/^SM[0-9a-f]{32}$/);
    expect(created.dateCreated.getTime()).toBeCloseTo(Date.now(), -4);
    await vi.waitFor(async () => {
      expect((await client.messages(created.sid).fetch()).status).toBe('delivered');
    });
    const fetched = await client.messages(created.sid).fetch();
    expect(fetched).toMatchObject({ to: TO, from: FROM, accountSid: ACCOUNT.accountSid, apiVersion: '2010-04-01' });
    expect(fetched.dateSent).toBeInstanceOf(Date);
  });

  it('lists newest first, by recipient and date, over several pages', async () => {
    const running = await runSimulators();
    const client = clientOf(running);
    for (const body of ['1', '2', '3']) await create(client, { body });
    await create(client, { to: '+14155550101', body: 'other' });
    const bodies = async (filter: object) => (await client.messages.list(filter)).map((m) => m.body);
    expect(await bodies({ to: TO })).toEqual(['3', '2', '1']);
    expect(await bodies({ to: TO, pageSize: 1 })).toEqual(['3', '2', '1']);
    expect(await bodies({ limit: 2 })).toEqual(['other', '3']);
    const today = { dateSentAfter: new Date(Date.now() - 60_000) };
    await vi.waitFor(async () => expect(await bodies(today)).toEqual(['other', '3', '2', '1']));
    expect(await bodies({ dateSentBefore: new Date(Date.now() - 60_000) })).toEqual([]);
  });

  it('a messaging service has accepted the message before it has chosen a sender', async () => {
    const service = `MG${'2'.repeat(32)}`;
    const client = clientOf(await runSimulators({ phoneNumber: service }));
    const created = await client.messages.create({ to: TO, messagingServiceSid: service, body: 'x' });
    expect(created).toMatchObject({ status: 'accepted', from: null, messagingServiceSid: service });
  });
});

describe('it refuses what Twilio refuses, with its codes', () => {
  it.each([
    [21604, { to: '' }],
    [21211, { to: '4155550100' }],
    [21211, { to: '+15005550001' }],
    [21612, { to: '+15005550002' }],
    [21408, { to: '+15005550003' }],
    [21610, { to: '+15005550004' }],
    [21614, { to: '+15005550009' }],
    [21603, { from: '' }],
    [21212, { from: '+1' }],
    [21659, { from: '+14155559999' }],
    [21606, { from: '+15005550007' }],
    [21611, { from: '+15005550008' }],
    [21703, { from: undefined, messagingServiceSid: `MG${'3'.repeat(32)}` }],
    [21602, { body: '' }],
    [21617, { body: 'x'.repeat(1601) }],
    [21609, { statusCallback: 'not a url' }],
    [21609, { statusCallback: 'https://under_score.example/x' }],
    [21624, { validityPeriod: 36_001 }],
  ])('%i: %o', async (code, params) => {
    const running = await runSimulators();
    const refusal = await create(clientOf(running), params).catch((error) => error);
    expect(refusal).toMatchObject({ code, moreInfo: `https://www.twilio.com/docs/errors/${code}` });
    expect(await phone(running)).toEqual([]);
  });

  it('wrong credentials and unknown resources', async () => {
    const running = await runSimulators();
    await expect(create(clientOf(running, 'wrong'))).rejects.toMatchObject({ status: 401, code: 20003 });
    const unknown = clientOf(running).messages(`SM${'0'.repeat(32)}`);
    await expect(unknown.fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
    await expect(clientOf(running).calls.list()).rejects.toMatchObject({ status: 404, code: 20404 });
  });

  it.each([
    [{ mode: 'unauthorized' }, 401, 20003],
    [{ mode: 'suspended' }, 403, 20005],
    [{ mode: 'rate-limited' }, 429, 20429],
    [{ mode: 'ok', errorCode: 21610 }, 400, 21610],
  ])('in mode %o', async (mode, status, code) => {
    const running = await runSimulators();
    await setMode(running, mode);
    await expect(create(clientOf(running))).rejects.toMatchObject({ status, code });
    expect(await phone(running)).toEqual([]);
  });

  it('the simulator of Twilio is down without a code, as a load balancer answers', async () => {
    const running = await runSimulators();
    await setMode(running, { mode: 'down' });
    const down = await create(clientOf(running)).catch((error) => error);
    expect(down.status).toBe(503);
    expect(down.code).toBeUndefined();
  });

  it('resets the connection', async () => {
    const running = await runSimulators();
    await setMode(running, { mode: 'reset' });
    await expect(create(clientOf(running))).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});

describe('the account speaks for itself', () => {
  const fetchAccount = (running: Running) => clientOf(running).api.accounts(ACCOUNT.accountSid).fetch();

  it.each([
    ['ok', 'active'],
    ['undelivered', 'active'],
    ['suspended', 'suspended'],
  ])('in mode %s it is %s', async (mode, status) => {
    const running = await runSimulators();
    await setMode(running, { mode });
    expect(await fetchAccount(running)).toMatchObject({ sid: ACCOUNT.accountSid, status, type: 'Full' });
  });

  it.each([
    [{ mode: 'unauthorized' }, 401, 20003],
    [{ mode: 'suspended', errorCode: 20003 }, 401, 20003],
    [{ mode: 'rate-limited' }, 429, 20429],
    [{ mode: 'down' }, 503, undefined],
  ])('in mode %o it is refused like every call', async (mode, status, code) => {
    const running = await runSimulators();
    await setMode(running, mode);
    const refusal = await fetchAccount(running).catch((error) => error);
    expect([refusal.status, refusal.code]).toEqual([status, code]);
  });

  it('a look-up of the account takes nothing from the sends of which a share is to fail', async () => {
    const running = await runSimulators();
    await setMode(running, { mode: 'rate-limited', share: 0.5 });
    const outcomes: string[] = [];
    for (let send = 0; send < 4; send++) {
      await fetchAccount(running).catch(() => undefined);
      outcomes.push(
        await create(clientOf(running)).then(
          () => 'taken',
          () => 'refused',
        ),
      );
    }
    expect(outcomes).toEqual(['taken', 'refused', 'taken', 'refused']);
  });
});

describe("its callbacks are Twilio's", () => {
  it('are signed over the URL without its fragment, so that Twilio’s check and ours accept them', async () => {
    const running = await runSimulators();
    await create(clientOf(running), { statusCallback: `${running.origin}/status/ref-1#rc=5&rp=all` });
    await vi.waitFor(() => expect(running.callbacks).toHaveLength(2));
    for (const { path, headers, form } of running.callbacks) {
      const signature = String(headers['x-twilio-signature']);
      const url = `${running.origin}${path}`;
      expect(path).toBe('/status/ref-1');
      expect(headers['content-type']).toContain('application/x-www-form-urlencoded');
      expect(twilio.validateRequest(ACCOUNT.authToken, signature, url, form)).toBe(true);
      expect(validTwilioSignature({ authToken: ACCOUNT.authToken, url, form, signature })).toBe(true);
      expect(validTwilioSignature({ authToken: 'foreign', url, form, signature })).toBe(false);
    }
  });

  it('carry the fields, and an error code only with an error', async () => {
    const running = await runSimulators();
    const { sid } = await create(clientOf(running), { statusCallback: `${running.origin}/a` });
    await vi.waitFor(() => expect(running.callbacks).toHaveLength(2));
    const common = {
      MessageSid: sid,
      SmsSid: sid,
      To: TO,
      From: FROM,
      AccountSid: ACCOUNT.accountSid,
      ApiVersion: '2010-04-01',
    };
    const [sent, delivered] = running.callbacks.map((c) => c.form);
    expect(sent).toEqual({ ...common, MessageStatus: 'sent', SmsStatus: 'sent' });
    const date = expect.stringMatching(/^\d{10}$/);
    expect(delivered).toEqual({ ...common, MessageStatus: 'delivered', SmsStatus: 'delivered', RawDlrDoneDate: date });

    await setMode(running, { mode: 'undelivered', errorCode: 30007 });
    await create(clientOf(running), { statusCallback: `${running.origin}/b` });
    await vi.waitFor(() => expect(running.callbacks).toHaveLength(4));
    expect(running.callbacks[3]?.form).toMatchObject({ MessageStatus: 'undelivered', ErrorCode: '30007' });
  });
});

describe('our signature check is Twilio’s', () => {
  const url = 'https://api.example.com/api/webhooks/twilio/sms/status/ref';
  const form = { MessageSid: `SM${'a'.repeat(32)}`, MessageStatus: 'sent', Body: 'ünïcode & = +', Empty: '', New: 'x' };

  it('accepts what Twilio’s library signs, whatever fields come, and nothing altered', () => {
    const signature = twilio.getExpectedTwilioSignature(ACCOUNT.authToken, url, form);
    const check = (changes: object) =>
      validTwilioSignature({ authToken: ACCOUNT.authToken, url, form, signature, ...changes });
    expect(check({})).toBe(true);
    expect(check({ url: url.replace('.com/', '.com:443/') })).toBe(true);
    expect(check({ form: { ...form, MessageStatus: 'delivered' } })).toBe(false);
    expect(check({ url: `${url}x` })).toBe(false);
    expect(check({ authToken: 'foreign' })).toBe(false);
  });
});
