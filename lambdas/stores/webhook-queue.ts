import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { sendTo, toBody } from './queues.ts';

interface Env {
  WEBHOOK_QUEUE_URL: string;
  WEBHOOK_DEAD_LETTERS_URL: string;
  TIME_SCALE: number;
}

/** Events that a webhook did not take: back into the queue, or where they rest with the reason. */
export function createWebhookQueue(client: SQSClient, env: Env) {
  return {
    again: (copy: object, delayMs: number) => sendTo(client, env.WEBHOOK_QUEUE_URL, copy, delayMs, env.TIME_SCALE),
    async giveUp(message: object, reason: string): Promise<void> {
      await client.send(
        new SendMessageCommand({
          QueueUrl: env.WEBHOOK_DEAD_LETTERS_URL,
          MessageBody: toBody(message),
          MessageAttributes: { reason: { DataType: 'String', StringValue: reason } },
        }),
      );
    },
  };
}
