/** What the health check is told to look at. */
import { expect, it } from 'vitest';
import { healthCheckEnv } from '../../lambdas/provider-health/health-check.env.ts';
import { type Json, synth } from './synth.ts';

/** The variables as Lambda would get them, every name that AWS makes up as long as `generated` says. */
function variables(settings: Record<string, string>, generated: (reference: string) => string) {
  const { functions, resourceOf } = synth(settings);
  const check = functions.find(({ entry }) => entry === 'provider-health/health-check');
  if (!check) throw new Error('there is no health check');
  const text = (value: Json): string => {
    if (typeof value === 'string') return value;
    const [separator, parts] = value['Fn::Join'] ?? [];
    return parts ? parts.map(text).join(separator) : generated(JSON.stringify(value));
  };
  const { Variables } = resourceOf(check).properties.Environment;
  return Object.fromEntries(Object.entries<Json>(Variables).map(([name, value]) => [name, text(value)]));
}

const shown = (settings: Record<string, string>) =>
  healthCheckEnv.shape.QUEUES.parse(
    variables(settings, (reference) => Buffer.from(reference).toString('base64')).QUEUES,
  );

it('looks at both lanes of every channel of the deployment, and at the queues that all share', () => {
  const channels = new Set(shown({}).flatMap(({ channel }) => channel ?? []));
  expect([...channels]).toEqual(['email', 'sms', 'slack', 'teams', 'push', 'voice']);
  expect(shown({ channels: 'sms,voice' }).map(({ channel, name }) => [name, channel])).toEqual([
    ['sms-urgent', 'sms'],
    ['sms-normal', 'sms'],
    ['voice-urgent', 'voice'],
    ['voice-normal', 'voice'],
    ...['looks', 'stops', 'inbound-texts', 'receipt-checks', 'alerts', 'webhooks', 'releases'].map((name) => [
      name,
      undefined,
    ]),
    ...['redrives', 'sns-log', 'health-checks'].map((name) => [name, undefined]),
  ]);
});

it('looks at each queue that feeds a function, and may look into each queue there is', () => {
  const built = synth();
  const queues = built.ofType('AWS::SQS::Queue');
  const feeding = queues.filter(({ properties }) => properties.RedrivePolicy !== undefined);
  const seen = shown({}).map(({ queue }) => {
    const reference = JSON.parse(Buffer.from(queue, 'base64').toString());
    return built.target(reference, 'LifelineHealth')?.id;
  });
  expect(seen.toSorted()).toEqual(feeding.map(({ id }) => id).toSorted());
  // So where the dead letters go, which a queue says itself, is every other one.
  const boxes = new Set(
    feeding.map((one) => built.target(one.properties.RedrivePolicy.deadLetterTargetArn, one.stack)?.id),
  );
  expect([...seen, ...boxes].toSorted()).toEqual(queues.map(({ id }) => id).toSorted());
});

it('leaves 900 bytes of the 4 KB that Lambda takes, with the longest names that AWS gives queues', () => {
  const URL = `https://sqs.ap-southeast-1.amazonaws.com/123456789012/${'x'.repeat(80)}`;
  /** Parts of the API's address are short. */
  const ofApi = (reference: string) => /Region|UrlSuffix|ApiRest/i.test(reference);
  const longest = (reference: string) =>
    reference.includes('QueueName') ? 'x'.repeat(80) : ofApi(reference) ? 'x'.repeat(14) : URL;
  const settings = { emailFrom: `${'L'.repeat(64)} <pages@${'e'.repeat(60)}.example>`, voiceOriginationIdentity: URL };
  const given = Object.entries(variables(settings, longest)).flat().join('');
  expect(Buffer.byteLength(given)).toBeLessThan(4_096 - 900);
});
