import { receiving } from '../composition/receipts.ts';
import { apiHandler } from '../http/api-handler.ts';
import { secretsManager } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { createProviderSecret } from '../stores/provider-secret.ts';
import { NO_CALLS } from '../use-cases/receive-receipt.ts';
import { sendGridEventsEnv } from './sendgrid-events.env.ts';
import { createSendGridEvents } from './sendgrid-events.ts';

const env = parseEnv(sendGridEventsEnv);
const telemetry = { logger: createLogger('sendgrid-events'), count: createCount('sendgrid-events') };
const clock = { now: Date.now };
const secret = createProviderSecret(secretsManager(), env.PROVIDER_SECRET_ID, clock);

const receiveSendGridEvents = createSendGridEvents({
  ...receiving(env, telemetry, clock, NO_CALLS),
  publicKey: async () => (await secret()).sendgrid?.webhookPublicKey,
  logger: telemetry.logger,
  clock,
});

export const handler = apiHandler({ receiveSendGridEvents }, telemetry);
