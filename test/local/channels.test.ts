import { expect, it } from 'vitest';
import { CHANNELS } from '../../lambdas/core/page/page.ts';
import { channelsOf, lacksOf } from '../../local/channels.ts';
import { parseSettings, type Settings } from '../../local/settings.ts';

const LIVE = { TWILIO_ACCOUNT_SID: `AC${'1'.repeat(32)}`, TWILIO_AUTH_TOKEN: 't', TWILIO_PHONE_NUMBER: '+14155550199' };
const AWS = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 's' };
const ALL = {
  ...LIVE,
  ...AWS,
  EMAIL_FROM: 'Lifeline <pages@example.com>',
  SENDGRID_API_KEY: 'SG.1',
  SLACK_BOT_TOKEN: 'xoxb-1',
  SLACK_SIGNING_SECRET: 's',
  AWS_VOICE_ORIGINATION_IDENTITY: 'pool-1',
};
const settings = (env: NodeJS.ProcessEnv, argv = ['--live']) => parseSettings(argv, env) as Settings;
const without = (...names: (keyof typeof ALL)[]) =>
  Object.fromEntries(Object.entries(ALL).filter(([name]) => !names.includes(name as never)));
const told = (env: NodeJS.ProcessEnv) => lacksOf(settings(env)).map(({ what, why }) => `${what}: ${why}`);

it('a run with the simulators, and a live run with everything, lack nothing', () => {
  for (const one of [settings({}, []), settings(ALL)]) {
    expect(lacksOf(one)).toEqual([]);
    expect(channelsOf(one)).toEqual(CHANNELS);
  }
});

it('a live run without EMAIL_FROM has no e-mail, and says which setting is missing and what does not work', () => {
  expect(told(without('EMAIL_FROM'))).toEqual(['E-mail: none: it needs EMAIL_FROM; nobody is mailed']);
  expect(channelsOf(settings(without('EMAIL_FROM')))).toEqual(CHANNELS.filter((one) => one !== 'email'));
});

it.each<[string, NodeJS.ProcessEnv, RegExp, string[]]>([
  ['no SendGrid key', without('SENDGRID_API_KEY'), /^E-mail: SES alone.*SENDGRID_API_KEY/, []],
  ['no Slack token', without('SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET'), /^Slack: none.*SLACK_BOT_TOKEN/, ['slack']],
  ['no number for standby calls', without('AWS_VOICE_ORIGINATION_IDENTITY'), /^Standby: none for calls/, []],
  ['no AWS credentials', without('AWS_ACCESS_KEY_ID'), /^E-mail: SendGrid alone.*AWS_ACCESS_KEY_ID/, ['push']],
  ['no AWS credentials', without('AWS_ACCESS_KEY_ID'), /^Push: none.*AWS_ACCESS_KEY_ID/, ['push']],
  ['no AWS credentials', without('AWS_ACCESS_KEY_ID'), /^Standby: none for texts.*AWS_ACCESS_KEY_ID/, ['push']],
  [
    'neither of the providers of e-mail',
    without('AWS_REGION', 'SENDGRID_API_KEY'),
    /^E-mail: none: it needs SENDGRID_API_KEY, or AWS_REGION/,
    ['email', 'push'],
  ],
])('a live run with %s starts, says so, and has every channel that something is left of', (_, env, line, missing) => {
  expect(told(env).filter((one) => line.test(one))).toHaveLength(1);
  expect(channelsOf(settings(env))).toEqual(CHANNELS.filter((one) => !missing.includes(one)));
});

it('a provider with a URL of its own needs no AWS credentials', () => {
  const urls = { AWS_ENDPOINT_URL_SNS: 'http://127.0.0.1:9', AWS_ENDPOINT_URL_SESV2: 'http://127.0.0.1:8' };
  expect(channelsOf(settings({ ...without('AWS_REGION', 'SENDGRID_API_KEY'), ...urls }))).toEqual(CHANNELS);
});

it('a live run without Twilio does not start, since it could neither text nor call', () => {
  for (const name of ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_PHONE_NUMBER'] as const) {
    expect(() => settings(without(name))).toThrow(new RegExp(`needs ${name} in`));
  }
});

it.each(['pages', 'Lifeline <pages>', '<>', 'a@b', 'A <a@example.com> <b@example.com>'])(
  'EMAIL_FROM %j is refused, naming what it must look like',
  (EMAIL_FROM) => {
    expect(() => settings({ ...ALL, EMAIL_FROM })).toThrow(/EMAIL_FROM must look like/);
  },
);

it.each(['pages@example.com', 'Lifeline <pages@example.com>'])('EMAIL_FROM %j is a sender', (EMAIL_FROM) => {
  expect(settings({ ...ALL, EMAIL_FROM }).emailFrom).toBe(EMAIL_FROM);
});
