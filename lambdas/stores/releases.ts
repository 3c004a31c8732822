import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Releases } from '../core/restraint/ports.ts';

/** The queue that wakes whoever tends held pages. */
export const createReleases = (client: SQSClient, QueueUrl: string): Releases => ({
  async send(message) {
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) }));
  },
});
