/** Our requests are the ones Twilio's own client makes for the same message. */
import type { IncomingMessage } from 'node:http';
import twilio from 'twilio';
import { describe, expect, it } from 'vitest';
import { createHttp, type HttpRequest } from '../../lambdas/providers/http.ts';
import { createTwilioSms } from '../../lambdas/providers/sms/twilio.ts';
import { FAR_MS } from '../support/deadlines.ts';
import { serve } from '../unit/providers/servers.ts';
import { ACCOUNT } from './simulator.ts';

const BODY = '[CRITICAL] payments-api: “café” & 5xx = 12 % +1 🔥. Incident #INC-1042 - Reply ACK 7K3';
const MESSAGE = { to: '+14155550100', body: BODY, ref: 'k3v7q2m4x6b5n3c2-1-sms-2-3' };

/** Takes one message the way a server sees it. */
async function captured(call: (apiUrl: string) => Promise<unknown>) {
  const seen: { req: IncomingMessage; body: string }[] = [];
  const apiUrl = await serve(async (req, res) => {
    let body = '';
    for await (const chunk of req) body += chunk;
    seen.push({ req, body });
    res.writeHead(201, { 'Content-Type': 'application/json' }).end(`{"sid":"SM${'a'.repeat(32)}","status":"queued"}`);
  });
  await call(apiUrl);
  const [{ req, body }] = seen as [(typeof seen)[number]];
  const { authorization, accept, 'content-type': type, 'accept-charset': charset } = req.headers;
  const form = [...new URLSearchParams(body)].sort(([a], [b]) => (a < b ? -1 : 1));
  return { requests: seen.length, method: req.method, url: req.url, authorization, accept, type, charset, form };
}

const ours = (options: { phoneNumber: string; callback: string | undefined }) =>
  captured((apiUrl) =>
    createTwilioSms({
      twoWay: [],
      credentials: async () => ({ ...ACCOUNT, phoneNumber: options.phoneNumber }),
      apiUrl,
      callbackUrl: (ref) => options.callback && `${options.callback}/${ref}`,
      timeoutMs: FAR_MS,
    }).send(MESSAGE),
  );
const theirs = (params: { from?: string; messagingServiceSid?: string; statusCallback?: string }) =>
  captured((apiUrl) => {
    const client = twilio(ACCOUNT.accountSid, ACCOUNT.authToken);
    client.api.baseUrl = apiUrl;
    return client.messages.create({ to: MESSAGE.to, body: BODY, validityPeriod: 300, ...params });
  });

describe('the request is the one Twilio expects', () => {
  it('from a number, with a callback whose path names the send', async () => {
    const callback = 'https://api.example.com/api/webhooks/twilio/sms/status';
    const mine = await ours({ phoneNumber: ACCOUNT.phoneNumber, callback });
    const statusCallback = `${callback}/${MESSAGE.ref}#rc=5&rp=all&ct=2000&rt=5000`;
    expect(mine).toEqual(await theirs({ from: ACCOUNT.phoneNumber, statusCallback }));
  });

  it('from a messaging service, without a callback', async () => {
    const service = `MG${'2'.repeat(32)}`;
    const mine = await ours({ phoneNumber: service, callback: undefined });
    expect(mine).toEqual(await theirs({ messagingServiceSid: service }));
    expect(mine.form.map(([name]) => name)).not.toContain('StatusCallback');
  });
});

describe('without a base URL of our own', () => {
  it('the message goes to Twilio itself, signed in, and asks for no callback it could not make', async () => {
    const requests: HttpRequest[] = [];
    const provider = createTwilioSms({
      twoWay: [],
      credentials: async () => ACCOUNT,
      callbackUrl: () => undefined,
      timeoutMs: FAR_MS,
      http: async (request) => {
        requests.push(request);
        return { status: 201, headers: {}, body: `{"sid":"SM${'a'.repeat(32)}","status":"queued"}` };
      },
    });
    expect(await provider.send(MESSAGE)).toMatchObject({ outcome: 'accepted' });
    expect(requests).toHaveLength(1);
    const [{ method, url, headers, body }] = requests as [HttpRequest];
    expect({ method, url }).toEqual({
      method: 'POST',
      url: `https://api.twilio.com/2010-04-01/Accounts/${ACCOUNT.accountSid}/Messages.json`,
    });
    const basic = Buffer.from(`${ACCOUNT.accountSid}:${ACCOUNT.authToken}`).toString('base64');
    expect(headers).toMatchObject({
      Authorization: `Basic ${basic}`,
      'Content-Type': 'application/x-www-form-urlencoded',
    });
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      To: MESSAGE.to,
      From: ACCOUNT.phoneNumber,
      Body: BODY,
      ValidityPeriod: '300',
    });
  });

  it('the base URL and the request agree with what the full client would call', () => {
    const client = twilio(ACCOUNT.accountSid, ACCOUNT.authToken);
    expect(client.api.baseUrl).toBe('https://api.twilio.com');
    expect(createHttp({ timeoutMs: 1 })).toBeTypeOf('function');
  });
});
