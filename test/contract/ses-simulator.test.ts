/** The simulator speaks to AWS's own client as SES does, and our requests are the ones that client makes. */
import {
  GetAccountCommand,
  ListContactsCommand,
  SendEmailCommand,
  type SendEmailCommandInput,
} from '@aws-sdk/client-sesv2';
import { describe, expect, it, vi } from 'vitest';
import { awsHttp } from '../../lambdas/providers/aws-http.ts';
import { createSes } from '../../lambdas/providers/email/ses.ts';
import { parseSesEvent } from '../../lambdas/providers/email/ses-events.ts';
import { createHttp } from '../../lambdas/providers/http.ts';
import { FAR_MS } from '../support/deadlines.ts';
import { serve } from '../unit/providers/servers.ts';
import { FROM, inbox, MAIL, type MailRun, runMail, sesClient, sesOf, setMode } from './email-simulator.ts';

const clientOf = ({ origin }: MailRun) => sesClient(`${origin}/simulators/ses`);
const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' });
const input = {
  FromEmailAddress: '"Lifeline" <pages@lifeline.example>',
  Destination: { ToAddresses: [MAIL.to] },
  Content: { Simple: { Subject: utf8(MAIL.subject), Body: { Text: utf8(MAIL.text), Html: utf8(MAIL.html) } } },
  EmailTags: [{ Name: 'ref', Value: MAIL.ref }],
  ConfigurationSetName: 'lifeline',
} satisfies SendEmailCommandInput;
const sendWith = (running: MailRun, more: Partial<SendEmailCommandInput> = {}) =>
  clientOf(running).send(new SendEmailCommand({ ...input, ...more }));

describe("AWS's client works against it", () => {
  it('sends, and the mail is in the inbox', async () => {
    const running = await runMail();
    const { MessageId } = await sendWith(running);
    const { to, subject, text, html } = MAIL;
    const shown = { id: MessageId, from: input.FromEmailAddress, to, subject, text, html, provider: 'ses' };
    expect(await inbox(running)).toEqual([{ ...shown, at: expect.stringMatching(/^\d{4}-.*Z$/), headers: {} }]);
  });

  it('tells of the account', async () => {
    const running = await runMail();
    const ask = () => clientOf(running).send(new GetAccountCommand({}));
    expect(await ask()).toMatchObject({ SendingEnabled: true, EnforcementStatus: 'HEALTHY' });
    await setMode(running, 'ses', { mode: 'suspended' });
    expect(await ask()).toMatchObject({ SendingEnabled: false, EnforcementStatus: 'SHUTDOWN' });
  });
});

describe('it refuses what SES refuses, with its errors', () => {
  it.each([
    ['no sender', { FromEmailAddress: undefined }],
    ['no recipient', { Destination: { ToAddresses: [] } }],
    ['a recipient that is none', { Destination: { ToAddresses: ['alice'] } }],
    ['no body', { Content: { Simple: { Subject: utf8('x'), Body: {} } } }],
    ['a tag with other characters', { EmailTags: [{ Name: 'ref', Value: 'a.b' }] }],
  ])('%s', async (_, more) => {
    const running = await runMail();
    const refusal = await sendWith(running, more as object).catch((error) => error);
    expect(refusal).toMatchObject({ name: 'BadRequestException', $metadata: { httpStatusCode: 400 } });
    expect(await inbox(running)).toEqual([]);
  });

  it.each([
    [{ mode: 'unauthorized' }, 403, 'UnrecognizedClientException'],
    [{ mode: 'suspended' }, 400, 'AccountSuspendedException'],
    [{ mode: 'rate-limited' }, 429, 'TooManyRequestsException'],
    [{ mode: 'ok', errorCode: 'MessageRejected' }, 400, 'MessageRejected'],
    [{ mode: 'ok', errorCode: 'InternalFailure' }, 500, 'InternalFailure'],
  ])('in mode %o', async (mode, status, name) => {
    const running = await runMail();
    await setMode(running, 'ses', mode);
    const refusal = await sendWith(running).catch((error) => error);
    expect(refusal).toMatchObject({ name, $metadata: { httpStatusCode: status } });
    expect(await inbox(running)).toEqual([]);
  });

  it('what it does not have, and who does not sign', async () => {
    const running = await runMail();
    const other = await clientOf(running)
      .send(new ListContactsCommand({ ContactListName: 'x' }))
      .catch((error) => error);
    expect(other).toMatchObject({ name: 'UnknownOperationException' });
    const unsigned = await fetch(`${running.origin}/simulators/ses/v2/email/account`);
    expect([unsigned.status, unsigned.headers.get('x-amzn-errortype')]).toEqual([
      403,
      'MissingAuthenticationTokenException',
    ]);
  });
});

