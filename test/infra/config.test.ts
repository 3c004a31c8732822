import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../lib/config.ts';
import { emptyApp, flags, type Json, ROOT, synth } from './synth.ts';

const config = (context: Record<string, unknown>) => readConfig(emptyApp(context));
const problem = (context: Record<string, unknown>): string => {
  try {
    config(context);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('accepted');
};

const DEFAULTS = {
  webhookUrls: [],
  channels: ['email', 'sms', 'slack', 'teams', 'push', 'voice'],
  senderRates: {},
  hourlyCap: 100,
  laneConcurrency: 20,
  operationsRecipients: '',
  smsCountries: '*',
  snsSenderId: 'OnCall',
  senderIdCountries: '',
  twoWayCountries: '',
};

/** Settings that have nothing to do with each other, in two syntheses. */
const SETTINGS: Record<string, string>[] = [
  { twoWayCountries: 'gb, IE', senderIdCountries: 'SG,AU', snsSenderId: '', smsCountries: 'us, CA', clientIds: 'abc' },
  { twoWayCountries: 'US', senderIdCountries: 'SG' },
];
/** The templates of those that have this one. */
function synthWith(setting: string, given: string) {
  const settings = SETTINGS.find((one) => one[setting] === given);
  if (settings === undefined) throw new Error(`no synthesis has ${setting}=${given}`);
  return synth(settings);
}

describe('settings', () => {
  it.each([
    ['twoWayCountries', 'gb, IE', 'delivery/sms-worker', 'TWO_WAY_CALLING_CODES', '44,353'],
    ['twoWayCountries', 'US', 'delivery/voice-worker', 'TWO_WAY_CALLING_CODES', '1'],
    ['senderIdCountries', 'SG,AU', 'delivery/sms-worker', 'SNS_SENDER_ID_CALLING_CODES', '65,61'],
    ['senderIdCountries', 'SG', 'verification/verification', 'SNS_SENDER_ID_CALLING_CODES', '65'],
    ['snsSenderId', '', 'delivery/sms-worker', 'SNS_SENDER_ID', ''],
  ])('%s=%s reaches %s as %s=%s', (setting, given, entry, name, expected) => {
    const own = synthWith(setting, given);
    const fn = own.functions.find((one) => one.entry === entry);
    expect(fn && own.resourceOf(fn).properties.Environment.Variables[name]).toBe(expected);
  });

  it('are all optional', () => {
    expect(config({})).toEqual(DEFAULTS);
  });

  it('come as text from the command line', () => {
    expect(config({ laneConcurrency: '50' })).toEqual({ ...DEFAULTS, laneConcurrency: 50 });
  });

  it('take countries as people write them', () => {
    expect(config({ smsCountries: 'us, CA,de' }).smsCountries).toBe('US,CA,DE');
    const own = synthWith('smsCountries', 'us, CA');
    const fn = own.functions.find(({ entry }) => entry === 'verification/verification');
    expect(fn && own.resourceOf(fn).properties.Environment.Variables.SMS_COUNTRIES).toBe('US,CA');
  });

  it('leave the context of CDK itself alone', () => {
    const context = { 'aws:cdk:bundling-stacks': [], '@aws-cdk/x:y': true, 'cli-telemetry': false };
    expect(config(context)).toEqual(DEFAULTS);
  });

  it.each([
    [{ isuer: 'https://id.example.com' }, 'isuer'],
    [{ laneConcurrency: '1' }, 'laneConcurrency'],
    [{ laneConcurrency: '1001' }, 'laneConcurrency'],
    [{ laneConcurrency: 'many' }, 'laneConcurrency'],
    // The code of the United Kingdom is GB.
    [{ smsCountries: 'US,UK' }, 'ISO country codes'],
    [{ twoWayCountries: 'US,UK' }, 'ISO country codes'],
    [{ senderIdCountries: '44' }, 'ISO country codes'],
    [{ smsCountries: '' }, 'ISO country codes'],
    [{ webhookUrls: 'http://example.com/hook' }, 'must be an https:// URL'],
    [{ webhookUrls: 'https://example.com/a,http://example.com/b' }, 'must be an https:// URL'],
    [{ smsCountries: 'US;CA' }, 'ISO country codes'],
    [{ issuer: 'http://id.example.com', audience: 'a' }, 'must be an https:// URL'],
    [{ issuer: 'id.example.com', audience: 'a' }, 'must be an https:// URL'],
    [{ issuer: 'https://id.example.com' }, 'needs audience or clientIds'],
    [{ jwksUri: 'https://id.example.com/keys' }, 'belongs to an issuer of your own'],
    [{ audience: 'lifeline' }, 'belongs to an issuer of your own'],
    [{ authDomainPrefix: 'My Company' }, 'lower-case letters, digits and hyphens'],
    [{ authDomainPrefix: 'lifeline-aws' }, 'must not contain aws, amazon or cognito'],
    [{ alarmTopicArn: 'oncall' }, 'must be the ARN of an SNS topic'],
    [{ alarmTopicArn: 'arn:aws:sqs:us-east-1:123456789012:oncall' }, 'must be the ARN of an SNS topic'],
  ])('%j is refused, and the message says %j', (context, words) => {
    expect(problem(context)).toContain('Deployment settings (-c name=value)');
    expect(problem(context)).toContain(words);
    expect(problem(context)).toContain(Object.keys(context)[0]);
  });

  it.each([
    [undefined, 'words.json cannot be read'],
    ['{"de": ', 'words.json cannot be read'],
    ['{"de": {"acknowlege": "Annehmen"}}', 'de.acknowlege: there is no such phrase'],
    ['{"de": {"acknowledgedBy": "Angenommen"}}', 'de.acknowledgedBy: {name} is missing'],
  ])('with the words %j are refused, and the message says %j', (words, message) => {
    const wording = join(emptyApp({}).outdir, 'words.json');
    if (words !== undefined) writeFileSync(wording, words);
    expect(problem({ wording })).toContain('Deployment settings (-c name=value)');
    expect(problem({ wording })).toContain(message);
  });

  it('are refused all at once', () => {
    const both = problem({ laneConcurrency: '1', alarmTopicArn: 'oncall' });
    expect(both).toContain('laneConcurrency');
    expect(both).toContain('alarmTopicArn');
  });
});

const authorizerOf = ({ functions, resourceOf }: ReturnType<typeof synth>): Json => {
  const fn = functions.find(({ entry }) => entry === 'authorizer/authorizer');
  return fn && resourceOf(fn).properties.Environment.Variables;
};

const usual = synth();

describe('an issuer of your own', () => {
  const ISSUER = { issuer: 'https://id.example.com/', audience: 'lifeline', clientIds: 'grafana,ci' };

  it('an issuer of your own is what the authorizer asks for, with its keys where they usually are', () => {
    const own = synth(ISSUER);
    expect(authorizerOf(own)).toEqual({
      // Exactly as in the tokens: with the slash, if theirs has one.
      ISSUER: 'https://id.example.com/',
      JWKS_URI: 'https://id.example.com/.well-known/jwks.json',
      AUDIENCE: 'lifeline',
      CLIENT_IDS: 'grafana,ci',
    });
  });

  it('may keep its keys elsewhere, and let all its clients in that have the audience', () => {
    const own = synth({
      issuer: 'https://id.example.com',
      jwksUri: 'https://keys.example.com/k',
      audience: 'lifeline',
    });
    expect(authorizerOf(own)).toMatchObject({ JWKS_URI: 'https://keys.example.com/k', CLIENT_IDS: '' });
  });

  it('can be switched to and back: no export that the API still imports disappears', () => {
    const exportsOf = ({ templates }: ReturnType<typeof synth>) =>
      Object.values<Json>(templates.LifelineData.Outputs).flatMap(({ Export }) => Export?.Name ?? []);
    const own = synth(ISSUER);
    expect(exportsOf(own).sort()).toEqual(exportsOf(usual).sort());
  });
});

describe('more clients of our pool', () => {
  it('are let in beside ours', () => {
    expect(JSON.stringify(authorizerOf(synthWith('clientIds', 'abc')).CLIENT_IDS)).toMatch(
      /IdentityMachine.*People.*,abc/,
    );
  });
});

describe('a synthesis', () => {
  it('gives the same templates for the same settings, to the byte', async () => {
    const context = { ...flags(), 'aws:cdk:bundling-stacks': [] };
    const written = async () => {
      const outdir = emptyApp({}).outdir;
      // Validation only reads the templates, and takes half of the time.
      const settings = { CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context), CDK_VALIDATION: 'false' };
      const env = { PATH: process.env.PATH, ...settings };
      await promisify(execFile)(process.execPath, ['bin/app.ts'], { cwd: ROOT, env });
      const templates = readdirSync(outdir).filter((file) => file.endsWith('.template.json'));
      return templates.map((file) =>
        createHash('sha256')
          .update(readFileSync(join(outdir, file)))
          .digest('hex'),
      );
    };
    const [first, second] = await Promise.all([written(), written()]);
    expect(first).toHaveLength(4);
    expect(second).toEqual(first);
  });

  it('asks AWS for nothing', () => {
    expect(usual.app.synth().manifest.missing).toBeUndefined();
  });

  it('stays far from what CloudFormation and API Gateway allow', () => {
    const { templates, ofType } = usual;
    for (const { Resources } of Object.values<Json>(templates)) expect(Object.keys(Resources).length).toBeLessThan(400);
    expect(ofType('AWS::ApiGateway::Resource').length).toBeLessThan(250);
  });
});
