/** What a health check makes of each answer a provider can give. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { CheckResult } from '../../../lambdas/core/health/ports.ts';
import { CHANNELS, type Channel } from '../../../lambdas/core/page/page.ts';
import { createProviderChecks, type Settings } from '../../../lambdas/provider-health/provider-checks.ts';
import { HttpFailure } from '../../../lambdas/providers/http.ts';
import { createSnsCheck } from '../../../lambdas/providers/sms/sns-check.ts';
import { createTwilioCheck } from '../../../lambdas/providers/sms/twilio-check.ts';
import { ACCOUNT, runSimulators, setMode } from '../../contract/simulator.ts';
import { FAR_MS, IN_VAIN_MS } from '../../support/deadlines.ts';
import { serve } from './servers.ts';

/** `ok`, `unknown`, or what fails and whether it opens the circuit. */
const said = (result: CheckResult) =>
  result.finding === 'failing' ? [result.fault.code, result.fault.opens ? 'opens' : 'leaves it'] : result.finding;

describe('Twilio', () => {
  const credentials = async () => ACCOUNT;

  it.each([
    ['ok', 'ok'],
    ['silent', 'ok'],
    ['undelivered', 'ok'],
    ['slow', 'ok'],
    ['suspended', ['account_suspended', 'opens']],
    ['unauthorized', ['20003', 'opens']],
    ['down', ['http_503', 'leaves it']],
    ['rate-limited', ['20429', 'leaves it']],
    ['garbage', ['garbage', 'leaves it']],
    ['reset', ['econnreset', 'leaves it']],
  ])('in mode %s', async (mode, finding) => {
    const running = await runSimulators();
    await setMode(running, { mode, ...(mode === 'slow' && { latencyMs: 100 }) });
    const { check } = createTwilioCheck({ credentials, apiUrl: running.apiUrl, timeoutMs: FAR_MS });
    expect(said(await check())).toEqual(finding);
  });

  it('gets no more time than it is given', async () => {
    const running = await runSimulators();
    await setMode(running, { mode: 'hang' });
    const { check } = createTwilioCheck({ credentials, apiUrl: running.apiUrl, timeoutMs: IN_VAIN_MS });
    expect(await Promise.race([check().then(said), sleep(FAR_MS, undefined, { ref: false })])).toEqual([
      'timeout',
      'leaves it',
    ]);
  });

  const answering = (status: number, body: object) => {
    const http = async () => ({ status, headers: {}, body: JSON.stringify(body) });
    return createTwilioCheck({ credentials, timeoutMs: 1, http }).check();
  };

  it('opens for a closed account and for a refusal without a code, not for a status nobody knows', async () => {
    expect(said(await answering(200, { status: 'closed' }))).toEqual(['account_closed', 'opens']);
    expect(said(await answering(403, {}))).toEqual(['http_403', 'opens']);
    expect(said(await answering(200, { status: 'new' }))).toEqual(['garbage', 'leaves it']);
    expect(said(await answering(404, { code: 20404 }))).toEqual(['20404', 'leaves it']);
  });

  it('a check that cannot be made says nothing about the provider', async () => {
    const unreadable = createTwilioCheck({ credentials: () => Promise.reject(new Error('no secret')), timeoutMs: 1 });
    expect(said(await unreadable.check())).toBe('unknown');
    const broken = createTwilioCheck({ credentials, timeoutMs: 1, http: () => Promise.reject(new TypeError('bug')) });
    expect(said(await broken.check())).toBe('unknown');
  });

  it('asks for nothing with credentials that cannot be right, and says so', async () => {
    const http = () => Promise.reject(new HttpFailure('ECONNREFUSED', false));
    const check = (changes: object) =>
      createTwilioCheck({ credentials: async () => ({ ...ACCOUNT, ...changes }), timeoutMs: 1, http }).check();
    expect(said(await check({ accountSid: '../x' }))).toEqual(['credentials_invalid', 'opens']);
    expect(said(await check({ authToken: '' }))).toEqual(['credentials_invalid', 'opens']);
    expect(said(await check({}))).toEqual(['econnrefused', 'leaves it']);
  });

  it('keeps the auth token, which the answer holds, to itself', async () => {
    for (const status of ['active', 'suspended', 'odd']) {
      const found = await answering(200, { status, auth_token: ACCOUNT.authToken, message: ACCOUNT.authToken });
      expect(JSON.stringify(found)).not.toContain(ACCOUNT.authToken);
    }
    const refused = await answering(401, { code: 20003, message: ACCOUNT.authToken });
    expect(JSON.stringify(refused)).not.toContain(ACCOUNT.authToken);
  });
});

