/** One file because payload, codes and endpoints of a push are decided together. */
import { SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../lambdas/core/providers/fault.ts';
import type { PushRequest, SendResult } from '../../../lambdas/core/providers/ports.ts';
import { parsePushEndpoint } from '../../../lambdas/core/recipient/push-endpoint.ts';
import { awsHttp } from '../../../lambdas/providers/aws-http.ts';
import { createHttp, type Http, HttpFailure } from '../../../lambdas/providers/http.ts';
import { pushMessage } from '../../../lambdas/providers/push/payload.ts';
import { createSnsPushCheck } from '../../../lambdas/providers/push/push-check.ts';
import { createSnsPush } from '../../../lambdas/providers/push/sns-push.ts';
import { FAR_MS, IN_VAIN_MS } from '../../support/deadlines.ts';
import { serve } from './servers.ts';

const arn = (id: string, platform = 'GCM') => `arn:aws:sns:us-east-1:000000000000:endpoint/${platform}/lifeline/${id}`;
const ANDROID = arn('pixel');
const IPHONE = arn('iphone', 'APNS');
const data = { pageId: 'pg_1', url: 'https://x.example/actions/a' };
const request = {
  to: ANDROID,
  ref: 'r',
  title: 'CRITICAL payments-api',
  body: 'High error rate',
  critical: true,
  data,
};

const XML = (id: string) =>
  `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>${id}</MessageId></PublishResult></PublishResponse>`;
const refusal = (code: string, message = 'x', status = 400) => ({
  status,
  body: `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
});
const NO_ENDPOINT = 'Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified';
type Reply = { status: number; body: string };
const ok = (id: string): Reply => ({ status: 200, body: XML(id) });

function push(http: Http, endpoint = 'http://127.0.0.1:1') {
  const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'very-secret' };
  const requestHandler = awsHttp(http);
  const client = new SNSClient({ region: 'us-east-1', endpoint, credentials, maxAttempts: 1, requestHandler });
  return createSnsPush({ client, timeoutMs: IN_VAIN_MS });
}
/** Answers each endpoint, by its id, as told; remembers the forms. */
function world(replies: Record<string, Reply | Error>) {
  const forms: Record<string, string>[] = [];
  const http: Http = async ({ body }) => {
    const form = Object.fromEntries(new URLSearchParams(body));
    forms.push(form);
    const reply = replies[form.TargetArn?.split('/').at(-1) ?? ''] ?? ok('id');
    if (reply instanceof Error) throw reply;
    return { headers: {}, ...reply };
  };
  const provider = push(http);
  const send = (...endpoints: string[]) => provider.send({ ...request, to: endpoints.join(' ') });
  return { send, forms };
}
const fault = (result: SendResult): Fault => {
  if (result.outcome !== 'failed') throw new Error(`expected a fault, got ${JSON.stringify(result)}`);
  return result.fault;
};

describe('a push reaches every device of the person', () => {
  it('each endpoint gets it once, and the first id stands for all', async () => {
    const { send, forms } = world({ pixel: ok('one'), iphone: ok('two') });
    expect(await send(ANDROID, IPHONE, ANDROID)).toEqual({
      outcome: 'accepted',
      providerId: 'sns-push:one',
      providerStatus: 'accepted',
      contacts: { works: [ANDROID, IPHONE], broken: [] },
    });
    expect(forms.map(({ TargetArn }) => TargetArn).sort()).toEqual([ANDROID, IPHONE].sort());
    expect(forms.every(({ Action, MessageStructure }) => Action === 'Publish' && MessageStructure === 'json')).toBe(
      true,
    );
  });

  it('one device is enough, whatever becomes of the others', async () => {
    const { send } = world({ pixel: refusal('InternalError', 'x', 500), iphone: ok('two') });
    expect(await send(ANDROID, IPHONE)).toMatchObject({ outcome: 'accepted', providerId: 'sns-push:two' });
  });

  it('they are called at the same time, not one after the other', async () => {
    let open = 0;
    let most = 0;
    const http: Http = async () => {
      most = Math.max(most, ++open);
      await new Promise((done) => setTimeout(done, 20));
      open -= 1;
      return { headers: {}, ...ok('x') };
    };
    await push(http).send({ ...request, to: [ANDROID, IPHONE, arn('tablet')].join(' ') });
    expect(most).toBe(3);
  });

  it('no receipt ever comes', () => {
    expect(push(async () => ({ headers: {}, ...ok('x') }))).toMatchObject({ name: 'sns-push', receipts: 'none' });
  });
});

const brokenIn = (result: SendResult) => ('contacts' in result ? result.contacts?.broken : undefined);

describe('an endpoint that is dead is told of', () => {
  it.each([
    ['EndpointDisabled', 'Endpoint is disabled', 'the app was removed or its token has expired'],
    ['NotFound', 'Endpoint does not exist', 'there is no such endpoint'],
    ['InvalidParameter', NO_ENDPOINT, 'there is no such endpoint'],
  ])('%s names that endpoint alone, and the page goes out on the others', async (code, message, reason) => {
    const { send } = world({ iphone: refusal(code, message) });
    expect(await send(IPHONE, ANDROID)).toMatchObject({
      outcome: 'accepted',
      contacts: { works: [ANDROID], broken: [{ address: IPHONE, code, reason }] },
    });
  });

  it('push is over for a page all of whose endpoints are dead, which says nothing about SNS', async () => {
    const { send } = world({ pixel: refusal('EndpointDisabled'), iphone: refusal('NotFound') });
    const result = await send(ANDROID, IPHONE);
    expect(fault(result)).toMatchObject({ class: 'recipient_permanent', code: 'EndpointDisabled', counts: false });
    expect(brokenIn(result)?.map(({ address }) => address)).toEqual([ANDROID, IPHONE]);
  });

  it.each([
    ['a message of ours that SNS cannot read', 'Message Structure - JSON message body failed to parse', 'our_bug'],
    ['a deployment in the wrong region', 'TargetArn Reason: the region of the ARN is another', 'recipient_permanent'],
  ])('%s calls no endpoint dead', async (_, message, faultClass) => {
    const { send } = world({ pixel: refusal('InvalidParameter', `Invalid parameter: ${message}`) });
    const result = await send(ANDROID);
    expect(fault(result)).toMatchObject({ class: faultClass, counts: false });
    expect(brokenIn(result)).toEqual([]);
  });
});

describe('when nobody took it, what another attempt could mend decides', () => {
  const GONE = refusal('EndpointDisabled');
  it.each([
    ['a throttled call', refusal('Throttled', 'Rate exceeded', 429), { class: 'transient', counts: true }],
    ['an error of SNS', refusal('InternalError', 'x', 500), { class: 'transient', counts: true }],
    ['a gateway’s page', { status: 503, body: '<html>' }, { class: 'transient', code: 'http_503', counts: true }],
    ['a refused key', refusal('InvalidClientTokenId', 'x', 403), { class: 'account_fault', opens: true }],
    ['nonsense', { status: 200, body: '<html>' }, { class: 'ambiguous', code: 'garbage', counts: true }],
    ['no answer', new HttpFailure('ETIMEDOUT', true), { class: 'ambiguous', code: 'timeout', counts: true }],
    ['no connection', new HttpFailure('ECONNREFUSED', false), { class: 'provider_fault', counts: true }],
  ])('%s', async (_, reply, expected) => {
    const { send } = world({ pixel: GONE, iphone: reply });
    expect(fault(await send(ANDROID, IPHONE))).toMatchObject(expected);
  });

  it.each([
    ['PlatformApplicationDisabled', 400],
    ['AuthorizationError', 403],
  ])('%s is tried again, but opens no circuit for the devices of others', async (code, status) => {
    const { send } = world({ pixel: refusal(code, 'x', status) });
    const result = await send(ANDROID);
    expect(fault(result)).toMatchObject({ class: 'account_fault', counts: false, opens: false });
    expect(brokenIn(result)).toEqual([]);
  });

  it('nobody to send to is the recipient’s', async () => {
    expect(fault(await world({}).send(''))).toMatchObject({ class: 'recipient_permanent', code: 'no_endpoints' });
  });

  it('a server that never answers costs the deadline of the send and no more', async () => {
    const endpoint = await serve(() => undefined);
    const start = performance.now();
    const result = await push(createHttp({ timeoutMs: 30_000 }), endpoint).send(request);
    expect(fault(result)).toMatchObject({ class: 'ambiguous', code: 'timeout' });
    expect(performance.now() - start).toBeLessThan(FAR_MS);
  });

  it('no secret stands in a fault', async () => {
    const { send } = world({ pixel: refusal('SignatureDoesNotMatch', 'very-secret +14155550100', 403) });
    const { send: broken } = world({ pixel: new Error('very-secret') });
    const said = JSON.stringify([await send(ANDROID), await broken(ANDROID)]);
    expect(said).not.toMatch(/very-secret|4155550100/);
  });
});

const charactersOf = (text: string) => Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);

describe('the message', () => {
  const parsed = (change: Partial<PushRequest> = {}) => {
    const message = JSON.parse(pushMessage({ ...request, ...change }) ?? '') as Record<string, string>;
    const platform = (name: string) => JSON.parse(message[name] ?? '');
    return { message, fcm: platform('GCM').fcmV1Message.message, apns: platform('APNS') };
  };

  it('a critical page breaks through do-not-disturb on both platforms', () => {
    const { message, fcm, apns } = parsed();
    expect(fcm).toEqual({
      notification: { title: request.title, body: request.body },
      data,
      android: {
        priority: 'high',
        ttl: '1800s',
        notification: { channel_id: 'lifeline-critical', notification_priority: 'PRIORITY_MAX' },
      },
    });
    expect(apns).toEqual({
      ...data,
      aps: {
        alert: { title: request.title, body: request.body },
        sound: { critical: 1, name: 'default', volume: 1 },
        'interruption-level': 'critical',
      },
    });
    expect([message.default, message.APNS_SANDBOX]).toEqual([request.title, message.APNS]);
  });

  it('any other is time-sensitive, and sounds as the person has set it', () => {
    const { fcm, apns } = parsed({ critical: false });
    expect(fcm.android).toEqual({ priority: 'high', ttl: '1800s' });
    expect(apns.aps).toMatchObject({ sound: 'default', 'interruption-level': 'time-sensitive' });
  });

  it('data cannot take the place of the alert', () => {
    expect(parsed({ data: { aps: 'x' } }).apns.aps.alert.title).toBe(request.title);
  });

  it.each([
    ['letters', 'x'],
    ['accents', 'é'],
    ['what JSON escapes', '"\n'],
    ['families', '👨‍👩‍👧‍👦'],
  ])('is cut to what every platform takes, by whole characters: %s', (_, character) => {
    const body = character.repeat(5_000);
    const { message, apns } = parsed({ body });
    const bytes = ['GCM', 'APNS', 'APNS_SANDBOX'].map((name) => Buffer.byteLength(message[name] ?? ''));
    expect(Math.max(...bytes)).toBeLessThanOrEqual(4_096);
    expect(Math.max(...bytes)).toBeGreaterThan(4_096 - 60);
    const shown: string = apns.aps.alert.body;
    expect(shown).toMatch(/\.\.\.$/);
    const kept = shown.slice(0, -3);
    expect(body.startsWith(kept)).toBe(true);
    const whole = new Set(charactersOf(character));
    expect(charactersOf(kept).every((one) => whole.has(one))).toBe(true);
  });

  it('what just fits is left whole; what cannot fit at all is our bug and not sent', async () => {
    const short = parsed({ body: 'x'.repeat(3_000) }).apns.aps.alert.body;
    expect(short).toBe('x'.repeat(3_000));
    const { send, forms } = world({});
    expect(await send(ANDROID)).toMatchObject({ outcome: 'accepted' });
    const much = { ...request, data: { url: 'x'.repeat(5_000) } };
    const result = await push(async () => Promise.reject(new Error('called'))).send(much);
    expect(fault(result)).toMatchObject({ class: 'our_bug', code: 'too_large' });
    expect(forms).toHaveLength(1);
  });
});

describe('an endpoint', () => {
  it.each([
    [ANDROID, { platform: 'GCM', app: 'lifeline', id: 'pixel' }],
    [
      'arn:aws-us-gov:sns:us-gov-west-1:123456789012:endpoint/APNS_SANDBOX/My.App/5e3e9847-3183-3f18-a7e8-671c3a57d4b3',
      {},
    ],
  ])('%s is one', (endpoint, expected) => {
    expect(parsePushEndpoint(endpoint)).toMatchObject(expected);
  });

  it.each([
    ['arn:x'],
    ['arn:aws:sns:us-east-1:000000000000:topic'],
    [`${ANDROID} ${IPHONE}`],
    [`${ANDROID}/more`],
    [` ${ANDROID}`],
    [arn('x', 'ADM')],
    ['arn:aws:sns:us-east-1:0000:endpoint/GCM/lifeline/x'],
    [''],
  ])('%s is none', (endpoint) => {
    expect(parsePushEndpoint(endpoint)).toBeUndefined();
  });
});

describe('the health check', () => {
  const check = (send: () => Promise<unknown>) => createSnsPushCheck({ client: { send } as never, timeoutMs: 1 });
  const refusing = (name: string, statusCode: number) => () =>
    Promise.reject(Object.assign(new Error('words'), { name, $fault: 'client', $response: { statusCode } }));

  it('the health check of push is that of SNS, and healthy when it answers', async () => {
    const one = check(async () => ({ PlatformApplications: [] }));
    expect([one.provider, one.channel, await one.check()]).toEqual(['sns-push', 'push', { finding: 'ok' }]);
  });

  it('fails with the account, and is unknown when it may not ask', async () => {
    expect(await check(refusing('InvalidClientTokenId', 403)).check()).toMatchObject({ fault: { opens: true } });
    expect(await check(refusing('AuthorizationErrorException', 403)).check()).toMatchObject({ finding: 'unknown' });
    expect(await check(async () => ({})).check()).toMatchObject({ fault: { code: 'garbage', opens: false } });
  });
});
