/** One file because both simulators share inboxes, modes and restarts, and are held to them side by side. */
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { EmailReceipt } from '../../lambdas/providers/email/events.ts';
import { parseSendGridEvents } from '../../lambdas/providers/email/sendgrid-events.ts';
import { validSendGridSignature } from '../../lambdas/providers/email/sendgrid-signature.ts';
import { parseSesEvent } from '../../lambdas/providers/email/ses-events.ts';
import type { DeliverEvent } from '../../local/simulators/email/index.ts';
import { Mails } from '../../local/simulators/email/mails.ts';
import { Store } from '../../local/simulators/store.ts';
import {
  API_KEY,
  inbox,
  MAIL,
  type MailRun,
  runMail,
  sendGridOf,
  sesOf,
  setMode,
} from '../contract/email-simulator.ts';
import { ACCOUNT } from '../contract/simulator.ts';
import { IN_VAIN_MS } from '../support/deadlines.ts';

const told = ({ webhooks }: MailRun) => webhooks.flatMap(({ body }) => parseSendGridEvents(body));
const words = (events: EmailReceipt[]) => events.map(({ receipt }) => receipt.providerStatus);

/** A rule's target that keeps what it is handed, and answers as told; the last answer stays. */
function target(...answers: Awaited<ReturnType<DeliverEvent>>[]) {
  const seen: EmailReceipt[] = [];
  const deliver: DeliverEvent = async (event) => {
    const receipt = parseSesEvent(event);
    if (receipt) seen.push(receipt);
    return (answers.length > 1 ? answers.shift() : answers[0]) ?? 'done';
  };
  return { seen, deliver };
}
const providers = [
  ['sendgrid', sendGridOf],
  ['ses', sesOf],
] as const;

describe.each(providers)('each mode of %s makes the outcome it is there for', (name, senderOf) => {
  /** The run, and every receipt of the provider's. */
  async function run(mode: object) {
    const { seen, deliver } = target();
    const running = await runMail({ deliver });
    await setMode(running, name, mode);
    return { running, receipts: () => (name === 'ses' ? seen : told(running)) };
  }

  it('ok: accepted, in the inbox, and told of in order', async () => {
    const { running, receipts } = await run({ mode: 'ok' });
    const result = await senderOf(running).send(MAIL);
    expect(result).toMatchObject({ outcome: 'accepted' });
    const { ref, ...content } = MAIL;
    expect(await inbox(running)).toMatchObject([{ ...content, provider: name }]);
    await vi.waitFor(() => expect(receipts()).toHaveLength(2));
    expect(receipts().map(({ receipt }) => receipt.news)).toEqual(['progress', 'delivered']);
    for (const { receipt, ...rest } of receipts()) {
      expect([rest.ref, receipt.providerId]).toEqual([ref, result.outcome === 'accepted' && result.providerId]);
    }
    expect(running.log).toEqual([`✉ a•••@example.com  ${MAIL.subject}`]);
  });

  it.each([
    ['down', 'transient'],
    ['reset', 'ambiguous'],
    ['unauthorized', 'account_fault'],
    ['suspended', 'account_fault'],
    ['rate-limited', 'transient'],
  ])('%s: %s, and nothing is in the inbox', async (mode, faultClass) => {
    const { running } = await run({ mode });
    expect(await senderOf(running).send(MAIL)).toMatchObject({ fault: { class: faultClass, failsOver: true } });
    expect(await inbox(running)).toEqual([]);
  });

  it.each([
    ['hang', 'timeout'],
    ['garbage', 'garbage'],
  ])('%s: ambiguous, although the mail arrives and is told of', async (mode, code) => {
    const { running, receipts } = await run({ mode });
    const timeoutMs = mode === 'hang' ? IN_VAIN_MS : undefined;
    expect(await senderOf(running, timeoutMs).send(MAIL)).toMatchObject({ fault: { class: 'ambiguous', code } });
    expect(await inbox(running)).toHaveLength(1);
    await vi.waitFor(() => expect(receipts()).toHaveLength(2));
  });

  it('undelivered: accepted, never in the inbox, and it comes back for the other provider', async () => {
    const { running, receipts } = await run({ mode: 'undelivered' });
    expect(await senderOf(running).send(MAIL)).toMatchObject({ outcome: 'accepted' });
    await vi.waitFor(() => expect(receipts()).toHaveLength(2));
    expect(receipts().at(-1)?.receipt.news).toMatchObject({ undelivered: { code: '5.7.1', failsOver: true } });
    expect(await inbox(running)).toEqual([]);
  });

  it('undelivered with 5.1.1: there is no such address', async () => {
    const { running, receipts } = await run({ mode: 'undelivered', errorCode: '5.1.1' });
    await senderOf(running).send(MAIL);
    await vi.waitFor(() => expect(receipts()).toHaveLength(2));
    expect(receipts().at(-1)?.receipt.news).toMatchObject({ undelivered: { code: '5.1.1', failsOver: false } });
  });

  it('silent: accepted and in the inbox, and never told of', async () => {
    const { running, receipts } = await run({ mode: 'silent' });
    await senderOf(running).send({ ...MAIL, ref: 'first' });
    await setMode(running, name, { mode: 'ok' });
    await senderOf(running).send({ ...MAIL, ref: 'second' });
    await vi.waitFor(() => expect(receipts()).toHaveLength(2));
    expect(receipts().map(({ ref }) => ref)).toEqual(['second', 'second']);
    expect(await inbox(running)).toHaveLength(2);
  });

  it('slow: the answer is held back, the mail is not, so its events overtake the answer', async () => {
    const { running, receipts } = await run({ mode: 'slow', latencyMs: 60_000 });
    const isAnswered = vi.fn();
    const result = senderOf(running, 120_000).send(MAIL).finally(isAnswered);
    await vi.waitFor(() => expect(receipts()).toHaveLength(2));
    expect(isAnswered).not.toHaveBeenCalled();
    await running.stop();
    await result;
  });

  it('slow: the answer comes when it was held back for as long as it was told', async () => {
    const { running } = await run({ mode: 'slow', latencyMs: 100 });
    const began = performance.now();
    expect(await senderOf(running).send(MAIL)).toMatchObject({ outcome: 'accepted' });
    expect(performance.now() - began).toBeGreaterThanOrEqual(99);
  });

  it('share: exactly that part of the sends', async () => {
    const { running } = await run({ mode: 'down', share: 0.5 });
    const outcomes = [];
    for (let i = 0; i < 4; i += 1) outcomes.push((await senderOf(running).send(MAIL)).outcome);
    expect(outcomes.filter((outcome) => outcome === 'failed')).toHaveLength(2);
  });

  it.each([30003, 'Teleported', ''])('refuses %j as an error code', async (errorCode) => {
    const reply = await setMode(await runMail(), name, { mode: 'ok', errorCode });
    expect([reply.status, await reply.json()]).toMatchObject([400, { errors: [{ path: 'errorCode' }] }]);
  });
});

