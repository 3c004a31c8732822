import { SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../lambdas/core/providers/fault.ts';
import type { SendResult } from '../../../lambdas/core/providers/ports.ts';
import { awsHttp } from '../../../lambdas/providers/aws-http.ts';
import { createHttp, type Http, HttpFailure } from '../../../lambdas/providers/http.ts';
import { createSnsSms } from '../../../lambdas/providers/sms/sns.ts';
import { FAR_MS, IN_VAIN_MS } from '../../support/deadlines.ts';
import { serve, serveTcp } from './servers.ts';

const request = { to: '+14155550100', body: 'hello', ref: 'r' };
const ID = '567910cd-659e-55d4-8ccb-5aaf14679dc0';
const XML = `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>${ID}</MessageId></PublishResult><ResponseMetadata><RequestId>d74b8436</RequestId></ResponseMetadata></PublishResponse>`;
const refusal = (code: string, message = 'x', type = 'Sender') =>
  `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>${type}</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`;

const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'very-secret' };
function sms(http: Http, endpoint = 'http://127.0.0.1:1', more: object = {}, timeoutMs = FAR_MS) {
  const requestHandler = awsHttp(http);
  const client = new SNSClient({ region: 'us-east-1', endpoint, credentials, maxAttempts: 1, requestHandler, ...more });
  return createSnsSms({ client, senderId: 'OnCall', registered: [], timeoutMs });
}
/** Our HTTP layer's own deadline is far off: the one given with the send has to hold. */
const over = (endpoint: string, timeoutMs = FAR_MS) =>
  sms(createHttp({ timeoutMs: 2 * FAR_MS }), endpoint, {}, timeoutMs);
const fault = (result: SendResult): Fault => {
  if (result.outcome !== 'failed') throw new Error(`expected a fault, got ${JSON.stringify(result)}`);
  return result.fault;
};
const answers =
  (status: number, body: string): Http =>
  async () => ({ status, headers: {}, body });

describe('an accepted text', () => {
  it('has SNS’s id with our prefix, so that no two providers’ ids are alike', async () => {
    const result = await sms(answers(200, XML)).send(request);
    expect(result).toEqual({ outcome: 'accepted', providerId: `sns:${ID}`, providerStatus: 'accepted' });
  });

  it('cannot be answered by text, and its receipts come late', async () => {
    const leg = sms(answers(200, XML));
    expect(leg).toMatchObject({ name: 'sns', receipts: 'late' });
    expect(await leg.twoWay('+14155550100')).toBe(false);
  });
});

describe('what may be out there is called ambiguous, and fails over', () => {
  const AMBIGUOUS = { class: 'ambiguous', failsOver: true, counts: true, opens: false, disablesSender: false };

  it.each([
    ['HTML with status 200', 200, '<!doctype html><title>Welcome</title><p>It works!'],
    ['an empty 200', 200, ''],
    ['no XML', 200, 'queued'],
    ['XML without an id', 200, XML.replace(/<MessageId>.*<\/MessageId>/, '')],
    ['XML of another kind', 200, '<html><body><h1>It works</h1></body></html>'],
  ])('%s', async (_, status, body) => {
    expect(fault(await sms(answers(status, body)).send(request))).toMatchObject({ ...AMBIGUOUS, code: 'garbage' });
  });

  it('a server that never answers, within the deadline of the send', async () => {
    const start = performance.now();
    const result = await over(await serve(() => undefined), IN_VAIN_MS).send(request);
    expect(fault(result)).toMatchObject({ ...AMBIGUOUS, code: 'timeout' });
    expect(performance.now() - start).toBeLessThan(FAR_MS);
  });

  it('a server that drips a byte now and then: the deadline is for the whole call', async () => {
    const endpoint = await serve((_, res) => {
      res.writeHead(200);
      const drip = setInterval(() => res.write(' '), 20);
      res.on('close', () => clearInterval(drip));
    });
    expect(fault(await over(endpoint, IN_VAIN_MS).send(request))).toMatchObject({ ...AMBIGUOUS, code: 'timeout' });
  });

  it('a connection that breaks after the request went out, and nothing is sent again', async () => {
    let requests = 0;
    const endpoint = await serve((req) => {
      requests += 1;
      req.socket.destroy();
    });
    expect(fault(await over(endpoint).send(request))).toMatchObject({ ...AMBIGUOUS, code: 'econnreset' });
    expect(requests).toBe(1);
  });

  it('a defect of ours in the middle of a call', async () => {
    const broken: Http = async () => Promise.reject(new TypeError('bug'));
    expect(fault(await sms(broken).send(request))).toMatchObject({ ...AMBIGUOUS, code: 'unexpected' });
  });
});

