/** Texts that come in, as Twilio passes them on and keeps them in its list (docs/simulators.md, "Answers on their way in"). */
import twilio from 'twilio';
import { expect, test } from 'vitest';
import { createHttp } from '../../lambdas/providers/http.ts';
import { createInboundList } from '../../lambdas/providers/sms/twilio-inbound.ts';
import { validTwilioSignature } from '../../lambdas/providers/twilio-signature.ts';
import { FAR_MS } from '../support/deadlines.ts';
import { ACCOUNT, PUBLIC_URL, type Running, runSimulators } from './simulator.ts';

const ALICE = '+14155550100';
const PATH = '/webhooks/twilio/sms/inbound';
const SERVICE = `MG${'a'.repeat(32)}`;

function sdkOf(running: Running) {
  const client = twilio(ACCOUNT.accountSid, ACCOUNT.authToken, { timeout: FAR_MS });
  client.api.baseUrl = running.apiUrl;
  return client;
}
const setUp = (running: Running, settings: object) =>
  fetch(`${running.origin}/simulators/twilio/account`, { method: 'PUT', body: JSON.stringify(settings) });
async function text(running: Running, body: string, phone = ALICE): Promise<number> {
  const url = `${running.origin}/simulators/phones/${phone}/reply`;
  return (await fetch(url, { method: 'POST', body: JSON.stringify({ body }) })).status;
}
const listOf = (running: Running, phoneNumber = ACCOUNT.phoneNumber) =>
  createInboundList({
    http: createHttp({ timeoutMs: FAR_MS }),
    credentials: async () => ({ ...ACCOUNT, phoneNumber }),
    apiUrl: running.apiUrl,
  });

test.each([
  ['the policy that the deploy guide asks for', undefined, [503, 503, 503, 200], 200, 4],
  ['the policy that the deploy guide asks for', undefined, [403, 200], 200, 2],
  ['no policy', '', [503, 200], 502, 1],
  ['a policy of connect failures', '#rc=4', [500, 200], 502, 1],
  ['a policy of 5xx', '#rc=1&rp=5xx', [500, 500, 200], 502, 2],
  ['a policy of 5xx', '#rc=3&rp=5xx', [404, 200], 502, 1],
])(
  'Twilio: a text whose URL has %s (%s) and is answered %j ends with %i after %i requests',
  async (_, policy, answers, status, requests) => {
    const running = await runSimulators();
    const smsUrl = policy === undefined ? {} : { smsUrl: `${PUBLIC_URL}${PATH}${policy}` };
    await setUp(running, { ...smsUrl, smsFallbackUrl: '' });
    running.answerWith.splice(0, running.answerWith.length, ...answers);
    expect(await text(running, 'ACK')).toBe(status);
    expect(running.callbacks.map(({ path }) => path)).toEqual(Array.from({ length: requests }, () => PATH));
  },
);

test.each([
  ['refuses connections', 'http://127.0.0.1:1/'],
  ['answers 503', `${PUBLIC_URL}/first`],
])('Twilio: the fallback of a webhook that %s gets the text with ErrorCode and ErrorUrl, signed', async (_, smsUrl) => {
  const running = await runSimulators();
  await setUp(running, { smsUrl });
  if (smsUrl.startsWith(PUBLIC_URL)) running.answerWith.splice(0, 1, 503, 200);
  expect(await text(running, 'ACK 7K3')).toBe(200);
  const { path, form, headers } = running.callbacks.at(-1) ?? { path: '', form: {}, headers: {} };
  expect(path).toBe(PATH);
  expect(form).toMatchObject({ Body: 'ACK 7K3', ErrorCode: '11200', ErrorUrl: smsUrl });
  const signature = headers['x-twilio-signature'];
  const url = PUBLIC_URL + PATH;
  expect(validTwilioSignature({ authToken: ACCOUNT.authToken, url, form, signature: String(signature) })).toBe(true);
});

test('Twilio: a text to a number without webhook is answered by nothing and stands in the list', async () => {
  const running = await runSimulators();
  await setUp(running, { wired: false });
  expect(await text(running, 'ACK')).toBe(200);
  expect(running.callbacks).toEqual([]);
  expect((await listOf(running)(0, undefined)).texts).toMatchObject([{ from: ALICE, body: 'ACK' }]);
});

test.each([ACCOUNT.phoneNumber, SERVICE])(
  'Twilio: our list of texts that came to %s has those whose webhook and fallback failed, oldest first, and nothing that we sent',
  async (phoneNumber) => {
    const running = await runSimulators({ phoneNumber });
    running.answerWith.splice(0, 1, 500);
    expect(await text(running, 'ACK')).toBe(502);
    await sdkOf(running).messages.create({
      to: ALICE,
      body: 'page',
      ...(phoneNumber === SERVICE ? { messagingServiceSid: SERVICE } : { from: phoneNumber }),
    });
    expect(await text(running, 'RES', '+14155550101')).toBe(502);
    const { texts, next } = await listOf(running, phoneNumber)(Date.now() - 60_000, undefined);
    expect(next).toBeUndefined();
    expect(texts.map(({ from, body }) => [from, body])).toEqual([
      [ALICE, 'ACK'],
      ['+14155550101', 'RES'],
    ]);
    expect((await listOf(running, phoneNumber)(Date.now() + 60_000, undefined)).texts).toEqual([]);
  },
);

test("Twilio's own client lists texts both ways over pages, and finds them by To, From and date", async () => {
  const running = await runSimulators({ twiml: () => '<Response/>' });
  for (const body of ['one', 'two', 'three']) await text(running, body);
  const sdk = sdkOf(running);
  await sdk.messages.create({ to: ALICE, from: ACCOUNT.phoneNumber, body: 'page' });
  const all = await sdk.messages.list({ pageSize: 2 });
  expect(all.map(({ direction }) => direction).sort()).toEqual(['inbound', 'inbound', 'inbound', 'outbound-api']);
  const inbound = await sdk.messages.list({ to: ACCOUNT.phoneNumber, pageSize: 1 });
  expect(inbound.map(({ body, status, from }) => [body, status, from])).toEqual([
    ['three', 'received', ALICE],
    ['two', 'received', ALICE],
    ['one', 'received', ALICE],
  ]);
  expect(await sdk.messages.list({ from: ALICE, dateSentAfter: new Date(Date.now() + 60_000) })).toEqual([]);
  expect(await sdk.messages.list({ from: ALICE, dateSentAfter: new Date(Date.now() - 60_000) })).toHaveLength(3);
  const [last] = inbound;
  expect(await sdk.messages(String(last?.sid)).fetch()).toMatchObject({ body: 'three', direction: 'inbound' });
});

test('Twilio: our list goes on where its page ended, and finds every text once', async () => {
  const running = await runSimulators({ twiml: () => '<Response/>' });
  const bodies = Array.from({ length: 205 }, (_, n) => `text ${n}`);
  for (const body of bodies) await text(running, body);
  const list = listOf(running);
  const first = await list(Date.now() - 600_000, undefined);
  expect(first.texts).toHaveLength(200);
  const second = await list(Date.now() - 600_000, first.next);
  expect(second.next).toBeUndefined();
  expect([...second.texts, ...first.texts].map(({ body }) => body)).toEqual(bodies);
});
