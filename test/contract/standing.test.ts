/**
 * Set-ups that take sends and cannot carry them to everybody, each asked for with the providers' own clients: `limited`,
 * with what to do. A sound one is `ok`.
 */
import { PinpointSMSVoiceV2Client } from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, test } from 'vitest';
import { CHANNELS } from '../../lambdas/core/page/page.ts';
import { createProviderChecks } from '../../lambdas/provider-health/provider-checks.ts';
import { createHttp, type Http } from '../../lambdas/providers/http.ts';
import { createTwilioStanding } from '../../lambdas/providers/standing/twilio-standing.ts';
import { isWired } from '../../lambdas/providers/standing/wiring.ts';
import { SERVICE_NUMBERS } from '../../local/simulators/twilio/senders.ts';
import { FAR_MS } from '../support/deadlines.ts';
import { ACCOUNT, PUBLIC_URL, type Running, runSimulators } from './simulator.ts';

const NUMBER = '+14155550001';
const SOUND = {
  sns: { sandbox: false, monthlySpendLimit: 100 },
  ses: { sandbox: false, quota: 50_000, verified: ['example.com'] },
  'aws-voice': { sandbox: false, monthlySpendLimit: 100, numbers: [NUMBER], snsMaySend: true },
  twilio: { trial: false, wired: true, hasSender: true },
};
type Provider = keyof typeof SOUND;

async function setUp(running: Running, provider: Provider, settings: object) {
  const url = `${running.origin}/simulators/${provider}/account`;
  const { status } = await fetch(url, { method: 'PUT', body: JSON.stringify(settings) });
  expect(status).toBe(200);
}
async function sound(phoneNumber = ACCOUNT.phoneNumber): Promise<Running> {
  const running = await runSimulators({ phoneNumber });
  for (const provider of Object.keys(SOUND) as Provider[]) await setUp(running, provider, SOUND[provider]);
  return running;
}

/** What the check of a deployment finds. */
async function found(running: Running, name: string, phoneNumber = ACCOUNT.phoneNumber, more: object = {}) {
  const to = (provider: string) => ({
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    endpoint: `${running.origin}/simulators/${provider}`,
  });
  const settings = {
    EMAIL_FROM: 'Lifeline <pages@example.com>',
    VOICE_ORIGINATION_IDENTITY: NUMBER,
    TWILIO_API_URL: running.apiUrl,
    SENDGRID_API_URL: '',
    SLACK_API_URL: '',
    CALLBACK_BASE_URL: PUBLIC_URL,
    SMS_COUNTRIES: '*',
    TIME_SCALE: 1,
    ...more,
  };
  const checks = createProviderChecks(CHANNELS, {
    settings,
    secret: async () => ({ twilio: { ...ACCOUNT, phoneNumber } }),
    sns: () => new SNSClient(to('sns')),
    ses: () => new SESv2Client(to('ses')),
    voice: () => new PinpointSMSVoiceV2Client(to('aws-voice')),
    clock: { now: Date.now },
    timeoutMs: FAR_MS,
  });
  return checks.find(({ provider, channel }) => `${provider}/${channel}` === name)?.check();
}

test.each(['twilio/sms', 'twilio/voice', 'sns/sms', 'ses/email', 'aws-voice/voice'])(
  'a sound set-up of %s is ok',
  async (name) => {
    expect(await found(await sound(), name)).toMatchObject({ finding: 'ok' });
  },
);

describe('the numbers that pages come from', () => {
  const service = `MG${'1'.repeat(32)}`;

  test('are those of the messaging service, and the contact card is not empty', async () => {
    const running = await sound(service);
    expect(await found(running, 'twilio/sms', service)).toEqual({ finding: 'ok', numbers: SERVICE_NUMBERS });
  });

  test('the numbers of a messaging service come from all pages of its list, and only Twilio is asked for them', async () => {
    const running = await sound(service);
    const asked: string[] = [];
    const http: Http = async (request) => {
      asked.push(request.url);
      return createHttp({ timeoutMs: 1_000 })({ ...request, url: request.url.replace('PageSize=100', 'PageSize=2') });
    };
    const credentials = async () => ({ ...ACCOUNT, phoneNumber: service });
    const at = { apiUrl: running.apiUrl, publicBaseUrl: PUBLIC_URL, channel: 'sms' as const };
    const standing = createTwilioStanding({ http, credentials, ...at });
    expect(await standing()).toEqual({ finding: 'ok', numbers: SERVICE_NUMBERS });
    expect(asked.filter((url) => url.includes('/PhoneNumbers'))).toHaveLength(2);
    for (const url of asked) expect(url.startsWith(running.apiUrl)).toBe(true);
  });

  test('are none for a sender id, and the contact card is empty', async () => {
    const running = await sound('OnCall');
    expect(await found(running, 'twilio/sms', 'OnCall')).toMatchObject({
      finding: 'limited',
      code: 'contact_card_empty',
      numbers: [],
    });
  });

  test.each([
    ['twilio/sms', [ACCOUNT.phoneNumber]],
    ['sns/sms', [NUMBER]],
    ['aws-voice/voice', [NUMBER]],
  ])('of %s are told with its finding', async (name, numbers) => {
    expect(await found(await sound(), name)).toEqual({ finding: 'ok', numbers });
  });

  test('are told though the provider is limited otherwise', async () => {
    const running = await sound();
    await setUp(running, 'sns', { sandbox: true });
    expect(await found(running, 'sns/sms')).toMatchObject({ finding: 'limited', code: 'sandbox', numbers: [NUMBER] });
  });
});

