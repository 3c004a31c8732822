import { gunzipSync } from 'node:zlib';
import type { CloudWatchLogsDecodedData, CloudWatchLogsEvent, Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import pMap from 'p-map';
import * as z from 'zod';
import { OfNewerVersion } from '../core/versions.ts';
import type { Log } from './logger.ts';
import { METRICS } from './metric-names.ts';
import type { Count } from './metrics.ts';
import { readMessage, Unreadable } from './read-message.ts';
import { type RecordHandler, sqsHandler } from './sqs-handler.ts';

/** Return to be done with the line, throw to have it again. Nothing of a line may be logged: it is somebody else's log. */
export type LineHandler = (line: string) => Promise<void>;

/** An event can bring thousands of lines; more at once than this would only queue up for connections. */
const CONCURRENCY = 25;

/**
 * The Lambda handler of a log subscription. Each line fails alone. If one did, the invocation fails at the end, and Lambda
 * hands the whole event to the function's failure destination: a queue that brings it back to this handler until it
 * succeeds (ADR 19). So handlers must bear repetition.
 * @param aside what the queue's handler is wrapped in, so that a record which nobody can read does not come back
 */
export function logsHandler(
  handle: LineHandler,
  telemetry: { logger: Log; count: Count },
  aside: (handle: RecordHandler) => RecordHandler,
): (event: CloudWatchLogsEvent | SQSEvent, context: Context) => Promise<SQSBatchResponse | undefined> {
  const takeLines = linesHandler(handle, telemetry);
  const takeAgain = aside(({ body }) => takeLines(readMessage(body, failureSchema, failureSchema).requestPayload));
  const again = sqsHandler(takeAgain, telemetry);
  return async (event, context) => {
    if ('Records' in event) return again(event, context);
    telemetry.logger.resetKeys();
    telemetry.logger.appendKeys({ requestId: context.awsRequestId });
    await takeLines(event);
    return undefined;
  };
}

/** What Lambda writes to a failure destination (its developer guide, "Asynchronous invocation"), as far as it is needed. */
const failureSchema = z.object({ requestPayload: z.object({ awslogs: z.object({ data: z.string() }) }) });

/** @throws when a line failed, after all lines were tried; `OfNewerVersion` when the others were left to one (ADR 18) */
function linesHandler(handle: LineHandler, { logger, count }: { logger: Log; count: Count }) {
  return async (event: CloudWatchLogsEvent): Promise<void> => {
    const { messageType, logEvents = [] } = decode(event);
    // CONTROL_MESSAGE: CloudWatch asking whether anybody is there.
    if (messageType !== 'DATA_MESSAGE') return;
    let failed = 0;
    let newer: OfNewerVersion | undefined;
    await pMap(
      logEvents,
      async ({ id, message }) => {
        try {
          await handle(message);
        } catch (error) {
          if (error instanceof OfNewerVersion) {
            newer = error;
            return;
          }
          failed += 1;
          logger.error('log line failed', { eventId: id, error });
          count(METRICS.recordFailed);
        }
      },
      { concurrency: CONCURRENCY },
    );
    if (failed > 0) throw new Error(`${failed} of ${logEvents.length} log lines failed`);
    if (newer) throw newer;
  };
}

/** @throws Unreadable */
function decode({ awslogs }: CloudWatchLogsEvent): Partial<CloudWatchLogsDecodedData> {
  try {
    return JSON.parse(gunzipSync(Buffer.from(awslogs.data, 'base64')).toString('utf8'));
  } catch {
    throw new Unreadable('awslogs.data is not what CloudWatch Logs writes');
  }
}
