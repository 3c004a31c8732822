/** The simulator speaks to SendGrid's own packages as SendGrid does, and our requests are the ones they make. */
import { EventWebhook, EventWebhookHeader } from '@sendgrid/eventwebhook';
import sendgrid from '@sendgrid/mail';
import { describe, expect, it, vi } from 'vitest';
import { createSendGrid } from '../../lambdas/providers/email/sendgrid.ts';
import { parseSendGridEvents } from '../../lambdas/providers/email/sendgrid-events.ts';
import { validSendGridSignature } from '../../lambdas/providers/email/sendgrid-signature.ts';
import { FAR_MS } from '../support/deadlines.ts';
import { serve } from '../unit/providers/servers.ts';
import { API_KEY, FROM, inbox, MAIL, type MailRun, runMail, sendGridOf, setMode } from './email-simulator.ts';

/** SendGrid's package against another server. */
function packageOf(baseUrl: string, key = API_KEY): typeof sendgrid {
  sendgrid.setApiKey(key);
  // The client inside has the setting; the package's types do not show it.
  const { client } = sendgrid as unknown as { client: { setDefaultRequest(name: string, value: string): void } };
  client.setDefaultRequest('baseUrl', baseUrl);
  return sendgrid;
}
const simulated = (running: MailRun, key?: string) => packageOf(`${running.origin}/simulators/sendgrid`, key);
const { to, ref, ...content } = MAIL;
const data = { to, from: FROM, ...content, customArgs: { ref } };
const REFUSALS = [
  ['no recipient', { to: [] }, 'personalizations.0.to'],
  ['a recipient that is none', { to: 'alice' }, 'personalizations.0.to.0.email'],
  ['a recipient twice', { to: [to, to] }, 'personalizations.0.to'],
  ['a sender that is none', { from: 'pages' }, 'from.email'],
  ['no subject', { subject: '' }, 'subject'],
  ['an empty body', { text: '', html: '', content: [{ type: 'text/html', value: '' }] }, 'content.0.value'],
  ['a reserved header', { headers: { 'Reply-To': 'x@example.com' } }, 'headers.Reply-To'],
] as const;

describe("SendGrid's package works against it", () => {
  it('sends, and the mail is in the inbox', async () => {
    const running = await runMail();
    const [reply] = await simulated(running).send({ ...data, headers: { References: '<a@b>' } });
    expect(reply.statusCode).toBe(202);
    expect(await inbox(running, 'ALICE@example.com')).toEqual([
      {
        id: reply.headers['x-message-id'],
        at: expect.stringMatching(/^\d{4}-.*Z$/),
        from: 'Lifeline <pages@lifeline.example>',
        to,
        ...content,
        provider: 'sendgrid',
        headers: { References: '<a@b>' },
      },
    ]);
  });

  it.each(REFUSALS)('is refused %s, by the field', async (_, changes, field) => {
    const running = await runMail();
    const wanted = { ...data, ...changes } as Parameters<typeof sendgrid.send>[0];
    const refusal = await simulated(running)
      .send(wanted)
      .catch((error) => error);
    expect(refusal).toMatchObject({ code: 400, response: { body: { errors: [{ field }] } } });
    expect(await inbox(running)).toEqual([]);
  });

  it("SendGrid's package is refused with another key", async () => {
    const refusal = await simulated(await runMail(), 'SG.other')
      .send(data)
      .catch((error) => error);
    expect(refusal).toMatchObject({ code: 401 });
  });

  it.each([
    [{ mode: 'unauthorized' }, 401],
    [{ mode: 'suspended' }, 403],
    [{ mode: 'rate-limited' }, 429],
    [{ mode: 'down' }, 503],
    [{ mode: 'ok', errorCode: 500 }, 500],
    [{ mode: 'ok', errorCode: 'invalid_address' }, 400],
  ])('in mode %o', async (mode, code) => {
    const running = await runMail();
    await setMode(running, 'sendgrid', mode);
    expect(
      await simulated(running)
        .send(data)
        .catch((error) => error),
    ).toMatchObject({ code });
    expect(await inbox(running)).toEqual([]);
  });
});

