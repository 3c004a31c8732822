import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../lambdas/core/providers/fault.ts';
import type { SendResult } from '../../../lambdas/core/providers/ports.ts';
import { createSendGrid } from '../../../lambdas/providers/email/sendgrid.ts';
import { createHttp, type Http, HttpFailure } from '../../../lambdas/providers/http.ts';
import { FAR_MS, IN_VAIN_MS } from '../../support/deadlines.ts';
import { serve } from './servers.ts';

const KEY = 'SG.very-secret';
const request = { to: 'alice@example.com', subject: 's', text: 't', html: '<p>h</p>', ref: 'r' };
const from = { email: 'pages@lifeline.example', name: 'Lifeline' };
const email = (http: Http, apiUrl = 'http://127.0.0.1:1', credentials = async () => ({ apiKey: KEY })) =>
  createSendGrid({ credentials, from, apiUrl, timeoutMs: FAR_MS, http });
const over = (apiUrl: string, timeoutMs = FAR_MS) => email(createHttp({ timeoutMs }), apiUrl);
const fault = (result: SendResult): Fault => {
  if (result.outcome !== 'failed') throw new Error(`expected a fault, got ${JSON.stringify(result)}`);
  return result.fault;
};
const answers =
  (status: number, body: unknown = '', headers = {}): Http =>
  async () => ({ status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) });
const refusal = (message: string, field: string | null = null) => ({ errors: [{ message, field, help: null }] });

describe('an accepted mail', () => {
  it('has the id of the answer’s header, which its events begin with', async () => {
    const result = await email(answers(202, '', { 'x-message-id': '14c5d75ce93.dfd.64b469' })).send(request);
    expect(result).toEqual({ outcome: 'accepted', providerId: '14c5d75ce93.dfd.64b469', providerStatus: 'accepted' });
  });

  it('reports by callback', () => {
    expect(email(answers(202))).toMatchObject({ name: 'sendgrid', receipts: 'callback' });
  });
});

describe('what may be out there is called ambiguous, and fails over', () => {
  const AMBIGUOUS = { class: 'ambiguous', failsOver: true, counts: true, opens: false };

  it.each([
    ['HTML with status 200', 200, '<p>It works!', {}],
    ['202 without an id', 202, '', {}],
    ['an id that is none', 202, '', { 'x-message-id': 'a b' }],
  ])('%s', async (_, status, body, headers) => {
    expect(fault(await email(answers(status, body, headers)).send(request))).toMatchObject({
      ...AMBIGUOUS,
      code: 'garbage',
    });
  });

  it('no answer in time, a broken connection, a defect of ours; and nothing is sent again', async () => {
    expect(fault(await over(await serve(() => undefined), IN_VAIN_MS).send(request))).toMatchObject({
      ...AMBIGUOUS,
      code: 'timeout',
    });
    let requests = 0;
    const breaking = await serve((req) => {
      requests += 1;
      req.socket.destroy();
    });
    expect(fault(await over(breaking).send(request))).toMatchObject({ ...AMBIGUOUS, code: 'econnreset' });
    expect(requests).toBe(1);
    const broken: Http = async () => Promise.reject(new TypeError('bug'));
    expect(fault(await email(broken).send(request))).toMatchObject({ ...AMBIGUOUS, code: 'unexpected' });
  });
});

it('what was certainly not sent is the fault of the provider, not ambiguous', async () => {
  const unsent = { class: 'provider_fault', failsOver: true, counts: true, opens: false };
  expect(fault(await over('http://127.0.0.1:1').send(request))).toMatchObject({ ...unsent, code: 'econnrefused' });
  const unknown: Http = async () => Promise.reject(new HttpFailure('ENOTFOUND', false));
  expect(fault(await email(unknown).send(request))).toMatchObject({ ...unsent, code: 'enotfound' });
});

describe('a refusal', () => {
  const QUIET = { failsOver: false, counts: false, opens: false, disablesSender: false };
  const account = { class: 'account_fault', failsOver: true, counts: true, opens: true };
  const overload = { class: 'transient', failsOver: true, counts: true, opens: false };
  it.each([
    [401, refusal('Maximum credits exceeded'), { ...account, code: 'http_401', message: 'Maximum credits exceeded' }],
    [403, refusal('The from address does not match a verified Sender Identity.', 'from'), account],
    [429, refusal('too many requests'), overload],
    [500, 'oops', { ...overload, code: 'http_500', message: 'the provider failed' }],
    [503, '<h1>503</h1>', overload],
    [400, refusal('The subject is required.', 'subject'), { ...QUIET, class: 'our_bug', code: 'http_400' }],
    [400, refusal('Does not contain a valid address.', 'from.email'), { ...QUIET, class: 'our_bug' }],
    [400, 'not JSON', { ...QUIET, class: 'our_bug', message: 'the request is not valid' }],
    [400, { errors: 'odd' }, { ...QUIET, class: 'our_bug' }],
    [413, refusal('Payload Too Large'), { ...QUIET, class: 'our_bug', code: 'http_413' }],
    [404, '', { class: 'unknown_code', failsOver: true, counts: false }],
  ])('%i %o', async (status, body, expected) => {
    expect(fault(await email(answers(status, body)).send(request))).toMatchObject(expected);
  });

  it.each([
    refusal('Does not contain a valid address.', 'personalizations.0.to.0.email'),
    refusal('The address Alice@Example.com is not deliverable', 'personalizations'),
    { errors: [{ message: 'other', field: null }, ...refusal('x', 'personalizations.0.to').errors] },
  ])('that names the recipient’s address is the recipient’s for good, and goes to nobody else: %o', async (body) => {
    const found = fault(await email(answers(400, body)).send(request));
    expect(found).toMatchObject({ ...QUIET, class: 'recipient_permanent', code: 'invalid_address' });
    expect(JSON.stringify(found)).not.toMatch(/alice/i);
  });
});

describe('the key', () => {
  it('the key is asked for with every send, and stands in no fault', async () => {
    const keys = ['SG.one', 'SG.two'];
    const used: (string | undefined)[] = [];
    const http: Http = async ({ headers }) => {
      used.push(headers.Authorization);
      return { status: 401, headers: {}, body: '' };
    };
    const rotating = email(http, undefined, async () => ({ apiKey: keys.shift() ?? '' }));
    expect(JSON.stringify([await rotating.send(request), await rotating.send(request)])).not.toContain('SG.');
    expect(used).toEqual(['Bearer SG.one', 'Bearer SG.two']);
  });

  it('that cannot be read fails over without a word against SendGrid; one that cannot be right opens its circuit', async () => {
    const none: Http = () => Promise.reject(new Error('must not be called'));
    const unreadable = email(none, undefined, () => Promise.reject(new Error('no secret')));
    expect(fault(await unreadable.send(request))).toMatchObject({
      code: 'credentials_unavailable',
      failsOver: true,
      counts: false,
    });
    for (const apiKey of ['', 'SG.a\nb']) {
      const malformed = email(none, undefined, async () => ({ apiKey }));
      expect(fault(await malformed.send(request))).toMatchObject({ code: 'credentials_invalid', opens: true });
    }
  });
});
