import { expect, it } from 'vitest';
import { overridesOf } from '../../local/cloud-options.ts';
import { isLoopback } from '../../local/loopback.ts';
import { parseSettings, type Settings } from '../../local/settings.ts';

const parse = (argv: string[] = [], env: NodeJS.ProcessEnv = {}) => parseSettings(argv, env) as Settings;
const LIVE = { TWILIO_ACCOUNT_SID: `AC${'1'.repeat(32)}`, TWILIO_AUTH_TOKEN: 't', TWILIO_PHONE_NUMBER: '+14155550199' };

it('needs nothing: everything has a local default', () => {
  expect(parse()).toMatchObject({
    port: 3000,
    speed: 1,
    live: false,
    fresh: false,
    publicBaseUrl: 'http://127.0.0.1:3000/api',
    providerUrls: { twilio: 'http://127.0.0.1:3000/simulators/twilio' },
    twilio: {
      accountSid: expect.stringMatching(/^AC[0-9a-f]{32}$/),
      phoneNumber: expect.stringMatching(/^\+1\d{10}$/),
    },
  });
});

it.each([
  [[], { npm_config_live: 'true' }, /npm start -- --live/],
  // What `npm start --speed 10` makes of it.
  [['10'], { npm_config_speed: 'true' }, /npm start -- --speed/],
  [[], { npm_config_fresh: 'true' }, /npm start -- --fresh/],
  [['--speed', '0'], {}, /--speed/],
  [['--speed', '-3'], {}, /--speed/],
  [['--speed', 'fast'], {}, /--speed/],
  [['--speed', ''], {}, /--speed/],
  [['--speed', 'Infinity'], {}, /--speed/],
  [['--fast'], {}, /--fast/],
  [['serve'], {}, /serve/],
  [[], { PORT: '99999' }, /PORT/],
  [[], { PORT: 'http' }, /PORT/],
  [[], { SENDER_PER_MINUTE: 'many' }, /SENDER_PER_MINUTE/],
  [[], { SENDER_PER_MINUTE: '0' }, /SENDER_PER_MINUTE/],
  [[], { PUBLIC_BASE_URL: 'example.com' }, /PUBLIC_BASE_URL/],
  [[], { TWILIO_API_URL: 'ftp://x' }, /TWILIO_API_URL/],
  [[], { TWILIO_PHONE_NUMBER: '5550100' }, /TWILIO_PHONE_NUMBER/],
  [[], { TWILIO_PHONE_NUMBER: 'Lifeline Operations' }, /TWILIO_PHONE_NUMBER/],
  [[], { TWILIO_PHONE_NUMBER: `MG1${'z'.repeat(31)}` }, /TWILIO_PHONE_NUMBER/],
])('refuses %j with %j, naming what is wrong', (argv, env, message) => {
  expect(() => parse(argv, env)).toThrow(message);
});

it.each(['+14155550199', 'Lifeline', `MG${'a'.repeat(32)}`])('takes %s for the sender of texts', (sender) => {
  expect(parse([], { TWILIO_PHONE_NUMBER: sender }).twilio.phoneNumber).toBe(sender);
});

it('the rate of the senders is that of the templates, unless SENDER_PER_MINUTE says otherwise', () => {
  expect(overridesOf(parse())).not.toHaveProperty('SENDER_PER_MINUTE');
  expect(overridesOf(parse([], { SENDER_PER_MINUTE: '6000' }))).toMatchObject({ SENDER_PER_MINUTE: '6000' });
});

it('--live without credentials names the variables that are missing, and no others', () => {
  const { TWILIO_AUTH_TOKEN, ...rest } = LIVE;
  expect(() => parse(['--live'])).toThrow(/TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_PHONE_NUMBER/);
  expect(() => parse(['--live'], rest)).toThrow(/needs TWILIO_AUTH_TOKEN in/);
});

it('only --live lets an unset provider URL mean the real provider', () => {
  expect(parse(['--live'], LIVE).providerUrls.twilio).toBe('');
  expect(parse([], LIVE).providerUrls.twilio).toContain('/simulators/twilio');
  for (const argv of [[], ['--live']])
    expect(parse(argv, { ...LIVE, TWILIO_API_URL: 'http://127.0.0.1:9/' }).providerUrls.twilio).toBe(
      'http://127.0.0.1:9',
    );
});

