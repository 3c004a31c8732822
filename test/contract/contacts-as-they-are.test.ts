/** The simulators keep the limits of addresses as the world does, seen through the vendors' own clients where we have one. */

import {
  GetEndpointAttributesCommand,
  PublishCommand,
  SetEndpointAttributesCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { type WebAPIPlatformError, type WebAPIRateLimitedError, WebClient } from '@slack/web-api';
import { describe, expect, it, vi } from 'vitest';
import { slackBundle } from '../../lambdas/core/content/slack.ts';
import { teamsBundle } from '../../lambdas/core/content/teams.ts';
import { wordingFor } from '../../lambdas/core/content/wording.ts';
import { DAY } from '../../lambdas/core/time.ts';
import { awsHttp } from '../../lambdas/providers/aws-http.ts';
import { createHttp } from '../../lambdas/providers/http.ts';
import { createPushEndpoints } from '../../lambdas/providers/push/sns-endpoint.ts';
import { createSlack } from '../../lambdas/providers/slack/slack.ts';
import { createTeams } from '../../lambdas/providers/teams/teams.ts';
import { PAGE } from '../../scripts/render-content.ts';
import { FAR_MS } from '../support/deadlines.ts';
import { inbox, MAIL, runMail, sendGridOf } from './email-simulator.ts';
import { type Running, runSimulators, SLACK_APP } from './simulator.ts';

describe('Slack', () => {
  const clientOf = ({ origin }: Running) =>
    new WebClient(SLACK_APP.botToken, {
      slackApiUrl: `${origin}/simulators/slack/api/`,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
    });

  it.each(['U1', 'C0123'])('takes one message a second for %s, and says how long to wait', async (channel) => {
    let now = 1_000_000;
    const client = clientOf(await runSimulators({ now: () => now }));
    const post = (to: string) => client.chat.postMessage({ channel: to, text: 'x' });
    const refusal = () =>
      post(channel).then(
        () => undefined,
        (error: WebAPIRateLimitedError) => error.retryAfter,
      );
    await post(channel);
    now += 999;
    expect(await refusal()).toBe(1);
    expect(await post('C9')).toMatchObject({ ok: true });
    now += 1;
    expect(await post(channel)).toMatchObject({ ok: true });
  });

  it.each([
    [12_000, undefined],
    [12_001, 'msg_blocks_too_long'],
  ])('judges %i characters in all blocks: %s', async (length, expected) => {
    const sizes = [...Array.from({ length: 4 }, () => 2_900), length - 11_600];
    const blocks = sizes.map((size) => ({ type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(size) } }));
    const call = clientOf(await runSimulators()).chat.postMessage({ channel: 'U1', text: 'x', blocks });
    const found = await call.then(
      () => undefined,
      (error: WebAPIPlatformError) => error.data.error,
    );
    expect(found).toBe(expected);
  });
});

describe('twenty incidents with links of 2,048 characters', () => {
  const url = `https://example.com/${'a'.repeat(2_028)}`;
  const pages = Array.from({ length: 20 }, (_, n) => {
    const incident = { ...PAGE.incident, id: `INC-${n}`, title: `Trouble ${n}`, url };
    return { ...PAGE, id: `pg_${n}`, incident };
  });
  const bundle = { recipientId: 'usr_alice', pages };
  const wording = wordingFor('en');
  const named = (message: object | undefined) => JSON.stringify(message).match(/Trouble \d+/g)?.length;

  it('arrive in one Slack message, all of them', async () => {
    const { origin } = await runSimulators();
    const credentials = async () => ({ botToken: SLACK_APP.botToken });
    const slack = createSlack({ credentials, apiUrl: `${origin}/simulators/slack`, timeoutMs: FAR_MS });
    const content = slackBundle(bundle, { wording, tokens: { acknowledge: 'a', resolve: 'b' } });
    expect(await slack.send({ to: 'U1', ref: 'r', ...content })).toMatchObject({ outcome: 'accepted' });
    const { items } = (await (await fetch(`${origin}/simulators/slack/U1`)).json()) as {
      items: { blocks: object[] }[];
    };
    expect(items).toHaveLength(1);
    expect(named(items[0]?.blocks)).toBe(20);
  });

  it('arrive in one Teams card, all of them', async () => {
    const { origin } = await runSimulators();
    const teams = createTeams({ timeoutMs: FAR_MS, apiUrl: `${origin}/simulators/teams` });
    const card = teamsBundle(bundle, { wording, links: { acknowledge: url, resolve: url } });
    const to = `${origin}/simulators/teams/alice`;
    expect(await teams.send({ to, ref: 'r', card })).toMatchObject({ outcome: 'accepted' });
    const { items } = (await (await fetch(`${origin}/simulators/teams`)).json()) as { items: { problem?: string }[] };
    expect(items).toHaveLength(1);
    expect(items[0]).not.toHaveProperty('problem');
    expect(named(items[0])).toBe(20);
  });
});

