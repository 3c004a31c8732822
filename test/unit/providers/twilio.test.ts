/** One file because one server stands in for all the ways a provider can fail. */
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../lambdas/core/providers/fault.ts';
import type { SendResult } from '../../../lambdas/core/providers/ports.ts';
import { type Http, HttpFailure } from '../../../lambdas/providers/http.ts';
import { createTwilioSms, type TwilioSmsOptions } from '../../../lambdas/providers/sms/twilio.ts';
import { FAR_MS, IN_VAIN_MS } from '../../support/deadlines.ts';
import { serve, serveTcp } from './servers.ts';

const credentials = { accountSid: `AC${'1'.repeat(32)}`, authToken: 'very-secret', phoneNumber: '+15005550006' };
const request = { to: '+14155550100', body: 'hello', ref: 'r' };

const sms = (options: Partial<TwilioSmsOptions>) =>
  createTwilioSms({
    twoWay: [],
    credentials: async () => credentials,
    callbackUrl: () => undefined,
    timeoutMs: FAR_MS,
    ...options,
  });
const fault = (result: SendResult): Fault => {
  if (result.outcome !== 'failed') throw new Error(`expected a fault, got ${JSON.stringify(result)}`);
  return result.fault;
};
const answers =
  (status: number, body: string): Http =>
  async () => ({ status, headers: {}, body });
const sendVia = async (http: Http) => sms({ http }).send(request);

describe('what may be out there is called ambiguous, and fails over', () => {
  const AMBIGUOUS = { class: 'ambiguous', failsOver: true, counts: true, opens: false, disablesSender: false };

  it.each([
    ['HTML with status 200', 200, '<!doctype html><p>It works!'],
    ['an empty 200', 200, ''],
    ['JSON null', 200, 'null'],
    ['JSON that is no object', 201, '"queued"'],
    ['JSON without an id', 201, '{"status":"queued"}'],
    ['JSON with an empty id', 201, '{"sid":"","status":"queued"}'],
  ])('%s', async (_, status, body) => {
    expect(fault(await sendVia(answers(status, body)))).toMatchObject(AMBIGUOUS);
  });

  it('a server that takes the request and never answers, within the deadline', async () => {
    const apiUrl = await serve(() => undefined);
    const start = performance.now();
    expect(fault(await sms({ apiUrl, timeoutMs: IN_VAIN_MS }).send(request))).toMatchObject({
      ...AMBIGUOUS,
      code: 'timeout',
    });
    expect(performance.now() - start).toBeLessThan(FAR_MS);
  });

  it('a server that sends headers and part of an answer, and then hangs', async () => {
    const apiUrl = await serve((_, res) => res.writeHead(201, { 'Content-Length': 999 }).write('{"sid":'));
    expect(fault(await sms({ apiUrl, timeoutMs: IN_VAIN_MS }).send(request))).toMatchObject({
      ...AMBIGUOUS,
      code: 'timeout',
    });
  });

  it('a server that drips a byte now and then: the deadline is for the whole call', async () => {
    const apiUrl = await serve((_, res) => {
      res.writeHead(201);
      const drip = setInterval(() => res.write(' '), 20);
      res.on('close', () => clearInterval(drip));
    });
    const start = performance.now();
    expect(fault(await sms({ apiUrl, timeoutMs: IN_VAIN_MS }).send(request))).toMatchObject({
      ...AMBIGUOUS,
      code: 'timeout',
    });
    expect(performance.now() - start).toBeLessThan(FAR_MS);
  });

  it('a connection that breaks after the request went out', async () => {
    const apiUrl = await serve((req) => req.socket.destroy());
    expect(fault(await sms({ apiUrl }).send(request))).toMatchObject({ ...AMBIGUOUS, code: 'econnreset' });
  });

  it('a kept connection that breaks: the other side may have read the request', async () => {
    let requests = 0;
    const apiUrl = await serve((req, res) => {
      requests += 1;
      if (requests > 1) req.socket.destroy();
      else res.writeHead(201).end(`{"sid":"SM${'a'.repeat(32)}","status":"queued"}`);
    });
    const provider = sms({ apiUrl });
    expect((await provider.send(request)).outcome).toBe('accepted');
    expect(fault(await provider.send(request))).toMatchObject({ ...AMBIGUOUS, code: 'econnreset' });
    expect(requests).toBe(2);
  });

  it('an answer that breaks off in the middle', async () => {
    const apiUrl = await serve((_, res) => {
      res.writeHead(201, { 'Content-Length': 999 }).write('{"sid":', () => res.destroy());
    });
    expect(fault(await sms({ apiUrl }).send(request))).toMatchObject(AMBIGUOUS);
  });

  it('an answer without end', async () => {
    const apiUrl = await serve((_, res) => {
      res.writeHead(201);
      res.write(' '.repeat(2_000_000));
    });
    expect(fault(await sms({ apiUrl }).send(request))).toMatchObject({
      ...AMBIGUOUS,
      code: 'emsgsize',
    });
  });
});

