import { apiHandler } from '../http/api-handler.ts';
import { dynamo, secretsManager } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { createHealthStore } from '../stores/health.ts';
import { createProviderSecret } from '../stores/provider-secret.ts';
import { sendersEnv } from './senders.env.ts';
import { createSenders } from './senders.ts';

const env = parseEnv(sendersEnv);
const secret = createProviderSecret(secretsManager(), env.PROVIDER_SECRET_ID, { now: Date.now });

export const handler = apiHandler(
  {
    getSenders: createSenders({
      twilioSender: async () => (await secret()).twilio.phoneNumber,
      voiceOrigination: env.VOICE_ORIGINATION_IDENTITY,
      health: createHealthStore(dynamo(), env.TABLE_NAME),
    }),
  },
  { logger: createLogger('senders'), count: createCount('senders') },
);