describe('its events', () => {
  it('are what ours reads, under the id and the reference of the send', async () => {
    const seen: unknown[] = [];
    const running = await runMail({
      deliver: async (event) => {
        seen.push(event);
        return 'done';
      },
    });
    const result = await sesOf(running).send(MAIL);
    await vi.waitFor(() => expect(seen).toHaveLength(2));
    const providerId = result.outcome === 'accepted' && result.providerId;
    expect(seen.map(parseSesEvent)).toMatchObject([
      { ref: MAIL.ref, receipt: { provider: 'ses', providerId, providerStatus: 'sent', news: 'progress' } },
      { ref: MAIL.ref, receipt: { provider: 'ses', providerId, providerStatus: 'delivered', news: 'delivered' } },
    ]);
  });

  it('are not told of a mail without a configuration set', async () => {
    const seen: unknown[] = [];
    const running = await runMail({
      deliver: async (event) => {
        seen.push(event);
        return 'done';
      },
    });
    await sendWith(running, { ConfigurationSetName: undefined, EmailTags: [{ Name: 'ref', Value: 'quiet' }] });
    await sendWith(running);
    await vi.waitFor(() => expect(seen).toHaveLength(2));
    expect(JSON.stringify(seen)).not.toContain('quiet');
  });
});

describe('our request is the one AWS’s client makes', () => {
  async function captured(call: (endpoint: string) => Promise<unknown>) {
    const seen: { method: string | undefined; url: string | undefined; headers: object; body: unknown }[] = [];
    const endpoint = await serve(async (req, res) => {
      let body = '';
      for await (const chunk of req) body += chunk;
      const { host, authorization = '', connection, ...headers } = req.headers;
      const signed = /SignedHeaders=([^,]+)/.exec(authorization)?.[1];
      seen.push({ method: req.method, url: req.url, headers: { ...headers, signed }, body: JSON.parse(body) });
      res.writeHead(200, { 'Content-Type': 'application/json' }).end('{"MessageId":"a"}');
    });
    await call(endpoint);
    expect(seen).toHaveLength(1);
    return seen[0];
  }
  /** Different in every request. */
  const fresh = { 'amz-sdk-invocation-id': expect.any(String), 'x-amz-date': expect.any(String) };
  const ours = (from: typeof FROM, request: typeof MAIL & { thread?: string }) =>
    captured((endpoint) => {
      const client = sesClient(endpoint, { requestHandler: awsHttp(createHttp({ timeoutMs: FAR_MS })) });
      return createSes({ client, from, timeoutMs: FAR_MS, configurationSet: 'lifeline' }).send(request);
    });

  it('over our HTTP layer as over its own', async () => {
    const mine = await ours(FROM, MAIL);
    const simple = { ...input.Content.Simple, Headers: [{ Name: 'Auto-Submitted', Value: 'auto-generated' }] };
    const marked = { ...input, Content: { Simple: simple } };
    const theirs = await captured((endpoint) => sesClient(endpoint).send(new SendEmailCommand(marked)));
    expect(mine).toEqual({ ...theirs, headers: { ...theirs?.headers, ...fresh } });
  });

  it('threads like SendGrid’s mails of the same incident, and encodes a name beyond ASCII', async () => {
    const mine = await ours({ ...FROM, name: 'Bereitschaft Köln' }, { ...MAIL, thread: 'INC-1042' });
    expect(mine?.body).toMatchObject({
      FromEmailAddress: '=?UTF-8?B?QmVyZWl0c2NoYWZ0IEvDtmxu?= <pages@lifeline.example>',
      Content: {
        Simple: {
          Headers: [
            { Name: 'Auto-Submitted', Value: 'auto-generated' },
            { Name: 'References', Value: expect.stringMatching(/^<\w{32}@lifeline\.example>$/) },
          ],
        },
      },
    });
  });
});