describe('what was certainly not sent is the fault of the provider, not ambiguous', () => {
  const UNSENT = { class: 'provider_fault', failsOver: true, counts: true, opens: false, disablesSender: false };

  it('nobody listens', async () => {
    const port = await serveTcp(() => undefined);
    // TLS to a server that never answers the hello: the deadline passes before a byte of the request is out.
    const silent = sms({ apiUrl: `https://127.0.0.1:${port}`, timeoutMs: 100 });
    expect(fault(await silent.send(request))).toMatchObject({ ...UNSENT, code: 'connect_timeout' });
    expect(fault(await sms({ apiUrl: 'http://127.0.0.1:1' }).send(request))).toMatchObject({
      ...UNSENT,
      code: 'econnrefused',
    });
  });

  it('TLS fails', async () => {
    const port = await serveTcp((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect(fault(await sms({ apiUrl: `https://127.0.0.1:${port}` }).send(request))).toMatchObject(UNSENT);
  });

  it('the name does not resolve', async () => {
    const http: Http = async () => Promise.reject(new HttpFailure('ENOTFOUND', false));
    expect(fault(await sendVia(http))).toMatchObject({ ...UNSENT, code: 'enotfound' });
  });

  it('the URL is none', async () => {
    expect(fault(await sms({ apiUrl: 'not a url' }).send(request))).toMatchObject(UNSENT);
  });
});

describe('what Twilio answers is classified by its code, then by the status', () => {
  it.each([
    [503, '<html>', { code: 'http_503', class: 'transient', failsOver: true, counts: true }],
    [500, '{"code":20500,"message":"x"}', { code: '20500', class: 'transient', counts: true }],
    [429, '{"code":20429,"message":"x"}', { code: '20429', class: 'transient', failsOver: true, counts: true }],
    [429, '', { code: 'http_429', class: 'transient', failsOver: true, counts: true }],
    [429, '{"code":21611,"message":"x"}', { code: '21611', class: 'transient', failsOver: true, counts: false }],
    [401, '{"code":20003,"message":"x"}', { code: '20003', class: 'account_fault', counts: true, opens: true }],
    [403, 'no', { code: 'http_403', class: 'account_fault', failsOver: true, opens: true }],
    [400, '{"code":21610,"message":"x"}', { code: '21610', class: 'opted_out', failsOver: false, counts: false }],
    [400, '{"code":29999,"message":"x"}', { code: '29999', class: 'unknown_code', failsOver: true, counts: false }],
    [400, '{"code":"21211","message":"x"}', { code: '21211', class: 'recipient_permanent' }],
    [400, 'null', { code: 'http_400', class: 'unknown_code', failsOver: true, counts: false }],
    [302, '', { code: 'http_302', class: 'provider_fault', failsOver: true, counts: true }],
    [404, '<html>', { code: 'http_404', class: 'unknown_code', failsOver: true, counts: false }],
    [
      400,
      '{"type":"https://x","title":"Bad","status":400,"code":21211,"detail":"x"}',
      { code: '21211', class: 'recipient_permanent' },
    ],
  ])('%i %s', async (status, body, expected) => {
    expect(fault(await sendVia(answers(status, body)))).toMatchObject(expected);
  });

  it('an accepted message keeps its id, MM included', async () => {
    const sid = `MM${'a'.repeat(32)}`;
    const result = await sendVia(answers(201, JSON.stringify({ sid, status: 'accepted' })));
    expect(result).toMatchObject({ outcome: 'accepted', providerId: sid, providerStatus: 'accepted' });
  });
});

describe('a send never throws and never tells', () => {
  it('masks the numbers in what Twilio says, on one line', async () => {
    const message = "The 'To' number +14155550100 is not\n a valid phone number.";
    const { message: shown } = fault(await sendVia(answers(400, JSON.stringify({ code: 21211, message }))));
    expect(shown).toBe("The 'To' number +1415•••0100 is not a valid phone number.");
  });

  it('names no secret in any fault', async () => {
    const https = [answers(401, '{"code":20003,"message":"Authenticate"}'), answers(200, 'x'), answers(503, 'x')];
    const broken: Http = async () => {
      throw new Error('very-secret +14155550100');
    };
    for (const http of [...https, broken]) {
      const text = JSON.stringify(await sendVia(http));
      expect(text).not.toContain('very-secret');
      expect(text).not.toContain('4155550100');
    }
  });

  it('fails over without blaming Twilio when our credentials cannot be read', async () => {
    const result = await sms({ credentials: () => Promise.reject(new Error('vault')) }).send(request);
    expect(fault(result)).toMatchObject({ class: 'transient', failsOver: true, counts: false });
  });

  it.each([
    { ...credentials, accountSid: 'nonsense' },
    { ...credentials, authToken: '' },
    { ...credentials, phoneNumber: '' },
  ])('opens the circuit at once on credentials that cannot work', async (bad) => {
    const result = await sms({ credentials: async () => bad }).send(request);
    expect(fault(result)).toMatchObject({ class: 'account_fault', failsOver: true, opens: true });
  });

  it('a defect of ours before the call is tried again, one during it is ambiguous', async () => {
    const before = sms({
      callbackUrl: () => {
        throw new TypeError('bug');
      },
    });
    expect(fault(await before.send(request))).toMatchObject({ class: 'transient', failsOver: true, counts: false });
    const during: Http = async () => Promise.reject(new TypeError('bug'));
    expect(fault(await sendVia(during))).toMatchObject({ class: 'ambiguous' });
  });
});

it('says of a text that was accepted whether a report on it was asked for', async () => {
  const http = answers(201, '{"sid":"SM1","status":"queued"}');
  const taken = { outcome: 'accepted', providerId: 'SM1', providerStatus: 'queued' };
  expect(await sms({ http }).send(request)).toEqual({ ...taken, unreported: true });
  expect(await sms({ http, callbackUrl: (ref) => `https://x.example/${ref}` }).send(request)).toEqual(taken);
});

describe('asked for a message', () => {
  const SID = `SM${'a'.repeat(32)}`;
  const ask = (http: Http, id = SID) => sms({ http }).ask?.(id);
  const resource = (more: object) => JSON.stringify({ sid: SID, error_code: null, ...more });

  it('says what a callback would have said', async () => {
    const delivered = await ask(answers(200, resource({ status: 'delivered' })));
    expect(delivered).toMatchObject({ provider: 'twilio', providerId: SID, providerStatus: 'delivered', rank: 4 });
    expect(delivered?.news).toBe('delivered');
    const lost = await ask(answers(200, resource({ status: 'undelivered', error_code: 30007 })));
    expect(lost?.news).toMatchObject({ undelivered: { code: '30007', failsOver: false } });
    expect((await ask(answers(200, resource({ status: 'sending' }))))?.news).toBe('progress');
  });

  it('passes on a status that has no rule', async () => {
    const receipt = await ask(answers(200, resource({ status: 'partially_delivered' })));
    expect(receipt).toMatchObject({ providerStatus: 'partially_delivered', news: 'unknown' });
  });

  it.each<[string, Http, string?]>([
    ['an unknown message', answers(404, '{"code":20404,"message":"x"}')],
    ['refused credentials', answers(401, '{"code":20003,"message":"x"}')],
    ['an outage', answers(503, '<html>')],
    ['garbage', answers(200, '<html>')],
    ['another message', answers(200, '{"sid":"CA1","status":"delivered"}')],
    ['no status', answers(200, resource({ status: undefined }))],
    ['a status that is no text', answers(200, resource({ status: 7 }))],
    ['no answer', async () => Promise.reject(new HttpFailure('ETIMEDOUT', true))],
    ['an id that would lead elsewhere', answers(200, resource({ status: 'delivered' })), '../Calls'],
  ])('%s: it does not know, and does not throw', async (_, http, id) => {
    expect(await ask(http, id)).toBeUndefined();
  });

  it('does not throw when our credentials cannot be read', async () => {
    expect(await sms({ credentials: () => Promise.reject(new Error('vault')) }).ask?.(SID)).toBeUndefined();
  });
});

describe('connections', () => {
  it('are kept: a second text needs no second handshake', async () => {
    const ports = new Set<number | undefined>();
    const apiUrl = await serve((req, res) => {
      ports.add(req.socket.remotePort);
      res.writeHead(201).end(`{"sid":"SM${'a'.repeat(32)}","status":"queued"}`);
    });
    const provider = sms({ apiUrl });
    for (let i = 0; i < 3; i += 1) expect((await provider.send(request)).outcome).toBe('accepted');
    expect(ports.size).toBe(1);
  });

  it('carry one request per send, also after a refusal', async () => {
    let requests = 0;
    const apiUrl = await serve((_, res) => {
      requests += 1;
      res.writeHead(429).end('{"code":20429,"message":"x"}');
    });
    await sms({ apiUrl }).send(request);
    expect(requests).toBe(1);
  });
});

describe('whether the person can answer by text belongs to the sender and the route', () => {
  it.each([
    ['+14155550001', '+14155550100', [], true],
    ['+14155550001', '+16045550100', [], true],
    ['+14155550001', '+919820012345', [], false],
    ['+14155550001', '+33612345678', [], false],
    ['+14155550001', '+33612345678', ['44', '33'], true],
    ['+447700900001', '+447700900100', [], true],
    ['+447700900001', '+14155550100', [], false],
    ['+3545551234', '+3534512345', [], false],
    ['12345', '+14155550100', [], false],
    ['12345', '+14155550100', ['1'], true],
    [`MG${'a'.repeat(32)}`, '+14155550100', [], false],
    [`MG${'a'.repeat(32)}`, '+14155550100', ['1'], true],
    ['Lifeline', '+14155550100', ['1'], false],
    ['MGNews', '+14155550100', ['1'], false],
  ])('from %s to %s with %o declared: %s', async (phoneNumber, to, twoWay, expected) => {
    let body = '';
    const http: Http = async (request) => {
      body = request.body ?? '';
      return { status: 201, headers: {}, body: `{"sid":"SM${'a'.repeat(32)}","status":"queued"}` };
    };
    const leg = sms({ http, twoWay, credentials: async () => ({ ...credentials, phoneNumber }) });
    expect(await leg.twoWay(to)).toBe(expected);
    await leg.send(request);
    const sender = phoneNumber.length === 34 ? 'MessagingServiceSid' : 'From';
    expect(new URLSearchParams(body).get(sender)).toBe(phoneNumber);
  });

  it('a sender that cannot be read promises no answer', async () => {
    expect(await sms({ credentials: () => Promise.reject(new Error('no')) }).twoWay('+14155550100')).toBe(false);
  });
});

describe('a text that Twilio’s Compliance Toolkit puts off', () => {
  const sid = `SM${'a'.repeat(32)}`;
  const answersOf = (status: string, cancel: number) => {
    const seen: string[] = [];
    const http: Http = async ({ url, method, body = '' }) => {
      seen.push(
        `${method} ${new URL(url).pathname.split('/').at(-1)} ${new URLSearchParams(body).get('Status') ?? ''}`,
      );
      const isCancel = body.includes('Status=canceled');
      const text = JSON.stringify({ sid, status, ...(isCancel && cancel >= 400 && { code: 20500, message: 'no' }) });
      return { status: isCancel ? cancel : 201, headers: {}, body: text };
    };
    return { http, seen };
  };

  it('counts as not taken and is taken back, so that it does not come a second time', async () => {
    const { http, seen } = answersOf('scheduled', 200);
    const result = await sms({ http }).send(request);
    expect(result).toMatchObject({
      outcome: 'failed',
      fault: { code: 'scheduled', class: 'refused_this_time', failsOver: true, counts: false, disablesSender: false },
    });
    const [posted, cancelled] = seen.map((one) => one.replace(/^post/, 'POST'));
    expect([posted, cancelled]).toEqual(['POST Messages.json ', `POST ${sid}.json canceled`]);
  });

  it('may come a second time where it cannot be taken back, which its class says', async () => {
    const { http } = answersOf('scheduled', 500);
    const result = await sms({ http }).send(request);
    expect(result).toMatchObject({ fault: { code: 'scheduled', class: 'ambiguous', failsOver: true, counts: false } });
  });

  it('a text that the Compliance Toolkit puts off is found and taken back when Twilio is asked, because a messaging service decides later', async () => {
    const { http, seen } = answersOf('scheduled', 200);
    const receipt = await sms({ http }).ask?.(sid);
    expect(receipt?.news).toMatchObject({ undelivered: { code: 'scheduled', failsOver: true } });
    expect(seen.at(-1)).toContain('canceled');
  });

  it.each(['queued', 'accepted', 'sending', 'sent'])('is none that is %s', async (status) => {
    const { http, seen } = answersOf(status, 200);
    expect(await sms({ http }).send(request)).toMatchObject({ outcome: 'accepted', providerStatus: status });
    expect(seen).toHaveLength(1);
  });
});

it.each([
  [true as const, 'disable'],
  [undefined, null],
])('a text to a phone whose owner confirmed it (%s) asks for RiskCheck %s', async (verified, expected) => {
  let body = '';
  const http: Http = async (sent) => {
    body = sent.body ?? '';
    return { status: 201, headers: {}, body: `{"sid":"SM${'a'.repeat(32)}","status":"queued"}` };
  };
  await sms({ http }).send({ ...request, ...(verified && { verified }) });
  expect(new URLSearchParams(body).get('RiskCheck')).toBe(expected);
});
