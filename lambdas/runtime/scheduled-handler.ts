import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Log } from './logger.ts';
import type { Count } from './metrics.ts';
import { type RecordHandler, sqsHandler } from './sqs-handler.ts';

interface Telemetry {
  logger: Log;
  count: Count;
}

/**
 * The Lambda handler of a schedule (lib/constructs/recurring-schedule.ts). What a run throws is logged and thrown on, so that it
 * counts as an error of the function and Lambda repeats it: a run must do no harm when it is repeated.
 */
export function scheduledHandler(
  run: () => Promise<void>,
  { logger }: Telemetry,
): (event: object, context: Context) => Promise<void> {
  return middy<object, void>()
    .before(({ context }) => {
      logger.resetKeys();
      logger.appendKeys({ requestId: context.awsRequestId });
    })
    .handler(async () => {
      try {
        await run();
      } catch (error) {
        logger.error('scheduled run failed', { error });
        throw error;
      }
    });
}

/** The handler of a function that has both a schedule and a queue: an event without `Records` comes from the schedule. */
export function scheduleAndQueueHandler(
  { onSchedule, onMessage }: { onSchedule: () => Promise<void>; onMessage: RecordHandler },
  telemetry: Telemetry,
): (event: SQSEvent | object, context: Context) => Promise<SQSBatchResponse | undefined> {
  const [scheduled, queued] = [scheduledHandler(onSchedule, telemetry), sqsHandler(onMessage, telemetry)];
  return async (event, context) => {
    if ('Records' in event) return queued(event, context);
    await scheduled(event, context);
    return undefined;
  };
}