describe('a Teams flow', () => {
  const FLOW = 'default0a1b.c2.environment.api.powerplatform.com/powerautomate/automations/direct/workflows/0a1b?sig=s';
  const card = { type: 'AdaptiveCard', version: '1.4', body: [] };
  const send = ({ origin }: Running, to: string) =>
    createTeams({ timeoutMs: FAR_MS, apiUrl: `${origin}/simulators/teams` }).send({ to, ref: 'r', card });

  it('that was not used for 120 days is off until its owner switches it on', async () => {
    let now = 1_000_000;
    const running = await runSimulators({ now: () => now });
    const outcome = async () => {
      const result = await send(running, `https://${FLOW}`);
      return result.outcome === 'failed' ? result.fault.code : result.outcome;
    };
    expect(await outcome()).toBe('accepted');
    now += 120 * DAY;
    expect(await outcome()).toBe('accepted');
    now += 120 * DAY + 1;
    expect(await outcome()).toBe('WorkflowTriggerIsNotEnabled');
    expect(await outcome()).toBe('WorkflowTriggerIsNotEnabled');
    const path = '/powerautomate/automations/direct/workflows/0a1b';
    expect((await fetch(`${running.origin}/simulators/teams${path}`, { method: 'PUT' })).status).toBe(200);
    expect(await outcome()).toBe('accepted');
  });

  it('on logic.azure.com is gone', async () => {
    const running = await runSimulators();
    const old = 'https://prod-1.westus.logic.azure.com/workflows/0a1b/triggers/manual/paths/invoke?sig=s';
    expect(await send(running, old)).toMatchObject({ fault: { code: 'WorkflowNotFound', counts: false } });
  });
});

describe('a push endpoint of the wrong environment', () => {
  it('takes a notification that nobody sees, is disabled, and can be enabled again under the same ARN', async () => {
    const { origin } = await runSimulators();
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const endpoint = `${origin}/simulators/sns`;
    const client = new SNSClient({ region: 'us-east-1', endpoint, credentials, maxAttempts: 1 });
    const TargetArn = 'arn:aws:sns:us-east-1:000000000000:endpoint/APNS/lifeline/wrong-environment-1';
    const publish = () => client.send(new PublishCommand({ TargetArn, Message: 'hello' }));
    const enabled = async () =>
      (await client.send(new GetEndpointAttributesCommand({ EndpointArn: TargetArn }))).Attributes?.Enabled;

    expect(await enabled()).toBe('true');
    await publish();
    expect(await enabled()).toBe('false');
    await expect(publish()).rejects.toMatchObject({ name: 'EndpointDisabledException' });
    expect(await (await fetch(`${origin}/simulators/push/wrong-environment-1`)).json()).toEqual({ items: [] });

    await client.send(new SetEndpointAttributesCommand({ EndpointArn: TargetArn, Attributes: { Enabled: 'true' } }));
    expect(await enabled()).toBe('true');
    await publish();
    expect(await enabled()).toBe('false');
  });
});

describe('a try of a push endpoint that SNS has disabled', () => {
  const endpointsOf = ({ origin }: Running) => {
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const requestHandler = awsHttp(createHttp({ timeoutMs: 10_000 }));
    const endpoint = `${origin}/simulators/sns`;
    const client = new SNSClient({ region: 'us-east-1', endpoint, credentials, maxAttempts: 1, requestHandler });
    return createPushEndpoints(client, 10_000);
  };
  const arn = (id: string, platform = 'APNS') =>
    `arn:aws:sns:us-east-1:000000000000:endpoint/${platform}/lifeline/${id}`;
  const shown = async ({ origin }: Running, id: string) =>
    ((await (await fetch(`${origin}/simulators/push/${id}`)).json()) as { items: object[] }).items;

  it.each(['APNS', 'APNS_SANDBOX', 'GCM'])('enables it and shows nothing on the device (%s)', async (platform) => {
    const running = await runSimulators();
    const endpoints = endpointsOf(running);
    const disabled = arn('disabled-1', platform);
    expect(await endpoints.look(disabled)).toBe('disabled');
    await endpoints.tryAgain(disabled);
    expect(await endpoints.look(disabled)).toBe('enabled');
    expect(await shown(running, 'disabled-1')).toEqual([]);
  });

  it('leaves one with a dead token disabled, since its silent notification is refused too', async () => {
    const running = await runSimulators();
    const endpoints = endpointsOf(running);
    const wrong = arn('wrong-environment-1');
    await endpoints.tryAgain(wrong);
    expect(await endpoints.look(wrong)).toBe('disabled');
  });

  it('finds that one was deleted', async () => {
    expect(await endpointsOf(await runSimulators()).look(arn('unknown-1'))).toBe('gone');
  });

  it('throws while SNS is down, which says nothing about the endpoint', async () => {
    const running = await runSimulators();
    await fetch(`${running.origin}/simulators/sns-push`, { method: 'PUT', body: '{"mode":"down"}' });
    await expect(endpointsOf(running).look(arn('pixel'))).rejects.toThrow();
  });
});

describe('SendGrid', () => {
  it.each([
    ['spam', 'Spam Reporting Address', 'spamreport'],
    ['unsubscribe', 'Unsubscribed Address', 'unsubscribe'],
  ])(
    'drops mails silently after %s was said, until the address is taken off its list',
    async (report, reason, kind) => {
      const running = await runMail();
      const send = () => sendGridOf(running).send(MAIL);
      const events = () =>
        running.webhooks.flatMap(({ body }) => JSON.parse(body) as { event: string; reason?: string; ref?: string }[]);
      const list = `${running.origin}/simulators/inbox/${MAIL.to}/${report}`;
      await send();
      await fetch(list, { method: 'POST' });
      expect(await send()).toMatchObject({ outcome: 'accepted' });
      await vi.waitFor(() => {
        expect(events()).toContainEqual(expect.objectContaining({ event: kind, ref: MAIL.ref }));
        expect(events()).toContainEqual(expect.objectContaining({ event: 'dropped', reason, ref: MAIL.ref }));
      });
      expect(await inbox(running)).toHaveLength(1);

      await fetch(list, { method: 'DELETE' });
      await send();
      expect(await inbox(running)).toHaveLength(2);
    },
  );
});
