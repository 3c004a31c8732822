/** What Lambda's event source mapping does: receives batches, invokes the function, deletes what it has dealt with. */
import { setTimeout as sleep } from 'node:timers/promises';
import { callService } from '../services/aws-json.ts';
import { ACCOUNT } from '../template/resolver.ts';
import type { FunctionHost } from './function-host.ts';
import { merge } from './lineage.ts';
import { dealtWith, type MappingSpec, type Message, toRecord } from './mapping.ts';

const LONG_POLL_SECONDS = 20;
const PAUSE_AFTER_FAULT_MS = 200;

export interface Poller {
  /** Receives no more; settles when the batches in flight are done. */
  stop(): Promise<void>;
}

/** Starts polling the mapping's queue for its function. */
export function startPoller(mapping: MappingSpec, sqsUrl: string, host: Pick<FunctionHost, 'invoke'>): Poller {
  const stopping = new AbortController();
  const QueueUrl = `${sqsUrl}/${ACCOUNT}/${mapping.queueName}`;

  async function receive(): Promise<Message[]> {
    const input = {
      QueueUrl,
      MaxNumberOfMessages: mapping.batchSize,
      WaitTimeSeconds: LONG_POLL_SECONDS,
      AttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    };
    const answer = callService<{ Messages?: Message[] }>(sqsUrl, 'AmazonSQS.ReceiveMessage', input, stopping.signal);
    return (await answer).Messages ?? [];
  }

  async function work(messages: Message[]): Promise<void> {
    const Records = messages.map((message) => toRecord(message, mapping.queueArn));
    let result: unknown;
    try {
      result = await host.invoke({ Records }, merge(messages.map(({ Attributes }) => Attributes?.AWSTraceHeader)));
    } catch {
      // The function's log has it, be it an error of its own or a loop that was refused. The whole batch comes back when
      // its visibility ends.
      return;
    }
    const done = mapping.reportsItemFailures ? dealtWith(messages, result) : messages;
    if (done.length === 0) return;
    const Entries = done.map((message, i) => ({ Id: String(i), ReceiptHandle: message.ReceiptHandle }));
    await callService(sqsUrl, 'AmazonSQS.DeleteMessageBatch', { QueueUrl, Entries });
  }

  /** One of the mapping's concurrent lanes; the thread it invokes is its own as long as the function's limit allows. */
  async function lane(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        const messages = await receive();
        if (messages.length > 0) await work(messages);
      } catch {
        if (!stopping.signal.aborted) await sleep(PAUSE_AFTER_FAULT_MS);
      }
    }
  }

  const lanes = Array.from({ length: mapping.concurrency }, lane);
  return {
    async stop() {
      stopping.abort();
      await Promise.all(lanes);
    },
  };
}
