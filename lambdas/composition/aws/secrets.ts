import { createActionKeys } from '../../stores/action-keys.ts';
import { authTokens, createProviderSecret } from '../../stores/provider-secret.ts';
import type { Run } from '../ports.ts';
import { secretsManager } from './clients.ts';

type Clocked = Pick<Run, 'clock'>;

export interface SecretEnv {
  PROVIDER_SECRET_ID: string;
}

export const actionKeys = (env: { ACTION_KEY_ID: string }, { clock }: Clocked) =>
  createActionKeys(secretsManager(), env.ACTION_KEY_ID, clock);

/** The credentials of the providers, as a process knows them: read once and kept for a while, however many ask. */
export function secretsOf(env: SecretEnv, { clock }: Clocked) {
  const secret = createProviderSecret(secretsManager(), env.PROVIDER_SECRET_ID, clock);
  return {
    secret,
    authTokenOf: authTokens(secret),
    signingSecret: async () => (await secret()).slack?.signingSecret,
    sendGridKey: async () => (await secret()).sendgrid?.webhookPublicKey,
    ourNumber: async () => (await secret()).twilio.phoneNumber,
    twilio: async () => (await secret()).twilio,
    // Without a key or token the account is refused, and its circuit lets the next provider have the message.
    sendgrid: async () => ({ apiKey: (await secret()).sendgrid?.apiKey ?? '' }),
    slack: async () => ({ botToken: (await secret()).slack?.botToken ?? '' }),
  };
}
export type Secrets = ReturnType<typeof secretsOf>;