describe('its event webhook', () => {
  it("verifies with SendGrid's package and with ours, and not when a byte is another", async () => {
    const running = await runMail();
    await simulated(running).send(data);
    await vi.waitFor(() => expect(running.webhooks.length).toBeGreaterThan(0));
    const { path, headers, body } = running.webhooks[0] ?? { path: '', headers: {}, body: '' };
    expect(path).toBe('/api/webhooks/sendgrid/events');
    const signature = String(headers[EventWebhookHeader.SIGNATURE().toLowerCase()]);
    const timestamp = String(headers[EventWebhookHeader.TIMESTAMP().toLowerCase()]);
    const theirs = new EventWebhook();
    const key = theirs.convertPublicKeyToECDSA(running.publicKey);
    const now = Date.now();
    for (const [rawBody, isValid] of [
      [body, true],
      [body.trimEnd(), false],
      [body.replace('processed', 'delivered'), false],
    ] as const) {
      expect(theirs.verifySignature(key, rawBody, signature, timestamp)).toBe(isValid);
      const ours = validSendGridSignature({ publicKey: running.publicKey, timestamp, rawBody, signature, now });
      expect(ours).toBe(isValid);
    }
  });

  it('tells what ours reads, under the id and the reference of the send', async () => {
    const running = await runMail();
    const result = await sendGridOf(running).send(MAIL);
    const told = () => running.webhooks.flatMap(({ body }) => parseSendGridEvents(body));
    await vi.waitFor(() => expect(told()).toHaveLength(2));
    const events = told();
    const providerId = result.outcome === 'accepted' && result.providerId;
    expect(events).toMatchObject([
      { ref, receipt: { providerId, providerStatus: 'processed', news: 'progress' } },
      { ref, receipt: { providerId, providerStatus: 'delivered', news: 'delivered' } },
    ]);
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(2);
  });
});

describe("our request is the one SendGrid's package makes", () => {
  async function captured(call: (url: string) => Promise<unknown>) {
    const seen: { method: string | undefined; url: string | undefined; headers: object; body: unknown }[] = [];
    const url = await serve(async (req, res) => {
      let body = '';
      for await (const chunk of req) body += chunk;
      const { authorization, accept, 'content-type': type } = req.headers;
      seen.push({
        method: req.method,
        url: req.url,
        headers: { authorization, accept, type },
        body: JSON.parse(body || 'null'),
      });
      res.writeHead(202, { 'X-Message-Id': 'a' }).end();
    });
    await call(url);
    expect(seen).toHaveLength(1);
    return seen[0];
  }
  const mine = (request: typeof MAIL & { thread?: string }) =>
    captured((apiUrl) =>
      createSendGrid({ credentials: async () => ({ apiKey: API_KEY }), from: FROM, apiUrl, timeoutMs: FAR_MS }).send(
        request,
      ),
    );

  it('with tracking off and our reference', async () => {
    const trackingSettings = {
      clickTracking: { enable: false, enableText: false },
      openTracking: { enable: false },
      subscriptionTracking: { enable: false },
      ganalytics: { enable: false },
    };
    const headers = { 'Auto-Submitted': 'auto-generated' };
    const theirs = await captured((url) => packageOf(url).send({ ...data, headers, trackingSettings }));
    expect(await mine(MAIL)).toEqual(theirs);
  });

  it('with the thread as a header', async () => {
    const body = (await mine({ ...MAIL, thread: 'INC-1042' }))?.body as { headers: Record<string, string> };
    const { headers } = body;
    expect(headers).toEqual({
      'Auto-Submitted': 'auto-generated',
      References: expect.stringMatching(/^<[0-9a-f]{32}@lifeline\.example>$/),
    });
    const theirs = await captured((url) => packageOf(url).send({ ...data, headers }));
    expect(theirs?.body).toMatchObject({ headers });
    expect(JSON.stringify(body)).not.toContain('INC-1042');
  });
});
