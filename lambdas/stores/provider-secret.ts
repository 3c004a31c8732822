import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import type { Clock } from '../core/ports.ts';

const schema = z.object({
  twilio: z.object({ accountSid: z.string(), authToken: z.string(), phoneNumber: z.string() }),
});
export type ProviderSecret = z.output<typeof schema>;

/** A changed secret is used everywhere within this time; reading it costs a call. */
const FRESH_MS = 60_000;

/**
 * The providers' credentials, read once a minute at most. When it cannot be read, the last known ones go on serving:
 * a page must not wait for Secrets Manager.
 */
export function createProviderSecret(
  client: SecretsManagerClient,
  secretId: string,
  clock: Clock,
): () => Promise<ProviderSecret> {
  let known: { at: number; value: ProviderSecret } | undefined;
  let reading: Promise<ProviderSecret> | undefined;

  async function read(): Promise<ProviderSecret> {
    const { SecretString = '{}' } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
    const parsed = schema.safeParse(parseJson(SecretString));
    // Never the parser's own words: they quote the secret.
    if (!parsed.success) throw new Error('the provider secret does not have the form {"twilio":{"accountSid",…}}');
    known = { at: clock.now(), value: parsed.data };
    return parsed.data;
  }

  return async () => {
    if (known && clock.now() - known.at < FRESH_MS) return known.value;
    reading ??= read().finally(() => {
      reading = undefined;
    });
    try {
      return await reading;
    } catch (error) {
      if (known) return known.value;
      throw error;
    }
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