describe('what SendGrid alone does', () => {
  it.each(['bounced_address', 'invalid_address', 'spam_content', 'spam_reporting_address', 'unsubscribed_address'])(
    'drops with %s, which is read back under that code',
    async (errorCode) => {
      const running = await runMail();
      await setMode(running, 'sendgrid', { mode: 'undelivered', errorCode });
      await sendGridOf(running).send(MAIL);
      await vi.waitFor(() =>
        expect(told(running)).toMatchObject([{ receipt: { news: { undelivered: { code: errorCode } } } }]),
      );
    },
  );

  it('bounces after the delivery, without knowing which message it was', async () => {
    const running = await runMail();
    await setMode(running, 'sendgrid', { mode: 'undelivered', errorCode: 'late_bounce' });
    await sendGridOf(running).send(MAIL);
    await vi.waitFor(() => expect(words(told(running))).toEqual(['processed', 'delivered', 'bounce']));
    expect(told(running).at(-1)).toMatchObject({ ref: MAIL.ref, receipt: { providerId: '' } });
  });

  it('repeats a webhook that was not taken, signed, with the same events', async () => {
    const running = await runMail();
    running.answerWith.splice(0, 1, 500, 429, 204);
    await sendGridOf(running).send(MAIL);
    // Two events, in one webhook or in two, of which two are not taken.
    await vi.waitFor(() => {
      expect(running.webhooks.length).toBeGreaterThanOrEqual(3);
      expect(new Set(words(told(running)))).toEqual(new Set(['processed', 'delivered']));
    });
    expect(new Set(told(running).map(({ eventId }) => eventId)).size).toBe(2);
    for (const { headers, body: rawBody } of running.webhooks) {
      const signature = String(headers['x-twilio-email-event-webhook-signature']);
      const timestamp = String(headers['x-twilio-email-event-webhook-timestamp']);
      const signed = { publicKey: running.publicKey, timestamp, rawBody, signature, now: Date.now() };
      expect(validSendGridSignature(signed)).toBe(true);
    }
  });

  it('posts what is due together together', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'simulators-'));
    const store = new Store(dataDir);
    const event = { event: 'processed', email: MAIL.to, timestamp: 1, sg_message_id: 'm', ref: MAIL.ref };
    const events = Array.from({ length: 20 }, (_, n) => ({ dueAt: 0, payload: { ...event, sg_event_id: `e${n}` } }));
    new Mails(store.db).accept('sendgrid', [], events);
    store.close();
    const running = await runMail({ dataDir });
    await vi.waitFor(() => expect(told(running)).toHaveLength(20));
    expect(running.webhooks).toHaveLength(1);
  });
});

