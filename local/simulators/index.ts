/**
 * The providers Lifeline talks to, on this machine: nothing leaves it, and they misbehave on request
 * (docs/spec/local-run.md#simulators). One file because it is the one place where they are made and found by their
 * paths.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { methodNotAllowed, notFound, Problem, readBody, sendJson, sendProblem } from '../cloud/http.ts';
import { AccountSettings } from './account-settings.ts';
import { type DeliverEvent, startEmail } from './email/index.ts';
import type { SesSettings } from './email/ses-api.ts';
import { listPage } from './list-page.ts';
import { type Check, ModeSwitch, parseMode } from './modes.ts';
import { handlePhones, show } from './phones.ts';
import { SlackApi, slackErrorCode } from './slack/api.ts';
import type { SlackApp } from './slack/people.ts';
import { NEW_SNS_ACCOUNT, SnsApi, type SnsSettings } from './sns/api.ts';
import { Devices } from './sns/devices.ts';
import { Endpoints } from './sns/endpoints.ts';
import { snsErrorCode, snsPushErrorCode } from './sns/errors.ts';
import { type DeliverLine, startLogDelivery } from './sns/log-delivery.ts';
import { Topics } from './sns/topics.ts';
import { Store } from './store.ts';
import { TeamsApi, teamsErrorCode } from './teams/api.ts';
import { Flows } from './teams/flows.ts';
import { TEAMS_PAGE } from './teams/page.ts';
import { Posts } from './teams/posts.ts';
import { type TwilioAccount, twilioSettings as twilioSetUp } from './twilio/account.ts';
import { lineOf, TwilioApi, twilioErrorCode } from './twilio/api.ts';
import { startCallbacks } from './twilio/callbacks.ts';
import { Carriers } from './twilio/carriers.ts';
import { textBack } from './twilio/inbound.ts';
import { Texts } from './twilio/texts.ts';
import type { AwsVoiceSettings } from './voice/aws-api.ts';
import { startVoice } from './voice/index.ts';

export interface Simulators {
  /** Answers every request whose path is `/simulators` or below. Never rejects. */
  handle(req: IncomingMessage, res: ServerResponse): Promise<void>;
  /** The key that SendGrid's event webhook is signed with, as its settings show it; the same after a restart. */
  sendGridPublicKey: string;
  /** Ends open requests and callbacks; what is undone goes on at the next start. */
  stop(): Promise<void>;
}

export interface SimulatorOptions {
  /** Kept over restarts; deleting it starts afresh. */
  dataDir: string;
  /** Where `handle` is reachable: `http://127.0.0.1:3000/simulators`. */
  baseUrl: string;
  twilio: TwilioAccount;
  /** The API that texts from phones are passed on to, and what it is called outside, which is what Twilio signs. */
  api?: { url: string; publicUrl: string };
  /** The log that SNS writes deliveries into, and where its lines go; without it nobody subscribes. And its topics. */
  sns?: {
    logGroup: string;
    deliver: DeliverLine;
    isTopic?: (arn: string) => boolean;
    /** How the account is set up; default as AWS makes a new one. */
    account?: SnsSettings;
  };
  /** SendGrid's key, and who is told of SES's events; without it none is, and SendGrid tells `api` of its own. */
  email?: { sendGridApiKey?: string; deliver?: DeliverEvent; ses?: SesSettings };
  /** The Slack app whose token is good and whose clicks and commands `api` gets; without it no token is. */
  slack?: SlackApp;
  /** What one number of the Twilio account carries; default 1, a long code of the USA. */
  segmentsPerSecond?: number;
  /** Waits for people (a phone that rings, a key) are shorter by this; default 1. */
  speed?: number;
  /** How the account of AWS voice is set up; default as a new one. */
  awsVoice?: AwsVoiceSettings;
  /** For tests: no such wait is shorter, milliseconds; default 2 s. */
  shortestWaitMs?: number;
  /**
   * For tests: the clock that lengths of calls and rules that take days are measured by, epoch ms; default the
   * machine's.
   */
  now?: () => number;
  /** One line per text that reaches a phone, the number masked. */
  log(line: string): void;
}

