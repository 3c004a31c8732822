import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { validTwilioSignature } from '../../lambdas/providers/twilio-signature.ts';
import { ACCOUNT, PUBLIC_URL, phone, type Running, runSimulators } from '../contract/simulator.ts';

const TO = '+14155550100';
const NUMBER = '+14155550000';
const twimlOf = (text: string) => `<?xml version="1.0"?><Response>${text && `<Message>${text}</Message>`}</Response>`;
const run = (answer: (body: string) => string = () => '', phoneNumber = NUMBER) =>
  runSimulators({ phoneNumber, twiml: ({ Body = '' }) => twimlOf(answer(Body)) });

/** A text to the phone, by Twilio's API; its error code, if it has one. */
async function send(running: Running): Promise<number | undefined> {
  const basic = Buffer.from(`${ACCOUNT.accountSid}:${ACCOUNT.authToken}`).toString('base64');
  const reply = await fetch(`${running.apiUrl}/2010-04-01/Accounts/${ACCOUNT.accountSid}/Messages.json`, {
    method: 'POST',
    headers: { Authorization: `Basic ${basic}` },
    body: new URLSearchParams({ To: TO, From: NUMBER, Body: 'page' }),
  });
  return ((await reply.json()) as { code?: number }).code;
}

async function reply(running: Running, body: unknown, number = TO) {
  const answer = await fetch(`${running.origin}/simulators/phones/${number}/reply`, {
    method: 'POST',
    body: JSON.stringify({ body }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it by name
  return { status: answer.status, json: (await answer.json()) as any };
}

describe('texting back from a phone', () => {
  it('calls the inbound webhook as Twilio does, signed for the public URL, to the number that texted last', async () => {
    const running = await run();
    await send(running);
    expect((await reply(running, 'ack 7k3')).status).toBe(200);
    const [{ path, headers, form } = { path: '', headers: {}, form: {} }] = running.callbacks;
    expect(path).toBe('/webhooks/twilio/sms/inbound');
    expect(form).toMatchObject({
      AccountSid: ACCOUNT.accountSid,
      From: TO,
      To: NUMBER,
      Body: 'ack 7k3',
      MessageSid: expect.stringMatching(/^SM[0-9a-f]{32}$/),
      SmsMessageSid: form.MessageSid,
      SmsSid: form.MessageSid,
      SmsStatus: 'received',
      NumMedia: '0',
      NumSegments: '1',
      ApiVersion: '2010-04-01',
      FromCountry: 'US',
      ToCountry: 'US',
    });
    const url = `${PUBLIC_URL}/webhooks/twilio/sms/inbound`;
    const signature = String(headers['x-twilio-signature']);
    expect(validTwilioSignature({ authToken: ACCOUNT.authToken, url, form, signature })).toBe(true);
  });

  it('shows the text and the TwiML answer on the phone, and keeps what was received apart', async () => {
    const running = await run((body) => `got &lt;${body}&gt; &amp; more`);
    await send(running);
    const { json } = await reply(running, 'hi');
    expect(json).toMatchObject({ to: NUMBER, body: 'hi', answers: ['got <hi> & more'] });
    expect((await phone(running)).map(({ body }) => body)).toEqual(['page', 'got <hi> & more']);
    const all = await (await fetch(`${running.origin}/simulators/phones/${TO}`)).json();
    expect(all).toMatchObject({ sent: [{ to: NUMBER, body: 'hi' }] });
  });

  it('an empty answer is silence', async () => {
    const running = await run();
    expect((await reply(running, 'hi')).json.answers).toEqual([]);
    expect(await phone(running)).toEqual([]);
  });

  it('a one-way sender cannot be replied to', async () => {
    const running = await run();
    const client = new SNSClient({
      region: 'us-east-1',
      endpoint: `${running.origin}/simulators/sns`,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    await client.send(new PublishCommand({ PhoneNumber: TO, Message: 'one way' }));
    expect(await phone(running)).toHaveLength(1);
    const { status, json } = await reply(running, 'ACK');
    expect([status, json.title]).toEqual([409, 'One-way sender']);
    expect(running.callbacks).toEqual([]);
  });

  it('a webhook that fails is told', async () => {
    const running = await runSimulators({ phoneNumber: NUMBER });
    running.answerWith.splice(0, 1, 403);
    expect(await reply(running, 'hi')).toMatchObject({ status: 502, json: { detail: expect.stringContaining('403') } });
  });

  it.each([[7], [undefined], ['x'.repeat(1_601)]])('a body of %j is refused', async (body) => {
    const { status, json } = await reply(await run(), body);
    expect([status, json.errors[0].path]).toEqual([400, 'body']);
  });

  it('texting back from a phone is shown in the output with numbers masked', async () => {
    const running = await run();
    await reply(running, 'call +14155550123');
    expect(running.log).toEqual(['☎ +1415•••0100  → call +1415•••0123']);
  });
});

describe('STOP and START', () => {
  it('STOP ends texts to that phone with 21610 until START, and both are passed on', async () => {
    const running = await run(() => 'refused by Twilio');
    expect(await send(running)).toBeUndefined();
    const stop = await reply(running, ' Stop ');
    expect(stop.json.answers).toEqual([expect.stringContaining('unsubscribed')]);
    expect(await send(running)).toBe(21610);
    const start = await reply(running, 'START');
    expect(start.json.answers[0]).toContain('re-subscribed');
    expect(await send(running)).toBeUndefined();
    expect(running.callbacks.map(({ form }) => form.Body)).toEqual([' Stop ', 'START']);
  });

  it('holds for that phone only', async () => {
    const running = await run();
    await reply(running, 'STOP', '+14155550101');
    expect(await send(running)).toBeUndefined();
  });

  it.each(['HELP', 'info'])('%s is answered by Twilio', async (said) => {
    expect((await reply(await run(), said)).json.answers).toEqual([expect.stringContaining('Reply STOP')]);
  });
});

describe.each([
  ['+525562000000', '+5215562000000'],
  ['+541123456789', '+5491123456789'],
])('a phone texted as %s that is held as %s (docs/spec/replies.md#answering)', (texted, held) => {
  // Of the same country: elsewhere carriers overwrite the sender, and nothing comes back.
  const near = `${texted.slice(0, 3)}1155550000`;
  const sendTo = async (running: Running, To: string): Promise<number | undefined> => {
    const basic = Buffer.from(`${ACCOUNT.accountSid}:${ACCOUNT.authToken}`).toString('base64');
    const answer = await fetch(`${running.apiUrl}/2010-04-01/Accounts/${ACCOUNT.accountSid}/Messages.json`, {
      method: 'POST',
      headers: { Authorization: `Basic ${basic}` },
      body: new URLSearchParams({ To, From: near, Body: 'page' }),
    });
    return ((await answer.json()) as { code?: number }).code;
  };

  it('the simulators hold one phone: it shows the text, answers from the number it is held by, and its STOP blocks both', async () => {
    const running = await run(undefined, near);
    await sendTo(running, texted);
    for (const number of [texted, held]) {
      const shown = await (await fetch(`${running.origin}/simulators/phones/${number}`)).json();
      expect(shown).toMatchObject({ items: [{ body: 'page' }] });
    }
    await reply(running, 'STOP', held);
    expect(running.callbacks[0]?.form).toMatchObject({ From: held, To: near, Body: 'STOP' });
    expect([await sendTo(running, texted), await sendTo(running, held)]).toEqual([21610, 21610]);
    await reply(running, 'START', texted);
    expect(await sendTo(running, held)).toBeUndefined();
    const { items } = (await (await fetch(`${running.origin}/simulators/phones`)).json()) as { items: object[] };
    expect(items).toHaveLength(1);
  });
});

describe('in a browser', () => {
  it.each(['', `/${TO}`])('/phones%s is a page that brings all it needs', async (path) => {
    const running = await run();
    const headers = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
    const answer = await fetch(`${running.origin}/simulators/phones${path}`, { headers });
    expect(answer.headers.get('content-type')).toContain('text/html');
    const text = await answer.text();
    expect(text).not.toMatch(/innerHTML|(src|href)="https?:/);
  });
});
