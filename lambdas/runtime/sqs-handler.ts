import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { OfNewerVersion } from '../core/versions.ts';
import { createLeftToNewer } from './left-to-newer.ts';
import type { Log } from './logger.ts';
import { METRICS } from './metric-names.ts';
import type { Count } from './metrics.ts';

/** Return to be done with the record, throw to have it again. */
export type RecordHandler = (record: SQSRecord, context: Context) => Promise<void>;

/** Thrown to leave a record in the queue without that being an error, e.g. while another worker holds the lease. */
export class LeaveInQueue extends Error {
  override readonly name = 'LeaveInQueue';
}

/** With 90 s of visibility, shorter at first in the lanes, that many receives take some ten minutes. */
const MANY_RECEIVES = 10;

/**
 * The Lambda handler of a queue. The records of a batch run concurrently, or a batch of ten slow sends would outlive
 * the function; each fails alone, so a poisonous one never takes its neighbours along. A batch that failed as a whole
 * is reported record by record too: thrown, it would count as a crash of the function.
 *
 * A record that only a newer version understands comes back like one that failed, without being an error (ADR 18).
 */
export function sqsHandler(
  handle: RecordHandler,
  { logger, count }: { logger: Log; count: Count },
): (event: SQSEvent, context: Context) => Promise<SQSBatchResponse> {
  const leftToNewer = createLeftToNewer({ logger, count });
  const one = async (record: SQSRecord, context?: Context): Promise<void> => {
    try {
      await handle(record, context as Context);
    } catch (error) {
      const { messageId, attributes } = record;
      const receiveCount = attributes?.ApproximateReceiveCount;
      if (error instanceof OfNewerVersion) {
        leftToNewer(error.message, Number(receiveCount) > MANY_RECEIVES, { messageId, receiveCount });
      } else if (!(error instanceof LeaveInQueue)) {
        // Never the body: it may be anything that got into the queue.
        logger.error('record failed', { messageId, receiveCount, error });
        count(METRICS.recordFailed);
      }
      throw error;
    }
  };
  return middy<SQSEvent, SQSBatchResponse>()
    .before(({ context }) => {
      logger.resetKeys();
      logger.appendKeys({ requestId: context.awsRequestId });
    })
    .handler((event: SQSEvent, context: Context) =>
      processPartialResponse(event, one, new BatchProcessor(EventType.SQS), {
        context,
        processInParallel: true,
        throwOnFullBatchFailure: false,
      }),
    );
}
