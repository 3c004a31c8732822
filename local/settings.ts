/** The settings of the local run, from the command line and the environment (docs/spec/local-run.md#settings). */
import { parseArgs } from 'node:util';
import { isTwilioSender } from '../lambdas/core/sms/sender.ts';
import { isLoopback } from './loopback.ts';
import { type OperationsSettings, operationsOf } from './operations-settings.ts';
import { UsageError } from './usage-error.ts';

export interface Settings {
  port: number;
  /** Waits are divided by this, work is real time. */
  speed: number;
  /** Real providers with credentials from the environment. */
  live: boolean;
  /** Start without the state of earlier runs. */
  fresh: boolean;
  /** What providers are told to call back, without a slash at its end. */
  publicBaseUrl: string;
  twilio: TwilioCredentials;
  /** Undefined in a live run without them: then nobody is reached by Slack. */
  slack?: SlackCredentials;
  /**
   * Undefined in a live run without a key: then mails go through SES. Without a public key the simulator's is taken.
   */
  sendgrid?: SendGridCredentials;
  /** Who mails come from; empty in a live run that does not say, and then nobody is mailed. */
  emailFrom: string;
  /** Where events are posted, signed (docs/events.md). */
  webhookUrls: string[];
  /** What phones show as the sender of texts through SNS. */
  snsSenderId: string;
  /** What AWS calls from; empty where nothing is set up, and then nobody is called by it. */
  voiceOriginationIdentity: string;
  /** Who hears of pages that reached nobody. */
  operations: OperationsSettings;
  /** Credentials, and the region of SNS and voice; only where texts or calls go through the real ones. */
  aws?: AwsCredentials;
  /** Messages a minute and sender, of every channel; undefined where the limits of the templates hold. */
  senderPerMinute?: number;
  /** Base URL per provider; an empty one means the provider's own. */
  providerUrls: Record<'twilio' | 'sns' | 'slack' | 'voice' | 'sendgrid' | 'ses' | 'teams', string>;
}

export interface TwilioCredentials {
  accountSid: string;
  authToken: string;
  phoneNumber: string;
}

export interface SlackCredentials {
  botToken: string;
  signingSecret: string;
}

export interface SendGridCredentials {
  apiKey: string;
  /** As SendGrid's settings show it. */
  webhookPublicKey?: string;
}

/** In the variables the SDK reads. */
export type AwsCredentials = Record<string, string> & {
  AWS_REGION: string;
  AWS_ACCESS_KEY_ID: string;
  AWS_SECRET_ACCESS_KEY: string;
};

export { UsageError };

/** They open nothing but the built-in simulator. */
const LOCAL_TWILIO: TwilioCredentials = {
  accountSid: 'AC00000000000000000000000000000001',
  authToken: 'local-twilio-auth-token',
  phoneNumber: '+14155550000',
};

const LOCAL_SENDGRID_KEY = 'SG.local';

const LOCAL_SLACK: SlackCredentials = {
  botToken: 'xoxb-local-slack-token',
  signingSecret: 'local-slack-signing-secret',
};

/** `argv` is without node and script. Returns 'help' when that is asked for. Throws `UsageError`. */
export function parseSettings(argv: string[], env: NodeJS.ProcessEnv): Settings | 'help' {
  // First: of `npm start --speed 10` npm keeps the flag and passes the number on, as if that were the mistake.
  refuseSwallowed(env);
  const flags = parseFlags(argv);
  if (flags.help) return 'help';
  const live = flags.live ?? false;
  const port = portOf(env.PORT);
  const local = `http://127.0.0.1:${port}`;
  const sns = urlOf('AWS_ENDPOINT_URL_SNS', env) ?? (live ? '' : `${local}/simulators/sns`);
  const voice = urlOf('AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2', env) ?? (live ? '' : `${local}/simulators/aws-voice`);
  const ses = urlOf('AWS_ENDPOINT_URL_SESV2', env) ?? (live ? '' : `${local}/simulators/ses`);
  const slack = slackOf(env, live);
  const sendgrid = sendGridOf(env, live);
  const aws = sns === '' || voice === '' || ses === '' ? awsOf(env) : undefined;
  return {
    port,
    speed: speedOf(flags.speed),
    ...perMinuteOf(env.SENDER_PER_MINUTE),
    live,
    fresh: flags.fresh ?? false,
    publicBaseUrl: urlOf('PUBLIC_BASE_URL', env) ?? `${local}/api`,
    twilio: twilioOf(env, live),
    ...(slack && { slack }),
    ...(sendgrid && { sendgrid }),
    emailFrom: senderOf(env.EMAIL_FROM || (live ? '' : 'Lifeline <lifeline@example.com>')),
    webhookUrls: webhooksOf(env.WEBHOOK_URLS),
    snsSenderId: senderIdOf(env.AWS_SNS_SMS_SENDER_ID ?? 'OnCall'),
    voiceOriginationIdentity: env.AWS_VOICE_ORIGINATION_IDENTITY || (live ? '' : '+14155550001'),
    operations: operationsOf(env, sns === `${local}/simulators/sns`),
    ...(aws && { aws }),
    providerUrls: {
      voice,
      twilio: urlOf('TWILIO_API_URL', env) ?? (live ? '' : `${local}/simulators/twilio`),
      sns,
      ses,
      sendgrid: urlOf('SENDGRID_API_URL', env) ?? (live ? '' : `${local}/simulators/sendgrid`),
      teams: urlOf('TEAMS_API_URL', env) ?? (live ? '' : `${local}/simulators/teams`),
      slack: urlOf('SLACK_API_URL', env) ?? (live ? '' : `${local}/simulators/slack`),
    },
  };
}