test.each<[string, string, Provider, object, string]>([
  ['sandbox', 'sns/sms', 'sns', { sandbox: true }, 'Leave the SMS sandbox'],
  ['spend_limit', 'sns/sms', 'sns', { monthlySpendLimit: 1 }, 'Ask for a higher limit'],
  ['no_resource_policy', 'sns/sms', 'aws-voice', { snsMaySend: false }, 'Give it a resource policy'],
  ['no_origination_identity', 'sns/sms', 'aws-voice', { numbers: [] }, 'Get one'],
  ['trial', 'twilio/sms', 'twilio', { trial: true }, 'Upgrade the trial account'],
  ['no_sender', 'twilio/sms', 'twilio', { hasSender: false }, 'none of this Twilio account'],
  ['replies_not_wired', 'twilio/sms', 'twilio', { wired: false }, 'must be the URL with retries'],
  ['replies_not_wired', 'twilio/voice', 'twilio', { wired: false }, 'must be the URL with retries'],
  ['sandbox', 'ses/email', 'ses', { sandbox: true }, 'Request production access'],
  ['quota', 'ses/email', 'ses', { quota: 200, sent: 190 }, 'Ask for a higher quota'],
  ['sender_not_verified', 'ses/email', 'ses', { verified: ['example.org'] }, 'Add its DNS records'],
  ['sandbox', 'aws-voice/voice', 'aws-voice', { sandbox: true }, 'Leave the sandbox for voice'],
  ['spend_limit', 'aws-voice/voice', 'aws-voice', { monthlySpendLimit: 1 }, 'Ask for a higher limit'],
  ['number_not_ready', 'aws-voice/voice', 'aws-voice', { numbers: ['+14155559999'] }, 'is no number of this account'],
])('%s of %s is found (%s: %o), and the finding says what to do', async (code, name, provider, settings, words) => {
  const running = await sound();
  await setUp(running, provider, settings);
  expect(await found(running, name)).toMatchObject({
    finding: 'limited',
    code,
    message: expect.stringContaining(words),
  });
});

test('a messaging service without numbers is found', async () => {
  const service = `MG${'1'.repeat(32)}`;
  const running = await sound(service);
  await setUp(running, 'twilio', { hasSender: false });
  expect(await found(running, 'twilio/sms', service)).toMatchObject({ code: 'no_sender' });
});

test('countries that know sender ids need no number of SNS', async () => {
  const running = await sound();
  await setUp(running, 'aws-voice', { numbers: [] });
  const countries = { SMS_COUNTRIES: 'DE, FR' };
  expect(await found(running, 'sns/sms', ACCOUNT.phoneNumber, countries)).toEqual({ finding: 'ok', numbers: [] });
});

test('where Twilio cannot reach us, nobody asks where replies go', async () => {
  const running = await sound();
  await setUp(running, 'twilio', { wired: false });
  const unreachable = { CALLBACK_BASE_URL: '' };
  expect(await found(running, 'twilio/sms', ACCOUNT.phoneNumber, unreachable)).toMatchObject({ finding: 'ok' });
});

describe('a webhook in Twilio', () => {
  const URL = 'https://x.example/api/webhooks/twilio/sms/inbound';
  test.each([
    [`${URL}#rc=3&rp=all&ct=1000&rt=2500`, true],
    [`${URL}#rt=2500&rp=4xx,5xx&rc=1`, true],
    [URL, false],
    [`${URL}#rc=0&rp=all`, false],
    [`${URL}#rc=3`, false],
    [`${URL}#rc=3&rp=ct`, false],
    [`${URL}/#rc=3&rp=all`, false],
    ['https://demo.twilio.com/welcome/sms/reply', false],
    ['', false],
    [null, false],
  ])('%s leads here and is repeated: %s', (given, expected) => {
    expect(isWired(given, URL)).toBe(expected);
  });
});