describe('SNS', () => {
  const check = (send: () => Promise<unknown>) =>
    createSnsCheck({ client: { send } as never, timeoutMs: 1_000 }).check();
  const refusing = (status: number, name: string) =>
    check(() =>
      Promise.reject(Object.assign(new Error('words'), { name, $fault: 'client', $response: { statusCode: status } })),
    );

  it('SNS is healthy when it answers', async () => {
    expect(said(await check(async () => ({ attributes: {} })))).toBe('ok');
    expect(said(await check(async () => ({})))).toEqual(['garbage', 'leaves it']);
  });

  it.each([
    [403, 'InvalidClientTokenId', ['InvalidClientTokenId', 'opens']],
    [403, 'OptInRequired', ['OptInRequired', 'opens']],
    [500, 'InternalErrorException', ['InternalError', 'leaves it']],
    [503, 'ServiceUnavailable', ['ServiceUnavailable', 'leaves it']],
    [403, 'AuthorizationErrorException', 'unknown'],
    [429, 'ThrottledException', 'unknown'],
    [400, 'Throttling', 'unknown'],
  ])('%i %s', async (status, name, finding) => {
    expect(said(await refusing(status, name))).toEqual(finding);
  });

  it('fails without an answer, and is unknown when we have no credentials to ask with', async () => {
    expect(said(await check(() => Promise.reject(new HttpFailure('ETIMEDOUT', true))))).toEqual([
      'timeout',
      'leaves it',
    ]);
    const none = Object.assign(new Error(), { name: 'CredentialsProviderError' });
    expect(said(await check(() => Promise.reject(none)))).toBe('unknown');
  });
});