interface Provider {
  modes: ModeSwitch;
  errorCode: Check;
  /** Its API is one URL, without a path: what is posted to where others have their mode is a call. */
  isCalledAtRoot?: boolean;
  /** What the owner of the account there may set up, at `…/account`. */
  account?: { current: object; change(body: string): object };
  /** Where others have their mode it shows what came in too: as JSON beside the mode, and as this page. */
  list?: { page: string; items(): object[] };
  /** @param path below the API's base URL */
  handle(req: IncomingMessage, res: ServerResponse, path: string, query: URLSearchParams): Promise<void>;
}

const SLACK_PAGE = listPage({
  title: 'Slack',
  about: 'whom the app has written to',
  key: 'target',
  noun: 'message',
  empty: 'Nothing was posted yet.',
});

const NO_SNS: NonNullable<SimulatorOptions['sns']> = { logGroup: 'sns', deliver: async () => 'done' };

export async function startSimulators(options: SimulatorOptions): Promise<Simulators> {
  const { dataDir, baseUrl, twilio: account, log } = options;
  const store = new Store(dataDir);
  const stopping = new AbortController();
  const callbacks = startCallbacks(store, account.authToken, (message) => log(lineOf(message)));
  const { logGroup, deliver, isTopic = () => false } = options.sns ?? NO_SNS;
  const logs = startLogDelivery(store, deliver);
  const common = { store, log, stopping: stopping.signal };
  const modes = { twilio: new ModeSwitch(store, 'twilio'), sns: new ModeSwitch(store, 'sns') };
  const texts = new Texts(store);
  const { speed = 1, shortestWaitMs, now = Date.now } = options;
  const voice = startVoice({ ...common, account, api: options.api, aws: options.awsVoice, speed, shortestWaitMs, now });
  const { calls } = voice;
  const twilioSettings = new AccountSettings(store, 'twilio', twilioSetUp(options.api?.publicUrl));
  const carriers = new Carriers(options.segmentsPerSecond ?? 1, speed);
  const capTexts = (phone: string, isCapped: boolean) => carriers.useUp(phone, isCapped, now());
  const phoneCalls = { ...voice.phoneCalls, capTexts };
  const twilio = new TwilioApi({
    ...common,
    account,
    modes: modes.twilio,
    callbacks,
    texts,
    calls,
    carriers,
    settings: twilioSettings,
    publicUrl: options.api?.publicUrl,
    speed,
  });
  const snsSettings = new AccountSettings(store, 'sns', options.sns?.account ?? NEW_SNS_ACCOUNT);
  const devices = new Devices(store);
  const endpoints = new Endpoints(store);
  const topics = new Topics(store, isTopic, log);
  const pushModes = new ModeSwitch(store, 'sns-push');
  const sns = new SnsApi({
    ...common,
    settings: snsSettings,
    modes: modes.sns,
    pushModes,
    devices,
    endpoints,
    topics,
    logs,
    logGroup,
  });
  const posts = new Posts(store);
  const teamsModes = new ModeSwitch(store, 'teams');
  const teams = new TeamsApi({ ...common, modes: teamsModes, posts, flows: new Flows(store, speed, now) });
  const { api } = options;
  const eventsUrl = api && { eventsUrl: `${api.url}/webhooks/sendgrid/events` };
  const email = startEmail(common, { ...eventsUrl, ...options.email });
  const slackModes = new ModeSwitch(store, 'slack');
  const slackUrls = { baseUrl: `${baseUrl}/slack`, apiUrl: api?.url };
  const slack = new SlackApi({ ...common, modes: slackModes, app: options.slack, speed, now, ...slackUrls });
  const providers: Record<string, Provider> = {
    ...email.providers,
    twilio: {
      modes: modes.twilio,
      errorCode: twilioErrorCode,
      account: twilioSettings,
      handle: (...call) => twilio.handle(...call),
    },
    sns: {
      modes: modes.sns,
      errorCode: snsErrorCode,
      account: snsSettings,
      isCalledAtRoot: true,
      handle: (req, res) => sns.handle(req, res),
    },
    'aws-voice': voice.provider,
    // Called at the URL of SNS: here is only its mode.
    'sns-push': { modes: pushModes, errorCode: snsPushErrorCode, handle: noPage },
    teams: {
      modes: teamsModes,
      errorCode: teamsErrorCode,
      list: { page: TEAMS_PAGE, items: () => posts.list() },
      handle: (...call) => teams.handle(...call),
    },
    slack: {
      modes: slackModes,
      errorCode: slackErrorCode,
      list: { page: SLACK_PAGE, items: slack.targets },
      handle: (req, res, path) => slack.handle(req, res, path),
    },
  };

  async function route(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const [path = '', query = ''] = (req.url ?? '').split('?', 2);
    const [, root, name, ...rest] = path.split('/');
    if (root !== 'simulators') throw notFound('No such page.');
    if (name === undefined || name === '') return index(req, res);
    if (name === 'phones') return handlePhones(req, res, rest, { store, texts, reply, phoneCalls });
    if (name === 'inbox') return email.inbox(req, res, rest);
    if (name === 'push') return devices.handle(req, res, rest);
    if (name === 'operations') return topics.handle(req, res, rest);
    const provider = Object.hasOwn(providers, name) ? providers[name] : undefined;
    if (!provider) throw notFound(`There is no simulator "${name}". There are: ${Object.keys(providers).join(', ')}.`);
    const isRoot = rest.length === 0 || (rest.length === 1 && rest[0] === '');
    if (provider.account && rest.length === 1 && rest[0] === 'account') return accountOf(req, res, provider.account);
    if (isRoot && !(provider.isCalledAtRoot && req.method === 'POST')) return mode(req, res, provider);
    return provider.handle(req, res, `/${rest.join('/')}`, new URLSearchParams(query));
  }

  async function accountOf(
    req: IncomingMessage,
    res: ServerResponse,
    settings: NonNullable<Provider['account']>,
  ): Promise<void> {
    if (req.method !== 'GET' && req.method !== 'PUT') throw methodNotAllowed('GET, PUT');
    sendJson(res, 200, req.method === 'PUT' ? settings.change(await readBody(req)) : settings.current);
  }

  async function reply(phone: string, body: string) {
    const { api } = options;
    if (!api) throw notFound('Nobody takes texts from phones here.');
    const { rcs, wired, smsUrl, smsFallbackUrl } = twilioSettings.current;
    const isRcs = rcs && account.phoneNumber.startsWith('MG');
    const webhooks = wired ? { smsUrl, smsFallbackUrl } : { smsUrl: '', smsFallbackUrl: '' };
    return textBack(phone, body, { ...common, texts, account, api, webhooks, isRcs });
  }

  function index(req: IncomingMessage, res: ServerResponse): void {
    if (req.method !== 'GET') throw methodNotAllowed('GET');
    const items = Object.entries(providers).map(([name, p]) => ({
      name,
      url: `${baseUrl}/${name}`,
      ...p.modes.current,
    }));
    const phones = store.phones().map((p) => ({ ...p, url: `${baseUrl}/phones/${p.phone}` }));
    const inboxes = email.addresses().map((a) => ({ ...a, url: `${baseUrl}/inbox/${a.address}` }));
    sendJson(res, 200, { items, phones, inboxes });
  }

  async function mode(req: IncomingMessage, res: ServerResponse, provider: Provider): Promise<void> {
    if (req.method === 'PUT') provider.modes.set(parseMode(await readBody(req), provider.errorCode));
    else if (req.method !== 'GET') throw methodNotAllowed('GET, PUT');
    else if (provider.list) {
      const { page, items } = provider.list;
      return show(req, res, page, { ...provider.modes.current, items: items() });
    }
    sendJson(res, 200, provider.modes.current);
  }

  return {
    handle: (req, res) => route(req, res).catch((error) => sendProblem(res, asProblem(error, log))),
    sendGridPublicKey: email.sendGridPublicKey,
    async stop() {
      stopping.abort();
      await Promise.all([callbacks.stop(), logs.stop(), email.stop(), voice.stop()]);
      store.close();
    },
  };
}

async function noPage(): Promise<never> {
  throw notFound('No such page.');
}

function asProblem(error: unknown, log: (line: string) => void): Problem {
  if (error instanceof Problem) return error;
  // A caller that hangs up while its body is read ends here too; then nobody hears the answer.
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  if (message !== 'aborted') log(`simulators: ${name}: ${message}`);
  return new Problem(500, 'Internal error', 'The simulator failed; its output says why.');
}
