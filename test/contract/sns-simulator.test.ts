/** The simulator speaks to AWS's own client as SNS does, and our requests are the ones that client makes. */
import { GetSMSAttributesCommand, PublishCommand, SNSClient, type SNSClientConfig } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { awsHttp } from '../../lambdas/providers/aws-http.ts';
import { createHttp } from '../../lambdas/providers/http.ts';
import { createSnsSms } from '../../lambdas/providers/sms/sns.ts';
import { FAR_MS } from '../support/deadlines.ts';
import { serve } from '../unit/providers/servers.ts';
import { phone, type Running, runSimulators } from './simulator.ts';

const TO = '+14155550100';
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const clientOf = (endpoint: string, more: SNSClientConfig = {}) =>
  new SNSClient({ region: 'us-east-1', endpoint, credentials, maxAttempts: 1, ...more });
const snsOf = ({ origin }: Running) => clientOf(`${origin}/simulators/sns`);
const setMode = ({ origin }: Running, mode: object) =>
  fetch(`${origin}/simulators/sns`, { method: 'PUT', body: JSON.stringify(mode) });
const publish = (running: Running, more = {}) =>
  snsOf(running).send(new PublishCommand({ PhoneNumber: TO, Message: 'hello', ...more }));
const text = (StringValue: string) => ({ DataType: 'String', StringValue });

describe("AWS's client works against it", () => {
  it('publishes, and the phone shows the sender id', async () => {
    const running = await runSimulators();
    const attributes = { 'AWS.SNS.SMS.SenderID': text('OnCall'), 'AWS.SNS.SMS.SMSType': text('Transactional') };
    const { MessageId } = await publish(running, { MessageAttributes: attributes, Message: '“café” & 5xx < 12 % 🔥' });
    expect(MessageId).toMatch(/^[0-9a-f-]{36}$/);
    expect(await phone(running)).toEqual([
      {
        id: MessageId,
        at: expect.stringMatching(/^\d{4}-.*Z$/),
        kind: 'sms',
        from: 'OnCall',
        body: '“café” & 5xx < 12 % 🔥',
        provider: 'sns',
      },
    ]);
  });

  it('tells the account’s settings for texts', async () => {
    const { attributes } = await snsOf(await runSimulators()).send(new GetSMSAttributesCommand({}));
    expect(attributes).toMatchObject({ DeliveryStatusSuccessSamplingRate: '100' });
  });
});

