import { FIXED } from '../core/rules.ts';
import { createHttp } from '../providers/http.ts';
import { secretsManager, sqs } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { sqsHandler } from '../runtime/sqs-handler.ts';
import { createActionKeys } from '../stores/action-keys.ts';
import { createWebhookQueue } from '../stores/webhook-queue.ts';
import { webhooksEnv } from './webhooks.env.ts';
import { createWebhooks } from './webhooks.ts';

const env = parseEnv(webhooksEnv);
const telemetry = { logger: createLogger('webhooks'), count: createCount('webhooks') };
const clock = { now: Date.now };

export const handler = sqsHandler(
  createWebhooks({
    urls: env.WEBHOOK_URLS,
    keys: createActionKeys(secretsManager(), env.WEBHOOK_KEY_ID, clock),
    http: createHttp({ timeoutMs: FIXED.providerTimeout }),
    queue: createWebhookQueue(sqs(), env),
    logger: telemetry.logger,
    clock,
  }),
  telemetry,
);
