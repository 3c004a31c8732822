/** An event source mapping as its template declares it, and the SQS record it hands to its function. */
import * as z from 'zod';
import { REGION, type Resolve } from '../template/resolver.ts';
import { ignored, number, shaped } from '../template/shape.ts';
import type { Resource } from '../template/template.ts';

const mappingSchema = z.strictObject({
  EventSourceArn: z.string().startsWith('arn:aws:sqs:'),
  FunctionName: z.string(),
  BatchSize: number.default(10),
  Enabled: z.literal(true).optional(),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).optional(),
  ScalingConfig: z.strictObject({ MaximumConcurrency: number.optional() }).optional(),
  MaximumBatchingWindowInSeconds: z.literal(0).optional(),
  Tags: ignored,
});

/** More concurrent batches than this help nobody on a laptop. */
const MAX_CONCURRENT = 4;

export interface MappingSpec {
  queueArn: string;
  queueName: string;
  /** Name or ARN of the function. */
  functionName: string;
  batchSize: number;
  concurrency: number;
  reportsItemFailures: boolean;
}

/** The mapping a resource declares. */
export function mappingSpec(resource: Resource, resolve: Resolve): MappingSpec {
  const declared = shaped(resource, resolve, mappingSchema);
  return {
    queueArn: declared.EventSourceArn,
    queueName: declared.EventSourceArn.split(':').at(-1) ?? '',
    functionName: declared.FunctionName,
    // A receive brings ten at most; larger batches need a batching window, which is refused above.
    batchSize: Math.min(declared.BatchSize, 10),
    concurrency: Math.min(declared.ScalingConfig?.MaximumConcurrency ?? MAX_CONCURRENT, MAX_CONCURRENT),
    reportsItemFailures: declared.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false,
  };
}

/** A message as ReceiveMessage answers it. */
export interface Message {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  MD5OfBody: string;
  MD5OfMessageAttributes?: string;
  Attributes?: Record<string, string>;
  MessageAttributes?: Record<string, { DataType: string; StringValue?: string; BinaryValue?: string }>;
}

/** The record the function sees. */
export const toRecord = (message: Message, queueArn: string) => ({
  messageId: message.MessageId,
  receiptHandle: message.ReceiptHandle,
  body: message.Body,
  attributes: Object.fromEntries(
    Object.entries(message.Attributes ?? {}).map(([name, value]) => [name, String(value)]),
  ),
  messageAttributes: Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, attribute]) => [
      name,
      {
        ...(attribute.StringValue === undefined ? {} : { stringValue: attribute.StringValue }),
        ...(attribute.BinaryValue === undefined ? {} : { binaryValue: attribute.BinaryValue }),
        stringListValues: [],
        binaryListValues: [],
        dataType: attribute.DataType,
      },
    ]),
  ),
  md5OfBody: message.MD5OfBody,
  ...(message.MD5OfMessageAttributes ? { md5OfMessageAttributes: message.MD5OfMessageAttributes } : {}),
  eventSource: 'aws:sqs',
  eventSourceARN: queueArn,
  awsRegion: REGION,
});

/**
 * The messages of a batch that may be deleted, by the function's partial batch response. As in AWS an unreadable
 * response, or one that names a message which is not in the batch, fails them all; null or no failures fail none.
 */
export function dealtWith(messages: Message[], result: unknown): Message[] {
  if (result === null || result === undefined) return messages;
  const failures = (result as { batchItemFailures?: unknown }).batchItemFailures;
  if (failures === undefined || failures === null) return messages;
  if (!Array.isArray(failures)) return [];
  const failed = new Set(failures.map((failure) => failure?.itemIdentifier));
  const known = new Set(messages.map((message) => message.MessageId));
  if ([...failed].some((id) => !known.has(id))) return [];
  return messages.filter((message) => !failed.has(message.MessageId));
}
