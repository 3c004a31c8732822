import { secretsManager, sqs } from '../composition/aws/clients.ts';
import { runOf } from '../composition/aws/run.ts';
import { postingWebhooks } from '../composition/webhooks.ts';
import { FIXED } from '../core/rules.ts';
import { createHttp } from '../providers/http.ts';
import { parseEnv } from '../runtime/env.ts';
import { sqsHandler } from '../runtime/sqs-handler.ts';
import { createActionKeys } from '../stores/action-keys.ts';
import { createWebhookQueue } from '../stores/webhook-queue.ts';
import { webhooksEnv } from './webhooks.env.ts';

const env = parseEnv(webhooksEnv);
const run = runOf('webhooks');

export const handler = sqsHandler(
  postingWebhooks({
    ...run,
    urls: env.WEBHOOK_URLS,
    keys: createActionKeys(secretsManager(), env.WEBHOOK_KEY_ID, run.clock),
    http: createHttp({ timeoutMs: FIXED.providerTimeout }),
    queue: createWebhookQueue(sqs(), env),
  }),
  run,
);