it.each([
  ['http://127.0.0.1:3000/api', true],
  ['http://localhost/api', true],
  ['http://[::1]:3000', true],
  ['https://pages.example.com', false],
])('%s is on the loopback: %s', (url, expected) => {
  expect(isLoopback(url)).toBe(expected);
});

const AWS = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 's', AWS_SESSION_TOKEN: 't' };

it('keeps SNS on this machine with its usual sender, whatever AWS credentials the environment has', () => {
  const { providerUrls, snsSenderId, aws } = parse([], AWS);
  expect([providerUrls.sns, snsSenderId, aws]).toEqual(['http://127.0.0.1:3000/simulators/sns', 'OnCall', undefined]);
  expect(parse([], { AWS_SNS_SMS_SENDER_ID: 'Lifeline1' }).snsSenderId).toBe('Lifeline1');
});

it.each(['far too long', 'ABCDEFGHIJKL', '12345', 'a b', 'ä'])('refuses %j as a sender id', (AWS_SNS_SMS_SENDER_ID) => {
  expect(() => parse([], { AWS_SNS_SMS_SENDER_ID })).toThrow(/AWS_SNS_SMS_SENDER_ID/);
});

it('hands AWS credentials on only where SNS, SES or voice is the real one: with --live and without URLs of their own', () => {
  expect(parse(['--live'], { ...LIVE, ...AWS })).toMatchObject({ providerUrls: { sns: '' }, aws: AWS });
  const sns = { AWS_ENDPOINT_URL_SNS: 'http://127.0.0.1:9/' };
  const voice = { AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2: 'http://127.0.0.1:8/' };
  const ses = { AWS_ENDPOINT_URL_SESV2: 'http://127.0.0.1:7/' };
  const own = parse(['--live'], { ...LIVE, ...AWS, ...sns, ...voice, ...ses });
  expect(own.providerUrls).toMatchObject({
    sns: 'http://127.0.0.1:9',
    voice: 'http://127.0.0.1:8',
    ses: 'http://127.0.0.1:7',
  });
  expect(own.aws).toBeUndefined();
  for (const one of [sns, voice, ses]) expect(parse(['--live'], { ...LIVE, ...AWS, ...one }).aws).toEqual(AWS);
  expect(() => parse([], { AWS_ENDPOINT_URL_SNS: 'sns' })).toThrow(/AWS_ENDPOINT_URL_SNS/);
});

it('calls through AWS from the simulator’s number, and in a live run from none until one is named', () => {
  expect(parse([], {}).voiceOriginationIdentity).toBe('+14155550001');
  expect(parse(['--live'], LIVE).voiceOriginationIdentity).toBe('');
  expect(parse(['--live'], { ...LIVE, AWS_VOICE_ORIGINATION_IDENTITY: 'pool-1' }).voiceOriginationIdentity).toBe(
    'pool-1',
  );
});

it('starts without a standby rather than not at all, when --live finds no AWS credentials or no region', () => {
  expect(parse(['--live'], LIVE).aws).toBeUndefined();
  const { AWS_REGION, ...noRegion } = AWS;
  expect(parse(['--live'], { ...LIVE, ...noRegion }).aws).toBeUndefined();
  expect(parse(['--live'], { ...LIVE, ...noRegion, AWS_DEFAULT_REGION: AWS_REGION }).aws).toEqual(AWS);
});

it('e-mail and Teams are the simulators unless the run is live; a live run goes without what it has no credentials for', () => {
  const local = parse([], {});
  const base = 'http://127.0.0.1:3000/simulators';
  expect(local.providerUrls).toMatchObject({
    sendgrid: `${base}/sendgrid`,
    ses: `${base}/ses`,
    teams: `${base}/teams`,
  });
  expect(local).toMatchObject({ sendgrid: { apiKey: 'SG.local' }, emailFrom: expect.stringContaining('@') });
  const live = parse(['--live'], LIVE);
  expect([live.sendgrid, live.emailFrom]).toEqual([undefined, '']);
  expect(live.providerUrls).toMatchObject({ sendgrid: '', ses: '', teams: '' });
  const keys = { SENDGRID_API_KEY: 'SG.1', SENDGRID_WEBHOOK_PUBLIC_KEY: 'MFk', EMAIL_FROM: 'A <a@example.com>' };
  expect(parse(['--live'], { ...LIVE, ...keys })).toMatchObject({
    sendgrid: { apiKey: 'SG.1', webhookPublicKey: 'MFk' },
    emailFrom: 'A <a@example.com>',
  });
  const urls = { SENDGRID_API_URL: 'http://127.0.0.1:9/', TEAMS_API_URL: 'http://127.0.0.1:8/' };
  expect(parse([], urls).providerUrls).toMatchObject({ sendgrid: 'http://127.0.0.1:9', teams: 'http://127.0.0.1:8' });
});

