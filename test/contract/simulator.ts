import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Simulators, startSimulators } from '../../local/simulators/index.ts';
import type { SnsSettings } from '../../local/simulators/sns/api.ts';
import type { DeliverLine } from '../../local/simulators/sns/log-delivery.ts';

export const ACCOUNT = { accountSid: `AC${'1'.repeat(32)}`, authToken: 'local-token', phoneNumber: '+15005550006' };

const SET_UP: SnsSettings = { sandbox: false, verified: [], monthlySpendLimit: 100, registeredSenderIds: [] };

export const SLACK_APP = { botToken: 'xoxb-local-token', signingSecret: 'local-signing-secret' };

/** What the API is called outside: texts from phones are signed for it, and come in at the origin. */
export const PUBLIC_URL = 'https://lifeline.example/api';

export interface Callback {
  path: string;
  headers: IncomingHttpHeaders;
  form: Record<string, string>;
}

export interface Running {
  /** `http://127.0.0.1:PORT` */
  origin: string;
  /** Base URL of the simulated Twilio. */
  apiUrl: string;
  /** Every request outside /simulators: the callbacks, in order of arrival. */
  callbacks: Callback[];
  /** What the callbacks are answered with; the last one stays. */
  answerWith: number[];
  log: string[];
  dataDir: string;
  stop(): Promise<void>;
}

/** The simulators behind a server on a free port that also takes their callbacks. Stopped and removed with the test. */
export async function runSimulators(
  options: {
    dataDir?: string;
    port?: number;
    phoneNumber?: string;
    twiml?: (form: Record<string, string>) => string;
    deliver?: DeliverLine;
    /** How the account of SNS is set up; default out of the sandbox. */
    snsAccount?: SnsSettings;
    /** What one number carries; default more than any test sends. */
    segmentsPerSecond?: number;
    /** ARNs of the topics there are. */
    topics?: readonly string[];
    /** TwiML that calls are told, by path and form; undefined answers as `answerWith` says. */
    voice?: (path: string, form: Record<string, string>) => string | undefined;
    /** How long a phone rings and a key is waited for, milliseconds. */
    waitMs?: number;
    /** The clock of rules that take days, and of the length of calls. */
    now?: () => number;
    /** Waits are so many times shorter; default so many that `waitMs` is what they take. */
    speed?: number;
    /** What Slack's webhooks answer, status and body; default is that of the others. */
    slackWebhook?: (callback: Callback) => Promise<[number, string]>;
  } = {},
): Promise<Running> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'simulators-'));
  const callbacks: Callback[] = [];
  const answerWith = [204];
  const log: string[] = [];
  let simulators: Simulators | undefined;
  const server = createServer(async (req, res) => {
    if (req.url?.startsWith('/simulators')) return simulators?.handle(req, res);
    let body = '';
    for await (const chunk of req) body += chunk;
    const form = Object.fromEntries(new URLSearchParams(body));
    callbacks.push({ path: req.url ?? '', headers: req.headers, form });
    if (req.url?.startsWith('/webhooks/slack/') && options.slackWebhook) {
      const [status, answer] = await options.slackWebhook({ path: req.url, headers: req.headers, form });
      return void res.writeHead(status).end(answer);
    }
    if (req.url?.endsWith('/sms/inbound') && options.twiml) return void res.writeHead(200).end(options.twiml(form));
    const told = options.voice?.(req.url ?? '', form);
    if (told !== undefined) return void res.writeHead(200, { 'Content-Type': 'text/xml' }).end(told);
    res.writeHead((answerWith.length > 1 ? answerWith.shift() : answerWith[0]) ?? 204).end();
  });
  await new Promise<void>((done) => server.listen(options.port ?? 0, '127.0.0.1', done));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const twilio = { ...ACCOUNT, ...(options.phoneNumber && { phoneNumber: options.phoneNumber }) };
  simulators = await startSimulators({
    dataDir,
    baseUrl: `${origin}/simulators`,
    twilio,
    sns: {
      logGroup: 'sns/log',
      deliver: options.deliver ?? (async () => 'done'),
      isTopic: (arn) => options.topics?.includes(arn) ?? false,
      account: options.snsAccount ?? SET_UP,
    },
    api: { url: origin, publicUrl: PUBLIC_URL },
    segmentsPerSecond: options.segmentsPerSecond ?? 1_000,
    speed: options.speed ?? (options.waitMs === undefined ? 1 : 1_000_000),
    ...(options.waitMs !== undefined && { shortestWaitMs: options.waitMs }),
    slack: SLACK_APP,
    ...(options.now && { now: options.now }),
    log: (line) => log.push(line),
  });

  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= (async () => {
      await simulators?.stop();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    })();
    return stopped;
  };
  onTestFinished(async () => {
    await stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return { origin, apiUrl: `${origin}/simulators/twilio`, callbacks, answerWith, log, dataDir, stop };
}

export const setMode = (running: Running, mode: object) =>
  fetch(`${running.origin}/simulators/twilio`, { method: 'PUT', body: JSON.stringify(mode) });

export async function phone(running: Running, number = '+14155550100') {
  const reply = await fetch(`${running.origin}/simulators/phones/${number}`);
  return ((await reply.json()) as { items: Record<string, string>[] }).items;
}
