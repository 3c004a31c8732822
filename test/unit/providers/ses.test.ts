import { SESv2Client } from '@aws-sdk/client-sesv2';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../lambdas/core/providers/fault.ts';
import type { SendResult } from '../../../lambdas/core/providers/ports.ts';
import { awsHttp } from '../../../lambdas/providers/aws-http.ts';
import { createSes } from '../../../lambdas/providers/email/ses.ts';
import { callFault } from '../../../lambdas/providers/email/ses-codes.ts';
import { createHttp, type Http } from '../../../lambdas/providers/http.ts';
import { FAR_MS, IN_VAIN_MS } from '../../support/deadlines.ts';
import { serve } from './servers.ts';

const request = { to: 'alice@example.com', subject: 's', text: 't', html: '<p>h</p>', ref: 'r' };
const from = { email: 'pages@lifeline.example', name: 'Lifeline' };
const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'very-secret' };
function email(http: Http, endpoint = 'http://127.0.0.1:1', more: object = {}, timeoutMs = FAR_MS) {
  const requestHandler = awsHttp(http);
  const config = { region: 'us-east-1', endpoint, credentials, maxAttempts: 1, requestHandler, ...more };
  return createSes({ client: new SESv2Client(config), from, timeoutMs });
}
/** Our HTTP layer's own deadline is far off: the one given with the send has to hold. */
const over = (endpoint: string, timeoutMs = FAR_MS) =>
  email(createHttp({ timeoutMs: 2 * FAR_MS }), endpoint, {}, timeoutMs);
const fault = (result: SendResult): Fault => {
  if (result.outcome !== 'failed') throw new Error(`expected a fault, got ${JSON.stringify(result)}`);
  return result.fault;
};
const answers =
  (status: number, body: string, headers = {}): Http =>
  async () => ({ status, headers: { 'content-type': 'application/json', ...headers }, body });
const refuses = (status: number, name: string, message = 'x') =>
  answers(status, JSON.stringify({ message }), { 'x-amzn-errortype': `${name}:http://internal.amazon.com/` });

it('an accepted mail has SES’s id with our prefix', async () => {
  const result = await email(answers(200, '{"MessageId":"0100-a-000000"}')).send(request);
  expect(result).toEqual({ outcome: 'accepted', providerId: 'ses:0100-a-000000', providerStatus: 'accepted' });
});

describe('what may be out there is called ambiguous, and fails over', () => {
  const AMBIGUOUS = { class: 'ambiguous', failsOver: true, counts: true, opens: false };

  it.each([
    ['HTML with status 200', '<!doctype html><p>It works!'],
    ['an empty 200', ''],
    ['JSON without an id', '{}'],
  ])('%s', async (_, body) => {
    expect(fault(await email(answers(200, body)).send(request))).toMatchObject({ ...AMBIGUOUS, code: 'garbage' });
  });

  it('no answer within the deadline of the send, and a connection that breaks; nothing is sent again', async () => {
    const start = performance.now();
    expect(fault(await over(await serve(() => undefined), IN_VAIN_MS).send(request))).toMatchObject({
      ...AMBIGUOUS,
      code: 'timeout',
    });
    expect(performance.now() - start).toBeLessThan(FAR_MS);
    let requests = 0;
    const breaking = await serve((req) => {
      requests += 1;
      req.socket.destroy();
    });
    expect(fault(await over(breaking).send(request))).toMatchObject({ ...AMBIGUOUS, code: 'econnreset' });
    expect(requests).toBe(1);
  });
});

it('what was certainly not sent is not ambiguous', async () => {
  expect(fault(await over('http://127.0.0.1:1').send(request))).toMatchObject({
    class: 'provider_fault',
    code: 'econnrefused',
  });
  const keyless = async () => Promise.reject(Object.assign(new Error(), { name: 'CredentialsProviderError' }));
  expect(fault(await email(answers(200, ''), undefined, { credentials: keyless }).send(request))).toMatchObject({
    code: 'credentials_unavailable',
    failsOver: true,
    counts: false,
  });
});

describe('a refusal is classified by its name, then by its words', () => {
  const named = 'Email address is not verified. The following identities failed the check in region US-EAST-1: ';
  const account = { class: 'account_fault', opens: true };
  const quiet = { counts: false, opens: false };
  it.each([
    [400, 'AccountSuspendedException', 'x', account],
    [400, 'SendingPausedException', 'x', account],
    [403, 'UnrecognizedClientException', 'x', account],
    [400, 'LimitExceededException', 'x', account],
    [429, 'TooManyRequestsException', 'Daily message quota exceeded.', { ...account, code: 'daily_quota' }],
    [
      429,
      'TooManyRequestsException',
      'Maximum sending rate exceeded.',
      { class: 'transient', counts: true, opens: false },
    ],
    [500, 'InternalFailure', 'x', { class: 'transient', counts: true }],
    [400, 'MailFromDomainNotVerifiedException', 'x', { class: 'sender_fault', disablesSender: true, ...quiet }],
    [400, 'MessageRejected', named + from.email, { code: 'sender_not_verified', disablesSender: true, ...quiet }],
    [400, 'MessageRejected', named + request.to, { code: 'recipient_not_verified', disablesSender: false, ...quiet }],
    [
      400,
      'BadRequestException',
      "Missing final '@domain'",
      { class: 'recipient_permanent', code: 'invalid_address', ...quiet },
    ],
    [400, 'BadRequestException', 'x', { class: 'our_bug', failsOver: false, ...quiet }],
    [
      404,
      'NotFoundException',
      'Configuration set <x> does not exist.',
      { class: 'our_bug', failsOver: true, ...quiet },
    ],
    [400, 'SomethingNewException', 'x', { class: 'unknown_code', code: 'SomethingNew', failsOver: true, ...quiet }],
  ])('%i %s %s', async (status, name, message, expected) => {
    const found = fault(await email(refuses(status, name, message)).send(request));
    expect(found).toMatchObject(expected);
    expect(JSON.stringify(found)).not.toMatch(/alice|very-secret/);
  });

  it('an answer that SES did not write, by its status', async () => {
    expect(fault(await email(answers(503, '<h1>503</h1>')).send(request))).toMatchObject({
      class: 'transient',
      code: 'http_503',
      message: 'the provider failed',
    });
  });

  it('a name means the same with and without the suffix that modelled errors have', () => {
    for (const name of ['TooManyRequests', 'AccountSuspended', 'Throttling']) {
      expect(callFault(400, `${name}Exception`)).toEqual(callFault(400, name));
    }
  });
});
