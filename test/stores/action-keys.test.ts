import { ResourceNotFoundException, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect, test } from 'vitest';
import { createActionKeys } from '../../lambdas/stores/action-keys.ts';

/** A Secrets Manager that holds these stages of one secret, and counts what it is asked. */
function secretsWith(stages: Record<string, string | Error>) {
  let now = 0;
  let asked = 0;
  const send = async ({ input: { VersionStage = '' } }: { input: { VersionStage?: string } }) => {
    asked++;
    const value = stages[VersionStage];
    if (value instanceof Error) throw value;
    if (value === undefined) throw new ResourceNotFoundException({ message: 'no such stage', $metadata: {} });
    return { SecretString: value };
  };
  const keys = createActionKeys({ send } as unknown as SecretsManagerClient, 'secret', { now: () => now });
  return { keys, stages, asked: () => asked, pass: (ms: number) => (now += ms) };
}

test('before the first rotation there is one key, after it also the one before', async () => {
  const { keys, stages, pass } = secretsWith({ AWSCURRENT: 'first' });
  expect(await keys()).toEqual({ current: 'first' });
  Object.assign(stages, { AWSCURRENT: 'second', AWSPREVIOUS: 'first' });
  pass(60_000);
  expect(await keys()).toEqual({ current: 'second', previous: 'first' });
});

test('the secret is read once a minute, however many ask', async () => {
  const { keys, asked } = secretsWith({ AWSCURRENT: 'first', AWSPREVIOUS: 'zeroth' });
  await Promise.all(Array.from({ length: 10 }, keys));
  await keys();
  expect(asked()).toBe(2);
});

test('links go on working while the secret cannot be read', async () => {
  const { keys, stages, pass } = secretsWith({ AWSCURRENT: 'first' });
  await keys();
  stages.AWSCURRENT = new Error('down');
  pass(60_000);
  expect(await keys()).toEqual({ current: 'first' });
});

test.each([
  ['empty', { AWSCURRENT: '' }],
  ['unreadable', { AWSCURRENT: new Error('down') }],
])('an %s secret makes no links at all', async (_what, stages) => {
  await expect(secretsWith(stages).keys()).rejects.toThrow();
});

test('a previous key that cannot be read is a failure and not an absent one', async () => {
  await expect(secretsWith({ AWSCURRENT: 'a', AWSPREVIOUS: new Error('down') }).keys()).rejects.toThrow('down');
});
