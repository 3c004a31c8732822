import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { AlertQueue, OperationsAlerts } from '../core/alerts/ports.ts';
import type { DeadLetters, RedriveQueue } from '../core/dead-letters/ports.ts';
import type { EscalationChecks } from '../core/escalation/ports.ts';
import { CHANNELS, type Channel } from '../core/page/page.ts';
import type { DeliveryQueue } from '../core/page/ports.ts';
import type { ReceiptChecks } from '../core/receipts/ports.ts';
import type { AnswerQueue } from '../core/replies/ports.ts';
import { isOneOf, OfNewerVersion } from '../core/versions.ts';

/**
 * SQS counts delays in whole seconds; a scaled wait of the local run may be a fraction, which its queue understands.
 * Rounded up, so that a wait is never shorter than the rule.
 */
const delaySeconds = (ms: number, timeScale: number): number => (timeScale === 1 ? Math.ceil(ms / 1_000) : ms / 1_000);

/**
 * JSON in ASCII, which says the same: SQS takes only the characters of XML, some queues only those of the first plane, and
 * refuses the whole message for an emoji in somebody's name.
 */
export const toBody = (message: unknown): string =>
  JSON.stringify(message).replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Durable when it returns. */
export async function sendTo(client: SQSClient, QueueUrl: string, body: unknown, delayMs: number, scale: number) {
  const DelaySeconds = delaySeconds(delayMs, scale);
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: toBody(body), DelaySeconds }));
}

/** `urgent` is for CRITICAL pages, so that no burst of others is ahead of them: SQS knows no priority. */
type LaneUrls = Partial<Record<Channel, { urgent: string; normal: string }>>;

/**
 * The lanes of the channels that there are. A message for another one is refused: its page must not wait for nobody. One
 * for a channel that only a newer version knows throws `OfNewerVersion`.
 */
export function createDeliveryQueue(client: SQSClient, lanes: LaneUrls, timeScale = 1): DeliveryQueue {
  return {
    async send(message, priority, delayMs = 0) {
      if (!isOneOf(CHANNELS, message.channel)) throw new OfNewerVersion('the channel of a delivery');
      const lane = lanes[message.channel];
      if (!lane) throw new Error(`this function knows no lane of the channel ${message.channel}`);
      await sendTo(client, priority === 'CRITICAL' ? lane.urgent : lane.normal, message, delayMs, timeScale);
    },
  };
}

export const createEscalationChecks = (client: SQSClient, url: string, timeScale = 1): EscalationChecks => ({
  send: (message, delayMs) => sendTo(client, url, message, delayMs, timeScale),
});

export const createAlertQueue = (client: SQSClient, url: string, timeScale = 1): AlertQueue => ({
  send: (message, delayMs = 0) => sendTo(client, url, message, delayMs, timeScale),
});

/** Alerts wait to be grouped. */
export const createOperationsAlerts = (client: SQSClient, url: string): OperationsAlerts => ({
  raise: (alert) => sendTo(client, url, alert, 0, 1),
});

export function createDeadLetters(client: SQSClient, url: string): DeadLetters {
  return {
    async put(message, reason) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: url,
          MessageBody: toBody(message),
          MessageAttributes: {
            reason: { DataType: 'String', StringValue: reason.code },
            class: { DataType: 'String', StringValue: reason.class },
            message: { DataType: 'String', StringValue: reason.message || reason.code },
          },
        }),
      );
    },
  };
}

/** Where messages rest that nobody can read: as they came, with the reason beside them. */
export const createUnreadable =
  (client: SQSClient, url: string) =>
  async (body: string): Promise<void> => {
    const reason = { DataType: 'String', StringValue: 'unreadable' };
    await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body, MessageAttributes: { reason } }));
  };

export const createAnswerQueue = (client: SQSClient, url: string, timeScale = 1): AnswerQueue => ({
  send: (message, delayMs) => sendTo(client, url, message, delayMs, timeScale),
});

export const createReceiptCheckQueue = (client: SQSClient, url: string, timeScale = 1): ReceiptChecks => ({
  schedule: (check, delayMs) => sendTo(client, url, check, delayMs, timeScale),
});

/** Pages of Twilio's list to read, and texts to answer (replies/inbound-sweep.ts). */
export const createInboundQueue =
  (client: SQSClient, url: string): ((work: object) => Promise<void>) =>
  (work) =>
    sendTo(client, url, work, 0, 1);

export const createRedriveQueue = (client: SQSClient, url: string): RedriveQueue => ({
  send: (work, delayMs) => sendTo(client, url, work, delayMs, 1),
});

/** Hides the copy for `ms` more, from now. At least a second, so that it does not spin. */
export async function hideFor(client: SQSClient, queueUrl: string, receiptHandle: string, ms: number): Promise<void> {
  const VisibilityTimeout = Math.max(1, Math.ceil(ms / 1_000));
  await client.send(
    new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout }),
  );
}

/** What waits to be taken, is being worked on, and waits for its time; all approximate, as SQS counts. */
export async function queueDepth(
  client: SQSClient,
  url: string,
): Promise<{ visible: number; inFlight: number; delayed: number; deadLetterQueue?: string }> {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({
      QueueUrl: url,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
        'RedrivePolicy',
      ],
    }),
  );
  return {
    visible: Number(Attributes.ApproximateNumberOfMessages ?? 0),
    inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
    delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0),
    ...deadLettersOf(Attributes.RedrivePolicy),
  };
}

function deadLettersOf(policy: string | undefined): { deadLetterQueue?: string } {
  const { deadLetterTargetArn: arn } = JSON.parse(policy ?? '{}') as { deadLetterTargetArn?: string };
  return arn === undefined ? {} : { deadLetterQueue: arn.slice(arn.lastIndexOf(':') + 1) };
}

/** A message that says nothing but "now", after `delayMs`: a schedule finer than EventBridge Scheduler's minute. */
export function createWakeUp(client: SQSClient, url: string, timeScale = 1): (delayMs: number) => Promise<void> {
  return (delayMs) => sendTo(client, url, {}, delayMs / timeScale, timeScale);
}