describe('the checks of a deployment', () => {
  const SETTINGS: Settings = {
    EMAIL_FROM: 'Lifeline <pages@example.com>',
    VOICE_ORIGINATION_IDENTITY: '+14155550001',
    TWILIO_API_URL: '',
    SENDGRID_API_URL: '',
    SLACK_API_URL: '',
    CALLBACK_BASE_URL: '',
    SMS_COUNTRIES: '*',
    TIME_SCALE: 1,
  };
  const SECRET = { twilio: ACCOUNT, sendgrid: { apiKey: 'SG.test' }, slack: { botToken: 'xoxb-test' } };

  const clock = { now: Date.now };
  const NUMBER = { PhoneNumber: '+14155550001', Status: 'ACTIVE', NumberCapabilities: ['SMS', 'VOICE'] };
  const WELL = {
    attributes: { MonthlySpendLimit: '100' },
    SendingEnabled: true,
    AccountAttributes: [],
    PlatformApplications: [],
    PhoneNumbers: [NUMBER],
    Policy: 'sns.amazonaws.com',
    VerifiedForSendingStatus: true,
  };

  /** What AWS is asked for goes into `asked`; everybody answers that all is well. */
  function deployment(channels: readonly Channel[], settings: Partial<Settings> = {}, secret: object = SECRET) {
    const asked: string[] = [];
    const client = {
      async send(command: object) {
        asked.push(command.constructor.name);
        return WELL;
      },
    };
    const one = () => client as never;
    const deps = {
      sns: one,
      ses: one,
      voice: one,
      timeoutMs: 1_000,
      secret: async () => secret as typeof SECRET,
      clock,
    };
    const checks = createProviderChecks(channels, { ...deps, settings: { ...SETTINGS, ...settings } });
    const named = (name: string) => checks.find(({ provider, channel }) => `${provider}/${channel}` === name);
    return { asked, checks, find: async (name: string) => named(name)?.check() };
  }

  it('are those of its channels, and Teams has none', () => {
    const names = (channels: readonly Channel[]) =>
      deployment(channels).checks.map(({ provider, channel }) => `${provider}/${channel}`);
    expect(names(CHANNELS)).toEqual([
      ...['sendgrid/email', 'ses/email', 'twilio/sms', 'sns/sms', 'slack/slack', 'sns-push/push'],
      ...['twilio/voice', 'aws-voice/voice'],
    ]);
    expect(names(['teams', 'push'])).toEqual(['sns-push/push']);
  });

  it('ask an account that stands behind two channels once, and again the next time', async () => {
    let requests = 0;
    const TWILIO_API_URL = await serve((_, response) => {
      requests++;
      response.end('{"status":"suspended"}');
    });
    const { find } = deployment(['sms', 'voice'], { TWILIO_API_URL });
    for (const round of [1, 2]) {
      const both = await Promise.all([find('twilio/sms'), find('twilio/voice')]);
      expect(both.map((found) => found && said(found))).toEqual(Array(2).fill(['account_suspended', 'opens']));
      expect(requests).toBe(round);
    }
  });

  it.each([
    ['sendgrid/email', { EMAIL_FROM: '' }, SECRET, 'emailFrom'],
    ['ses/email', { EMAIL_FROM: '' }, SECRET, 'emailFrom'],
    ['sendgrid/email', {}, { twilio: ACCOUNT }, '"sendgrid"'],
    ['slack/slack', {}, { twilio: ACCOUNT }, '"slack"'],
    ['aws-voice/voice', { VOICE_ORIGINATION_IDENTITY: '' }, SECRET, 'voiceOriginationIdentity'],
  ])('%s without its settings is not asked, and says what to set', async (name, settings, secret, words) => {
    const { find, asked } = deployment(CHANNELS, settings, secret);
    const found = await find(name);
    expect(found).toEqual({ finding: 'unknown', code: 'not_set_up', message: expect.stringContaining(words) });
    expect(asked).toEqual([]);
  });

  it('ask AWS what it can be asked without sending', async () => {
    const { find, asked } = deployment(CHANNELS);
    for (const name of ['ses/email', 'sns/sms', 'sns-push/push', 'aws-voice/voice']) {
      expect(await find(name)).toMatchObject({ finding: 'ok' });
    }
    expect(asked.toSorted()).toEqual(
      [
        ...['GetAccountCommand', 'GetAccountCommand', 'GetEmailIdentityCommand'],
        ...['GetSMSAttributesCommand', 'GetSMSSandboxAccountStatusCommand', 'GetSMSAttributesCommand'],
        ...['DescribePhoneNumbersCommand', 'GetResourcePolicyCommand', 'ListPlatformApplicationsCommand'],
        ...['DescribeAccountAttributesCommand', 'DescribeAccountAttributesCommand', 'DescribeSpendLimitsCommand'],
        'DescribePhoneNumbersCommand',
      ].toSorted(),
    );
  });

  it('a secret that cannot be read is not one in which something is missing', async () => {
    const checks = createProviderChecks(['slack', 'email'], unreadable(SETTINGS));
    for (const { provider, check } of checks.filter(({ provider }) => provider !== 'ses')) {
      expect([provider, await check()]).toEqual([
        provider,
        { finding: 'unknown', message: 'the credentials could not be read' },
      ]);
    }
  });

  const unreadable = (settings: Settings) => {
    const none = () => ({}) as never;
    const secret = () => Promise.reject(new Error('no secret'));
    return { settings, secret, sns: none, ses: none, voice: none, timeoutMs: 1_000, clock };
  };
});
