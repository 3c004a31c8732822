import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Clock } from '../core/clock.ts';
import type { ActionKeys } from '../core/replies/ports.ts';
import { cached } from './cached.ts';

/**
 * The key of action links, read once a minute at most. Writing a new value into the secret is the rotation: Secrets
 * Manager keeps the one before under AWSPREVIOUS. When the secret cannot be read, the last known keys go on serving.
 */
export function createActionKeys(client: SecretsManagerClient, secretId: string, clock: Clock): ActionKeys {
  type Keys = Awaited<ReturnType<ActionKeys>>;

  const secretAt = async (VersionStage: string): Promise<string | undefined> => {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId, VersionStage }));
    return SecretString;
  };

  async function read(): Promise<Keys> {
    const [current, previous] = await Promise.all([
      secretAt('AWSCURRENT'),
      secretAt('AWSPREVIOUS').catch((error) => {
        // Before its first rotation the secret has no previous value.
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      }),
    ]);
    if (!current) throw new Error('the action key is empty');
    return { current, ...(previous && { previous }) };
  }

  return cached(read, clock);
}