it('takes webhooks by https, and by http where nothing leaves the machine', () => {
  const hooks = (WEBHOOK_URLS: string) => parse([], { WEBHOOK_URLS }).webhookUrls;
  expect(parse([], {}).webhookUrls).toEqual([]);
  expect(hooks('https://a.example/x?a=1,2, http://127.0.0.1:9/b')).toEqual([
    'https://a.example/x?a=1,2',
    'http://127.0.0.1:9/b',
  ]);
  for (const bad of ['http://a.example', 'a.example', 'ftp://127.0.0.1']) {
    expect(() => hooks(bad)).toThrow(/WEBHOOK_URLS/);
  }
});

it('Slack is the simulator unless the run is live; a live run has it whole or not at all', () => {
  const local = parse([], {});
  expect(local.providerUrls.slack).toBe('http://127.0.0.1:3000/simulators/slack');
  expect(local.slack).toEqual({ botToken: expect.any(String), signingSecret: expect.any(String) });
  const keys = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 's' };
  expect(parse([], { ...keys, SLACK_API_URL: 'http://127.0.0.1:9/' })).toMatchObject({
    slack: { botToken: 'xoxb-1', signingSecret: 's' },
    providerUrls: { slack: 'http://127.0.0.1:9' },
  });
  expect(parse(['--live'], LIVE).slack).toBeUndefined();
  expect(parse(['--live'], { ...LIVE, ...keys })).toMatchObject({
    slack: { botToken: 'xoxb-1' },
    providerUrls: { slack: '' },
  });
  expect(() => parse(['--live'], { ...LIVE, SLACK_BOT_TOKEN: 'xoxb-1' })).toThrow(/SLACK_SIGNING_SECRET/);
});

it('operations is whoever is named; its topic is the simulator’s only where texts go there', () => {
  expect(parse([], {}).operations).toEqual({ recipients: '' });
  expect(parse([], { OPERATIONS_RECIPIENTS: 'usr_ops, usr_lead' }).operations.recipients).toBe('usr_ops,usr_lead');
  expect(parse(['--live'], LIVE).operations.topicArn).toBe('');
  expect(parse([], { AWS_ENDPOINT_URL_SNS: 'http://127.0.0.1:9' }).operations.topicArn).toBe('');
  const topicArn = 'arn:aws:sns:eu-west-1:123456789012:ops';
  expect(parse(['--live'], { ...LIVE, OPERATIONS_TOPIC_ARN: topicArn }).operations.topicArn).toBe(topicArn);
  expect(() => parse([], { OPERATIONS_RECIPIENTS: 'usr ops,' })).toThrow(/OPERATIONS_RECIPIENTS/);
  expect(() => parse([], { OPERATIONS_TOPIC_ARN: 'ops' })).toThrow(/OPERATIONS_TOPIC_ARN/);
});

it('Twilio is asked for callbacks where it can reach us: never on the loopback in a live run, wherever its URL leads', () => {
  const told = (argv: string[], env: NodeJS.ProcessEnv) => overridesOf(parse(argv, env)).CALLBACK_BASE_URL;
  const here = 'http://127.0.0.1:3000/api';
  expect(told([], {})).toBe(here);
  expect(told([], { TWILIO_API_URL: 'http://localhost:9' })).toBe(here);
  expect(told([], { TWILIO_API_URL: 'https://twilio.example' })).toBe('');
  expect(told(['--live'], LIVE)).toBe('');
  expect(told(['--live'], { ...LIVE, TWILIO_API_URL: 'http://127.0.0.1:9' })).toBe('');
  const tunnel = 'https://tunnel.example/api';
  expect(told(['--live'], { ...LIVE, PUBLIC_BASE_URL: tunnel })).toBe(tunnel);
  expect(told([], { PUBLIC_BASE_URL: tunnel })).toBe(tunnel);
});
