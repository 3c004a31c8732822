import { gzipSync } from 'node:zlib';
import type { CloudWatchLogsEvent, SQSEvent, SQSRecord } from 'aws-lambda';

/** What a log subscription hands to its function: one event with these lines. */
export function logEvent(lines: string[], messageType = 'DATA_MESSAGE'): CloudWatchLogsEvent {
  const logEvents = lines.map((message, i) => ({ id: `event-${i}`, timestamp: 0, message }));
  const data = {
    messageType,
    owner: '000000000000',
    logGroup: 'g',
    logStream: 's',
    subscriptionFilters: ['f'],
    logEvents,
  };
  return { awslogs: { data: gzipSync(JSON.stringify(data)).toString('base64') } };
}

/** Events that a function has failed at, as its failure destination brings them back. */
export const failureEvent = (...events: CloudWatchLogsEvent[]): SQSEvent => ({
  Records: events.map((requestPayload, i) => {
    const body = JSON.stringify({ version: '1.0', requestContext: { condition: 'RetriesExhausted' }, requestPayload });
    return { messageId: `m${i}`, body, attributes: { ApproximateReceiveCount: '1' } } as SQSRecord;
  }),
});

/** A line of the SMS delivery log of SNS. */
export const smsLogLine = (messageId: string, failure?: string): string =>
  JSON.stringify({
    notification: { messageId, timestamp: '2026-11-22 03:00:00.123' },
    delivery: {
      destination: '+14155550100',
      priceInUSD: 0.00645,
      smsType: 'Transactional',
      providerResponse: failure ?? 'Message has been accepted by phone carrier',
      dwellTimeMs: 599,
    },
    status: failure === undefined ? 'SUCCESS' : 'FAILURE',
  });
