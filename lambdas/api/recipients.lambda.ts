import { apiHandler } from '../http/api-handler.ts';
import { dynamo, sqs } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { createAuditLog } from '../stores/audit.ts';
import { createOptOutStore } from '../stores/opt-outs.ts';
import { createPageStore } from '../stores/pages.ts';
import { createRecipientStore } from '../stores/recipients.ts';
import { createReleases } from '../stores/releases.ts';
import { recipientsEnv } from './recipients.env.ts';
import { createDeleteRecipient, createGetRecipient, createListRecipients, createPutRecipient } from './recipients.ts';

const env = parseEnv(recipientsEnv);
const deps = {
  recipients: createRecipientStore(dynamo(), env.TABLE_NAME),
  releases: createReleases(sqs(), env.RELEASE_QUEUE_URL),
  optOuts: createOptOutStore(dynamo(), env.TABLE_NAME),
  pages: createPageStore(dynamo(), env.TABLE_NAME),
  audit: createAuditLog(dynamo(), env.TABLE_NAME),
  clock: { now: Date.now },
  loopbackWebhooks: env.TEAMS_API_URL !== '',
};

export const handler = apiHandler(
  {
    getRecipient: createGetRecipient(deps),
    listRecipients: createListRecipients(deps),
    putRecipient: createPutRecipient(deps),
    deleteRecipient: createDeleteRecipient(deps),
  },
  { logger: createLogger('recipients'), count: createCount('recipients') },
);
