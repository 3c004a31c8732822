import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import type { Clock } from '../core/clock.ts';
import { cached } from './cached.ts';

/**
 * A deployment without SendGrid or Slack leaves its part out, and a part with something missing counts as left out: a
 * slip in one of them must not stop the texts.
 */
const schema = z.object({
  twilio: z.object({ accountSid: z.string(), authToken: z.string(), phoneNumber: z.string() }),
  sendgrid: z.object({ apiKey: z.string(), webhookPublicKey: z.string() }).optional().catch(undefined),
  slack: z.object({ botToken: z.string(), signingSecret: z.string() }).optional().catch(undefined),
});
export type ProviderSecret = z.output<typeof schema>;

/**
 * The providers' credentials, read once a minute at most. When it cannot be read, the last known ones go on serving:
 * a page must not wait for Secrets Manager.
 */
export function createProviderSecret(
  client: SecretsManagerClient,
  secretId: string,
  clock: Clock,
): () => Promise<ProviderSecret> {
  async function read(): Promise<ProviderSecret> {
    const { SecretString = '{}' } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
    const parsed = schema.safeParse(parseJson(SecretString));
    // Never the parser's own words: they quote the secret.
    if (!parsed.success) throw new Error('the provider secret does not have the form {"twilio":{"accountSid",…},…}');
    return parsed.data;
  }

  return cached(read, clock);
}

/** What requests of a Twilio account are signed with; undefined for an account that is not ours. */
export const authTokens =
  (secret: () => Promise<ProviderSecret>) =>
  async (accountSid: string): Promise<string | undefined> => {
    const { twilio } = await secret();
    return twilio.accountSid === accountSid ? twilio.authToken : undefined;
  };

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
