import { createWebhooks } from '../events/webhooks.ts';
import type { RecordHandler } from '../runtime/sqs-handler.ts';

export type WebhookPorts = Parameters<typeof createWebhooks>[0];

/** Posts events to other people's systems. */
export const postingWebhooks = (ports: WebhookPorts): RecordHandler => createWebhooks(ports);