it('SES’s events wait for a run that is still starting, and come again to a target that fails', async () => {
  const { seen, deliver } = target('unheard', 'failed', 'done');
  const running = await runMail({ deliver });
  await sesOf(running).send(MAIL);
  await vi.waitFor(() => expect(words(seen).sort()).toEqual(['delivered', 'delivered', 'sent', 'sent']));
});

describe('what was answered survives a kill -9', () => {
  /** The simulators in a process of their own, to be killed. */
  async function runInProcess(dataDir: string) {
    const options = { dataDir, baseUrl: 'http://x/simulators', twilio: ACCOUNT, email: { sendGridApiKey: API_KEY } };
    const script = `
      import { createServer } from 'node:http';
      import { startSimulators } from ${JSON.stringify(join(process.cwd(), 'local/simulators/index.ts'))};
      const api = { url: 'http://127.0.0.1:1', publicUrl: 'http://127.0.0.1:1' };
      const options = { ...${JSON.stringify(options)}, api, log: () => {} };
      options.email.deliver = async () => 'unheard';
      const simulators = await startSimulators(options);
      const server = createServer((req, res) => simulators.handle(req, res));
      server.listen(0, '127.0.0.1', () => console.log(server.address().port + ' ' + simulators.sendGridPublicKey));`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const line = await new Promise<string>((done) => child.stdout.once('data', (data) => done(String(data).trim())));
    const [port, publicKey] = line.split(' ');
    const gone = new Promise<void>((done) => child.once('exit', () => done()));
    const kill = () => {
      child.kill('SIGKILL');
      return gone;
    };
    return { running: { origin: `http://127.0.0.1:${port}` } as MailRun, publicKey, kill };
  }

  it('the mails, their events, the key they are signed with, and the mode', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'simulators-'));
    const child = await runInProcess(dataDir);
    for (const [, senderOf] of providers) {
      expect(await senderOf(child.running).send(MAIL)).toMatchObject({ outcome: 'accepted' });
    }
    await setMode(child.running, 'ses', { mode: 'down' });
    await child.kill();

    const { seen, deliver } = target();
    const running = await runMail({ dataDir, deliver });
    await vi.waitFor(() => {
      expect(words(seen).sort()).toEqual(['delivered', 'sent']);
      expect(words(told(running)).sort()).toEqual(['delivered', 'processed']);
    });
    expect(running.publicKey).toBe(child.publicKey);
    expect(await inbox(running)).toHaveLength(2);
    expect(await (await fetch(`${running.origin}/simulators/ses`)).json()).toEqual({ mode: 'down' });
  });
});

describe('the inboxes', () => {
  const get = (running: MailRun, path: string, accept: string) =>
    fetch(`${running.origin}/simulators/inbox${path}`, { headers: { Accept: accept } });

  it('are listed, and shown to a browser as pages', async () => {
    const running = await runMail();
    await sendGridOf(running).send(MAIL);
    const list = await (await get(running, '', 'application/json')).json();
    expect(list).toEqual({ items: [{ address: MAIL.to, count: 1, lastAt: expect.any(String) }] });
    for (const path of ['', `/${MAIL.to}`]) {
      const shown = await get(running, path, 'text/html,*/*');
      expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    }
    const index = (await (await fetch(`${running.origin}/simulators`)).json()) as { inboxes: object[] };
    expect(index.inboxes).toMatchObject([{ address: MAIL.to, count: 1 }]);
  });

  it('show a mail’s own HTML where it can run nothing and load nothing', async () => {
    const running = await runMail();
    await sendGridOf(running).send({ ...MAIL, html: '<script>alert(1)</script><p>hello</p>' });
    const [mail] = await inbox(running);
    const shown = await get(running, `/${MAIL.to}/${mail?.id}`, 'text/html');
    expect(await shown.text()).toContain('<p>hello</p>');
    const policy = shown.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain('sandbox');
    expect(policy).not.toMatch(/script-src|allow-scripts|allow-same-origin/);
  });

  it('refuse what is no address, no mail and no page', async () => {
    const running = await runMail();
    expect((await get(running, '/alice', '*/*')).status).toBe(400);
    expect((await get(running, `/${MAIL.to}/none`, '*/*')).status).toBe(404);
    expect((await get(running, `/${MAIL.to}/a/b`, '*/*')).status).toBe(404);
    expect((await fetch(`${running.origin}/simulators/inbox`, { method: 'POST' })).status).toBe(405);
  });
});