function parseFlags(args: string[]) {
  try {
    const options = {
      speed: { type: 'string' },
      live: { type: 'boolean' },
      fresh: { type: 'boolean' },
      help: { type: 'boolean' },
    } as const;
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/**
 * Without `--` npm takes flags for its own and says nothing: a run that was meant to be live, or fresh, would not be.
 */
function refuseSwallowed(env: NodeJS.ProcessEnv): void {
  const swallowed = ['live', 'fresh', 'speed'].find((flag) => env[`npm_config_${flag}`] !== undefined);
  if (swallowed)
    throw new UsageError(`npm kept --${swallowed} for itself; flags go behind two dashes: npm start -- --${swallowed}`);
}

function speedOf(given: string | undefined): number {
  const speed = Number(given ?? '1');
  if (given?.trim() === '' || !Number.isFinite(speed) || speed <= 0)
    throw new UsageError(`--speed takes a number greater than 0, not "${given}"`);
  return speed;
}

function portOf(given: string | undefined): number {
  const port = Number(given || '3000');
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new UsageError(`PORT must be a whole number from 1 to 65535, not "${given}"`);
  return port;
}

function perMinuteOf(given: string | undefined): Pick<Settings, 'senderPerMinute'> {
  if (!given) return {};
  const senderPerMinute = Number(given);
  if (!Number.isFinite(senderPerMinute) || senderPerMinute <= 0)
    throw new UsageError(`SENDER_PER_MINUTE must be a number greater than 0, not "${given}"`);
  return { senderPerMinute };
}

function urlOf(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const given = env[name];
  if (!given) return undefined;
  if (!URL.canParse(given) || !['http:', 'https:'].includes(new URL(given).protocol))
    throw new UsageError(`${name} must be an http or https URL, not "${given}"`);
  return given.replace(/\/+$/, '');
}

function senderIdOf(given: string): string {
  if (!/^(?:(?=.*[A-Za-z])[A-Za-z0-9]{1,11})?$/.test(given))
    throw new UsageError('AWS_SNS_SMS_SENDER_ID must be 1 to 11 letters and digits with at least one letter, or empty');
  return given;
}

function senderOf(given: string): string {
  if (
    given !== '' &&
    !/^([^<>"\r\n]{1,64} <[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+)$/.test(given.trim())
  )
    throw new UsageError('EMAIL_FROM must look like Lifeline <pages@example.com>');
  return given;
}

/** Undefined when the environment has none: SNS is the standby, and a run without it is a run. */
function awsOf(env: NodeJS.ProcessEnv): AwsCredentials | undefined {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = env;
  const AWS_REGION = env.AWS_REGION || env.AWS_DEFAULT_REGION;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY || !AWS_REGION) return undefined;
  return { AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ...(AWS_SESSION_TOKEN && { AWS_SESSION_TOKEN }) };
}

function twilioOf(env: NodeJS.ProcessEnv, live: boolean): TwilioCredentials {
  const required = ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_PHONE_NUMBER'];
  const missing = required.filter((name) => !env[name]);
  if (live && missing.length > 0)
    throw new UsageError(`--live sends through the real provider and needs ${missing.join(', ')} in the environment`);
  const phoneNumber = env.TWILIO_PHONE_NUMBER || LOCAL_TWILIO.phoneNumber;
  if (!isTwilioSender(phoneNumber)) {
    const forms = 'an E.164 number such as +14155550000, a sender id such as Lifeline, or a messaging service (MG...)';
    throw new UsageError(`TWILIO_PHONE_NUMBER must be ${forms}`);
  }
  return {
    accountSid: env.TWILIO_ACCOUNT_SID || LOCAL_TWILIO.accountSid,
    authToken: env.TWILIO_AUTH_TOKEN || LOCAL_TWILIO.authToken,
    phoneNumber,
  };
}

/** Undefined when a live run has no key: SES is there, and e-mail is one channel of six. */
function sendGridOf(env: NodeJS.ProcessEnv, live: boolean): SendGridCredentials | undefined {
  const { SENDGRID_API_KEY, SENDGRID_WEBHOOK_PUBLIC_KEY: webhookPublicKey } = env;
  const apiKey = SENDGRID_API_KEY || (live ? undefined : LOCAL_SENDGRID_KEY);
  return apiKey === undefined ? undefined : { apiKey, ...(webhookPublicKey && { webhookPublicKey }) };
}

/** Nothing of a page may travel in the open beyond this machine. */
function webhooksOf(given = ''): string[] {
  const urls = given.split(/[\s,]+(?=https?:)/).filter((url) => url.trim() !== '');
  for (const url of urls) {
    const isFine = URL.canParse(url) && (url.startsWith('https:') || (url.startsWith('http:') && isLoopback(url)));
    if (!isFine)
      throw new UsageError('WEBHOOK_URLS takes https URLs, or http ones on the loopback, with commas between');
  }
  return urls.map((url) => url.trim());
}

/** Undefined when a live run has none: Slack is one channel of six, and a run without it is a run. */
function slackOf(env: NodeJS.ProcessEnv, live: boolean): SlackCredentials | undefined {
  const { SLACK_BOT_TOKEN: botToken, SLACK_SIGNING_SECRET: signingSecret } = env;
  if (!live) {
    return {
      botToken: botToken || LOCAL_SLACK.botToken,
      signingSecret: signingSecret || LOCAL_SLACK.signingSecret,
    };
  }
  if (!botToken && !signingSecret) return undefined;
  if (!botToken || !signingSecret)
    throw new UsageError('Slack needs both SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET in the environment, or neither');
  return { botToken, signingSecret };
}
