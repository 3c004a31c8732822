import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Releases } from '../core/suppression/ports.ts';
import { sendTo } from './queues.ts';

/** The queue that has held pages re-evaluated. Its delays are real time in the local run too. */
export const createReleases = (client: SQSClient, queueUrl: string): Releases => ({
  send: (message, delayMs) => sendTo(client, queueUrl, message, delayMs, 1),
});
