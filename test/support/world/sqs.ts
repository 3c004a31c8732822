import type { Context, SQSEvent } from 'aws-lambda';

export const CONTEXT = {
  awsRequestId: 'test',
  functionName: 'test',
  // The real clock runs while a handler does: no machine is so slow that its time is up.
  getRemainingTimeInMillis: () => 3_600_000,
} as unknown as Context;

export const arnOf = (queue: string): string => `arn:aws:sqs:us-east-1:000000000000:${queue}`;

/** @param queue the name of the queue that the records come from */
export const sqsEvent = (
  batch: readonly { id: number; body: string; receives: number }[],
  queue = 'test',
): SQSEvent => ({
  Records: batch.map(({ id, body, receives }) => ({
    messageId: String(id),
    receiptHandle: String(id),
    body,
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: '0',
      SenderId: 'test',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: arnOf(queue),
    awsRegion: 'us-east-1',
  })),
});
