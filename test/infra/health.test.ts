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
  healthCheckEnv.shape.QUEUES.parse(variables(settings, () => 'x').QUEUES);

it('looks at both lanes of every channel of the deployment, and at the queues that all share', () => {
  const all = shown({});
  expect(all.flatMap(({ channel }) => channel ?? [])).toEqual(['email', 'sms', 'slack', 'teams', 'push', 'voice']);
  const groups = shown({ channels: 'sms,voice' }).map(({ channel, queues }) => [channel, Object.keys(queues)]);
  expect(groups).toEqual([
    ['sms', ['sms-urgent', 'sms-normal']],
    ['voice', ['voice-urgent', 'voice-normal']],
    [undefined, ['looks']],
    [undefined, ['stops']],
    [undefined, ['receipt-checks']],
    [undefined, ['alerts']],
    [undefined, ['webhooks']],
  ]);
});

it('fits into the 4 KB that Lambda takes, with the longest names that AWS gives queues', () => {
  const URL = `https://sqs.ap-southeast-1.amazonaws.com/123456789012/${'x'.repeat(80)}`;
  const longest = (reference: string) => (reference.includes('QueueName') ? 'x'.repeat(80) : URL);
  const settings = { emailFrom: `${'L'.repeat(64)} <pages@${'e'.repeat(60)}.example>`, voiceOriginationIdentity: URL };
  const given = Object.entries(variables(settings, longest)).flat().join('');
  expect(Buffer.byteLength(given)).toBeLessThan(4_096);
});