describe('it refuses what SNS refuses, with its errors', () => {
  it.each([
    ['InvalidParameterException', { PhoneNumber: undefined }],
    ['InvalidParameterException', { PhoneNumber: '4155550100' }],
    ['InvalidParameterException', { Message: '' }],
    ['InvalidParameterException', { Message: 'x'.repeat(1601) }],
    ['InvalidParameterException', { MessageAttributes: { 'AWS.SNS.SMS.SenderID': text('far too long a sender') } }],
    ['InvalidParameterException', { MessageAttributes: { 'AWS.SNS.SMS.SMSType': text('Urgent') } }],
    ['NotFoundException', { PhoneNumber: undefined, TopicArn: 'arn:aws:sns:us-east-1:000000000000:t' }],
  ])('%s: %o', async (name, params) => {
    const running = await runSimulators();
    const refusal = await publish(running, params).catch((error) => error);
    expect(refusal).toMatchObject({ name, $fault: 'client', $metadata: { requestId: expect.any(String) } });
    expect(await phone(running)).toEqual([]);
  });

  it.each([
    [{ mode: 'unauthorized' }, 403, 'InvalidClientTokenId'],
    [{ mode: 'suspended' }, 403, 'OptInRequired'],
    [{ mode: 'rate-limited' }, 400, 'Throttling'],
    [{ mode: 'rate-limited', errorCode: 'Throttled' }, 429, 'ThrottledException'],
    [{ mode: 'ok', errorCode: 'InternalError' }, 500, 'InternalErrorException'],
    [{ mode: 'ok', errorCode: 'AuthorizationError' }, 403, 'AuthorizationErrorException'],
  ])('in mode %o', async (mode, status, name) => {
    const running = await runSimulators();
    await setMode(running, mode);
    const refusal = await publish(running).catch((error) => error);
    expect(refusal).toMatchObject({ name, $metadata: { httpStatusCode: status } });
    expect(await phone(running)).toEqual([]);
  });

  it('the simulator of SNS is down as a load balancer is, and resets connections', async () => {
    const running = await runSimulators();
    await setMode(running, { mode: 'down' });
    await expect(publish(running)).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
    await setMode(running, { mode: 'reset' });
    await expect(publish(running)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('nobody without a signature, and no action or version it does not have', async () => {
    const { origin } = await runSimulators();
    const post = (fields: Record<string, string>, headers = {}) =>
      fetch(`${origin}/simulators/sns/`, { method: 'POST', body: new URLSearchParams(fields), headers });
    const signed = { Authorization: 'AWS4-HMAC-SHA256 Credential=local/20261122/us-east-1/sns/aws4_request, x' };
    const unsigned = await post({ Action: 'Publish', Version: '2010-03-31', PhoneNumber: TO, Message: 'x' });
    expect([unsigned.status, await unsigned.text()]).toEqual([
      403,
      expect.stringContaining('MissingAuthenticationToken'),
    ]);
    for (const fields of [
      { Action: 'CreateTopic', Version: '2010-03-31' },
      { Action: 'Publish', Version: '2000-01-01' },
    ]) {
      const refused = await post(fields as Record<string, string>, signed);
      expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('InvalidAction')]);
    }
  });
});

describe('our request is the one AWS’s client makes', () => {
  const BODY =
    '[CRITICAL] payments-api: “café” & 5xx = 12 % +1 🔥. Incident #INC-1042 - Ack: https://x.example/actions/Ab_-';

  /** Takes one request the way a server sees it. */
  async function captured(call: (endpoint: string) => Promise<unknown>) {
    const seen: {
      method: string | undefined;
      url: string | undefined;
      headers: Record<string, unknown>;
      form: object;
    }[] = [];
    const endpoint = await serve(async (req, res) => {
      let body = '';
      for await (const chunk of req) body += chunk;
      const { host, authorization = '', connection, ...headers } = req.headers;
      const form = Object.fromEntries(new URLSearchParams(body));
      const signed = /SignedHeaders=([^,]+)/.exec(authorization)?.[1];
      seen.push({ method: req.method, url: req.url, headers: { ...headers, signed }, form });
      res
        .writeHead(200)
        .end('<PublishResponse><PublishResult><MessageId>a</MessageId></PublishResult></PublishResponse>');
    });
    await call(endpoint);
    expect(seen).toHaveLength(1);
    return seen[0];
  }
  /** Different in every request. */
  const fresh = { 'amz-sdk-invocation-id': expect.any(String), 'x-amz-date': expect.any(String) };

  it('over our HTTP layer as over its own', async () => {
    const requestHandler = awsHttp(createHttp({ timeoutMs: FAR_MS }));
    const mine = await captured((endpoint) =>
      createSnsSms({
        client: clientOf(endpoint, { requestHandler }),
        senderId: 'OnCall',
        registered: [],
        timeoutMs: FAR_MS,
      }).send({
        to: TO,
        body: BODY,
        ref: 'r',
      }),
    );
    const MessageAttributes = { 'AWS.SNS.SMS.SMSType': text('Transactional'), 'AWS.SNS.SMS.SenderID': text('OnCall') };
    const theirs = await captured((endpoint) =>
      clientOf(endpoint).send(new PublishCommand({ PhoneNumber: TO, Message: BODY, MessageAttributes })),
    );
    expect(mine).toEqual({ ...theirs, headers: { ...theirs?.headers, ...fresh } });
    expect(mine?.form).toEqual({
      Action: 'Publish',
      Version: '2010-03-31',
      PhoneNumber: TO,
      Message: BODY,
      'MessageAttributes.entry.1.Name': 'AWS.SNS.SMS.SMSType',
      'MessageAttributes.entry.1.Value.DataType': 'String',
      'MessageAttributes.entry.1.Value.StringValue': 'Transactional',
      'MessageAttributes.entry.2.Name': 'AWS.SNS.SMS.SenderID',
      'MessageAttributes.entry.2.Value.DataType': 'String',
      'MessageAttributes.entry.2.Value.StringValue': 'OnCall',
    });
  });

  it('its form arrives at the simulator as it is', async () => {
    const running = await runSimulators();
    const requestHandler = awsHttp(createHttp({ timeoutMs: FAR_MS }));
    const client = clientOf(`${running.origin}/simulators/sns`, { requestHandler });
    const sms = createSnsSms({ client, senderId: 'OnCall', registered: [], timeoutMs: FAR_MS });
    const result = await sms.send({ to: TO, body: BODY, ref: 'r' });
    expect(result).toMatchObject({ outcome: 'accepted', providerId: expect.stringMatching(/^sns:[0-9a-f-]{36}$/) });
    expect(await phone(running)).toMatchObject([{ body: BODY, from: 'OnCall' }]);
  });
});
