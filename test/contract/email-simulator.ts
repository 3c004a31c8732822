import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SESv2Client, type SESv2ClientConfig } from '@aws-sdk/client-sesv2';
import { onTestFinished } from 'vitest';
import { awsHttp } from '../../lambdas/providers/aws-http.ts';
import { createSendGrid } from '../../lambdas/providers/email/sendgrid.ts';
import { createSes } from '../../lambdas/providers/email/ses.ts';
import { createHttp } from '../../lambdas/providers/http.ts';
import type { DeliverEvent } from '../../local/simulators/email/index.ts';
import { startSimulators } from '../../local/simulators/index.ts';
import { FAR_MS } from '../support/deadlines.ts';
import { ACCOUNT } from './simulator.ts';

export const API_KEY = 'SG.test-key';
export const FROM = { email: 'pages@lifeline.example', name: 'Lifeline' };
export const MAIL = {
  to: 'alice@example.com',
  ref: 'k3v7q2m4x6b5n3c2-1-email-1-1',
  subject: '[CRITICAL] payments-api: High error rate',
  text: 'High error rate: 5xx < 12 % – “café” 🔥',
  html: '<p>High error rate: 5xx &lt; 12 % – “café” 🔥 <a href="https://x.example/actions/Ab_-">Acknowledge</a></p>',
};

export interface Webhook {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}
export interface MailRun {
  origin: string;
  publicKey: string;
  /** Every request outside /simulators, in order of arrival. */
  webhooks: Webhook[];
  /** What they are answered with; the last one stays. */
  answerWith: number[];
  log: string[];
  stop(): Promise<void>;
}

/** The simulators behind a server on a free port that also takes SendGrid's events. */
export async function runMail(
  options: { dataDir?: string; port?: number; deliver?: DeliverEvent } = {},
): Promise<MailRun> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'simulators-'));
  const [webhooks, answerWith, log]: [Webhook[], number[], string[]] = [[], [204], []];
  const server = createServer(async (req, res) => {
    if (req.url?.startsWith('/simulators')) return (await simulators).handle(req, res);
    let body = '';
    for await (const chunk of req) body += chunk;
    webhooks.push({ path: req.url ?? '', headers: req.headers, body });
    res.writeHead((answerWith.length > 1 ? answerWith.shift() : answerWith[0]) ?? 204).end();
  });
  await new Promise<void>((done) => server.listen(options.port ?? 0, '127.0.0.1', done));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const simulators = startSimulators({
    dataDir,
    baseUrl: `${origin}/simulators`,
    twilio: ACCOUNT,
    api: { url: `${origin}/api`, publicUrl: 'https://lifeline.example/api' },
    email: { sendGridApiKey: API_KEY, ...(options.deliver && { deliver: options.deliver }) },
    log: (line) => log.push(line),
  });
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= (async () => {
      await (await simulators).stop();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    })();
    return stopped;
  };
  onTestFinished(async () => {
    await stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return { origin, publicKey: (await simulators).sendGridPublicKey, webhooks, answerWith, log, stop };
}

export const setMode = ({ origin }: MailRun, provider: 'sendgrid' | 'ses', mode: object) =>
  fetch(`${origin}/simulators/${provider}`, { method: 'PUT', body: JSON.stringify(mode) });

export async function inbox({ origin }: MailRun, address = MAIL.to) {
  const reply = await fetch(`${origin}/simulators/inbox/${address}`);
  return ((await reply.json()) as { items: Record<string, unknown>[] }).items;
}

export const sendGridOf = ({ origin }: MailRun, timeoutMs = FAR_MS) =>
  createSendGrid({
    credentials: async () => ({ apiKey: API_KEY }),
    from: FROM,
    apiUrl: `${origin}/simulators/sendgrid`,
    timeoutMs,
  });

export const sesClient = (endpoint: string, more: SESv2ClientConfig = {}) =>
  new SESv2Client({
    region: 'us-east-1',
    endpoint,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    ...more,
  });
export const sesOf = ({ origin }: MailRun, timeoutMs = FAR_MS) =>
  createSes({
    client: sesClient(`${origin}/simulators/ses`, { requestHandler: awsHttp(createHttp({ timeoutMs })) }),
    from: FROM,
    timeoutMs,
    configurationSet: 'lifeline',
  });
