/** The simulator takes push notifications from AWS's own client as SNS does, and from ours. */
import { ListPlatformApplicationsCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { awsHttp } from '../../lambdas/providers/aws-http.ts';
import { createHttp } from '../../lambdas/providers/http.ts';
import { createSnsPushCheck } from '../../lambdas/providers/push/push-check.ts';
import { createSnsPush } from '../../lambdas/providers/push/sns-push.ts';
import { FAR_MS } from '../support/deadlines.ts';
import { serve } from '../unit/providers/servers.ts';
import { type Running, runSimulators } from './simulator.ts';

const arn = (id: string, platform = 'GCM') => `arn:aws:sns:us-east-1:000000000000:endpoint/${platform}/lifeline/${id}`;
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const clientOf = (endpoint: string, more = {}) =>
  new SNSClient({ region: 'us-east-1', endpoint, credentials, maxAttempts: 1, ...more });
const snsOf = ({ origin }: Running) => clientOf(`${origin}/simulators/sns`);
const items = async ({ origin }: Running, id: string) =>
  ((await (await fetch(`${origin}/simulators/push/${id}`)).json()) as { items: object[] }).items;

const FCM = JSON.stringify({
  fcmV1Message: {
    message: { notification: { title: 't', body: 'b' }, data: { k: 'v' }, android: { priority: 'high' } },
  },
});
const APNS = JSON.stringify({ aps: { alert: { title: 't', body: 'b' }, sound: 'default' }, k: 'v' });
const MESSAGE = { default: 'd', GCM: FCM, APNS };
const publish = (running: Running, message: object | string, more = {}) =>
  snsOf(running).send(
    new PublishCommand({
      TargetArn: arn('pixel'),
      Message: typeof message === 'string' ? message : JSON.stringify(message),
      MessageStructure: 'json',
      ...more,
    }),
  );

describe("AWS's client works against it", () => {
  it.each(['GCM', 'APNS'])('a notification for %s is on the device, in its own words', async (platform) => {
    const running = await runSimulators();
    const { MessageId } = await publish(running, MESSAGE, { TargetArn: arn('one', platform) });
    expect(await items(running, 'one')).toEqual([
      {
        id: MessageId,
        at: expect.stringMatching(/^\d{4}-.*Z$/),
        title: 't',
        body: 'b',
        critical: false,
        data: { k: 'v' },
        provider: 'sns-push',
      },
    ]);
    expect(await items(running, 'another')).toEqual([]);
  });

  it('a platform that the message does not name gets the default, as does one whose value is no string', async () => {
    const running = await runSimulators();
    await publish(running, { default: 'd', GCM: FCM }, { TargetArn: arn('a', 'APNS') });
    await publish(running, { default: 'd', APNS: { aps: {} } }, { TargetArn: arn('a', 'APNS') });
    await publish(running, 'plain', { TargetArn: arn('a'), MessageStructure: undefined });
    expect(await items(running, 'a')).toMatchObject([{ body: 'd' }, { body: 'd' }, { body: 'plain' }]);
  });

  it('lists no platform applications, since any endpoint does', async () => {
    const found = await snsOf(await runSimulators()).send(new ListPlatformApplicationsCommand({}));
    expect(found.PlatformApplications).toEqual([]);
  });
});

describe('it refuses what SNS refuses, with its errors', () => {
  it.each([
    ['EndpointDisabledException', MESSAGE, { TargetArn: arn('disabled-1') }],
    ['InvalidParameterException', MESSAGE, { TargetArn: arn('unknown-1') }],
    ['InvalidParameterException', MESSAGE, { TargetArn: 'arn:aws:sns:us-east-1:000000000000:topic' }],
    ['InvalidParameterException', MESSAGE, { TargetArn: arn('x', 'CARRIER-PIGEON') }],
    ['InvalidParameterException', 'not json', {}],
    ['InvalidParameterException', '[]', {}],
    ['InvalidParameterException', { GCM: FCM }, {}],
    ['InvalidParameterException', { default: 'd', GCM: 'not json' }, {}],
    ['InvalidParameterException', { default: 'd', GCM: '{"neither":1}' }, {}],
    ['InvalidParameterException', { default: 'd', GCM: FCM.replace('"v"', '1') }, {}],
    ['InvalidParameterException', { default: 'd', APNS: '{"no":"aps"}' }, { TargetArn: arn('x', 'APNS') }],
    ['InvalidParameterException', { default: 'd', GCM: FCM.replace('"b"', `"${'x'.repeat(4_100)}"`) }, {}],
    ['InvalidParameterException', { default: 'x'.repeat(262_200) }, {}],
    ['InvalidParameterException', MESSAGE, { MessageStructure: 'xml' }],
    ['InvalidParameterException', '', {}],
  ])('%s: %j %o', async (name, message, more) => {
    const running = await runSimulators();
    const refused = await publish(running, message, more).catch((error) => error);
    expect(refused).toMatchObject({ name, $fault: 'client' });
    expect(await (await fetch(`${running.origin}/simulators/push`)).json()).toEqual({ items: [] });
  });
});

describe('ours', () => {
  const ours = (endpoint: string) => {
    const client = clientOf(endpoint, { requestHandler: awsHttp(createHttp({ timeoutMs: FAR_MS })) });
    return { push: createSnsPush({ client, timeoutMs: FAR_MS }), client };
  };
  const request = { ref: 'r', title: 'CRITICAL: “db”', body: 'x'.repeat(9_000), critical: true, data: { pageId: 'p' } };

  it('a notification of ours is taken by every platform however long it is, and breaks through; the dead endpoint is named', async () => {
    const running = await runSimulators();
    const dead = arn('disabled-old', 'APNS');
    const to = [arn('pixel'), arn('iphone', 'APNS'), arn('dev', 'APNS_SANDBOX'), dead].join(' ');
    const result = await ours(`${running.origin}/simulators/sns`).push.send({ ...request, to });
    expect(result).toMatchObject({ outcome: 'accepted', contacts: { broken: [{ address: dead }] } });
    for (const id of ['pixel', 'iphone', 'dev']) {
      expect(await items(running, id)).toMatchObject([
        {
          title: request.title,
          body: expect.stringMatching(/^x{3000,}\.\.\.$/),
          critical: true,
          data: { pageId: 'p' },
        },
      ]);
    }
  });

  it('a notification of ours is the request that AWS’s client makes', async () => {
    const seen: { method: string | undefined; url: string | undefined; body: string; signed: string | undefined }[] =
      [];
    const endpoint = await serve(async (req, res) => {
      let body = '';
      for await (const chunk of req) body += chunk;
      const signed = /SignedHeaders=([^,]+)/.exec(req.headers.authorization ?? '')?.[1];
      seen.push({ method: req.method, url: req.url, body, signed });
      res
        .writeHead(200)
        .end('<PublishResponse><PublishResult><MessageId>a</MessageId></PublishResult></PublishResponse>');
    });
    await ours(endpoint).push.send({ ...request, to: arn('pixel') });
    const form = new URLSearchParams(seen[0]?.body);
    const attributes: Record<string, { DataType: string; StringValue: string }> = {};
    for (let n = 1; form.has(`MessageAttributes.entry.${n}.Name`); n += 1) {
      const entry = (field: string) => form.get(`MessageAttributes.entry.${n}.${field}`) ?? '';
      attributes[entry('Name')] = { DataType: entry('Value.DataType'), StringValue: entry('Value.StringValue') };
    }
    expect(Object.keys(attributes)).toContain('AWS.SNS.MOBILE.APNS.PUSH_TYPE');
    await clientOf(endpoint).send(
      new PublishCommand({
        TargetArn: arn('pixel'),
        Message: form.get('Message') ?? '',
        MessageStructure: 'json',
        MessageAttributes: attributes,
      }),
    );
    expect(seen[1]).toEqual(seen[0]);
  });

  it('its check finds the account well, and the mode of push alone when it is not', async () => {
    const running = await runSimulators();
    const { client } = ours(`${running.origin}/simulators/sns`);
    const { check } = createSnsPushCheck({ client, timeoutMs: FAR_MS });
    const setMode = (name: string, mode: string) =>
      fetch(`${running.origin}/simulators/${name}`, { method: 'PUT', body: JSON.stringify({ mode }) });
    await setMode('sns', 'suspended');
    expect(await check()).toEqual({ finding: 'ok' });
    await setMode('sns-push', 'suspended');
    expect(await check()).toMatchObject({ finding: 'failing', fault: { opens: true } });
  });
});
