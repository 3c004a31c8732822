import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { DeadLetter, DeadLetterQueue } from '../core/dead-letters/ports.ts';
import { CHANNELS, type Channel, type DeliveryError, FAULT_CLASSES } from '../core/page/page.ts';
import { FIXED } from '../core/rules.ts';
import { queueDepth } from './queues.ts';

/** A delivery's queue message, whichever of them: what it says of pace and provider does not matter any more. */
const messageSchema = z.object({
  pageId: z.string().regex(/^pg_[a-z2-7]{16}$/),
  round: z.int().positive(),
  channel: z.enum(CHANNELS),
  claim: z.int().positive(),
});

/** Seconds. Not at once: the queue of the local run loses a message whose visibility is set to 0. */
const BACK_AFTER = 1;

/** SQS moved it here and knows no reason. */
const TOO_MANY_RECEIVES: DeliveryError = {
  code: 'too_many_receives',
  class: 'transient',
  message: `It could not be worked on, ${FIXED.maxReceiveCount} times: a store or a queue was in trouble, or the worker was.`,
};

/** The dead letters of the channels that there are, by the URLs of their queues. */
export function createDeadLetterQueue(client: SQSClient, urls: Partial<Record<Channel, string>>): DeadLetterQueue {
  const urlOf = (channel: Channel): string => {
    const url = urls[channel];
    if (url === undefined) throw new Error(`this function knows no dead letters of the channel ${channel}`);
    return url;
  };
  return {
    async depth(channel) {
      const { visible, inFlight } = await queueDepth(client, urlOf(channel));
      return visible + inFlight;
    },

    async receive(channel, max, hideMs) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: urlOf(channel),
          MaxNumberOfMessages: Math.min(max, 10),
          VisibilityTimeout: Math.ceil(hideMs / 1_000),
          // A second of waiting asks all servers of the queue, and not only some of them.
          WaitTimeSeconds: 1,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['SentTimestamp'],
        }),
      );
      return Messages.map((message) => toDeadLetter(message, channel));
    },

    async release(channel, deadLetters) {
      for (let i = 0; i < deadLetters.length; i += 10) {
        const Entries = deadLetters
          .slice(i, i + 10)
          .map(({ handle }, n) => ({ Id: String(n), ReceiptHandle: handle, VisibilityTimeout: BACK_AFTER }));
        await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: urlOf(channel), Entries }));
      }
    },

    async remove(channel, { handle }) {
      await client.send(new DeleteMessageCommand({ QueueUrl: urlOf(channel), ReceiptHandle: handle }));
    },
  };
}

function toDeadLetter(message: Message, channel: Channel): DeadLetter {
  const about = parse(message.Body ?? '');
  return {
    id: message.MessageId ?? '',
    handle: message.ReceiptHandle ?? '',
    sentAt: Number(message.Attributes?.SentTimestamp ?? 0),
    reason: reasonOf(message),
    ...(about?.channel === channel && { about: { pageId: about.pageId, round: about.round, claim: about.claim } }),
  };
}

function parse(body: string): z.output<typeof messageSchema> | undefined {
  try {
    return messageSchema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

/** As `createDeadLetters` wrote it. */
function reasonOf({ MessageAttributes = {} }: Message): DeliveryError {
  const [code, message] = [MessageAttributes.reason?.StringValue, MessageAttributes.message?.StringValue];
  if (code === undefined) return TOO_MANY_RECEIVES;
  const faultClass = FAULT_CLASSES.find((one) => one === MessageAttributes.class?.StringValue) ?? 'our_bug';
  return { code, class: faultClass, message: message ?? code };
}