describe('what was certainly not sent is the fault of the provider, not ambiguous', () => {
  const UNSENT = { class: 'provider_fault', failsOver: true, counts: true, opens: false, disablesSender: false };

  it('nobody listens', async () => {
    expect(fault(await over('http://127.0.0.1:1').send(request))).toMatchObject({ ...UNSENT, code: 'econnrefused' });
    const port = await serveTcp(() => undefined);
    const silent = await over(`https://127.0.0.1:${port}`, 100).send(request);
    expect(fault(silent)).toMatchObject({ ...UNSENT, code: 'connect_timeout' });
  });

  it('the name does not resolve', async () => {
    const http: Http = async () => Promise.reject(new HttpFailure('ENOTFOUND', false));
    expect(fault(await sms(http).send(request))).toMatchObject({ ...UNSENT, code: 'enotfound' });
  });
});

describe('what SNS answers is classified by its code, then by its words and the status', () => {
  const number = 'Invalid parameter: PhoneNumber Reason: +14155550100 is not valid to publish to';
  it.each([
    [400, refusal('Throttling', 'Rate exceeded'), { code: 'Throttling', class: 'transient', counts: true }],
    [429, refusal('Throttled'), { code: 'Throttled', class: 'transient', failsOver: true, counts: true }],
    [500, refusal('InternalError', 'x', 'Receiver'), { code: 'InternalError', class: 'transient', counts: true }],
    [503, '<html><body><h1>503</h1></body></html>', { code: 'http_503', class: 'transient', counts: true }],
    [503, 'Service Unavailable', { code: 'http_503', class: 'transient', counts: true }],
    [403, refusal('InvalidClientTokenId'), { code: 'InvalidClientTokenId', class: 'account_fault', opens: true }],
    [403, refusal('AuthorizationError'), { code: 'AuthorizationError', class: 'account_fault', opens: true }],
    [403, 'no', { code: 'http_403', class: 'account_fault', opens: true }],
    [400, refusal('OptedOut'), { code: 'OptedOut', class: 'opted_out', failsOver: false, counts: false }],
    [400, refusal('InvalidParameter', number), { code: 'invalid_number', class: 'recipient_permanent', counts: false }],
    [400, refusal('InvalidParameter'), { code: 'InvalidParameter', class: 'our_bug', failsOver: false }],
    [400, refusal('Teleported'), { code: 'Teleported', class: 'unknown_code', failsOver: true, counts: false }],
    [404, '<html>', { class: 'unknown_code', failsOver: true, counts: false }],
    [302, '', { code: 'http_302', class: 'provider_fault', failsOver: true, counts: true }],
  ])('%i %s', async (status, body, expected) => {
    expect(fault(await sms(answers(status, body)).send(request))).toMatchObject(expected);
  });
});

describe('a send never throws and never tells', () => {
  it('masks the numbers in what SNS says, on one line', async () => {
    const said = refusal('InvalidParameter', 'PhoneNumber +14155550100\n is not valid to publish to');
    const { message } = fault(await sms(answers(400, said)).send(request));
    expect(message).toBe('PhoneNumber +1415•••0100 is not valid to publish to');
  });

  it('names no secret and no whole number in any fault', async () => {
    const broken: Http = async () => {
      throw new Error('very-secret +14155550100');
    };
    for (const http of [broken, answers(403, refusal('SignatureDoesNotMatch', 'key very-secret +14155550100'))]) {
      expect(JSON.stringify(await sms(http).send(request))).not.toContain('4155550100');
    }
    expect(JSON.stringify(await sms(broken).send(request))).not.toContain('very-secret');
  });

  it('fails over without blaming SNS when our credentials cannot be read', async () => {
    const none = async () => {
      throw Object.assign(new Error('none'), { name: 'CredentialsProviderError' });
    };
    const result = await sms(answers(200, XML), undefined, { credentials: none }).send(request);
    expect(fault(result)).toMatchObject({ code: 'credentials_unavailable', class: 'transient', counts: false });
  });
});
