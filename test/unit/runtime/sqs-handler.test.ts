import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { OfNewerVersion } from '../../../lambdas/core/versions.ts';
import { METRICS } from '../../../lambdas/runtime/metric-names.ts';
import { LeaveInQueue, type RecordHandler, sqsHandler } from '../../../lambdas/runtime/sqs-handler.ts';
import { recordedTelemetry } from '../../support/telemetry.ts';

const event = (...bodies: string[]): SQSEvent => ({
  Records: bodies.map(
    (body, i) => ({ messageId: `m${i}`, body, attributes: { ApproximateReceiveCount: '1' } }) as SQSRecord,
  ),
});
const run = (handle: RecordHandler, given: SQSEvent, telemetry = recordedTelemetry()) =>
  sqsHandler(handle, telemetry)(given, { awsRequestId: 'r' } as Context);
const failed = (...ids: string[]) => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

describe('a queue handler', () => {
  it('fails a bad record alone and finishes its neighbours', async () => {
    const done: string[] = [];
    const answer = await run(
      async ({ body }) => {
        JSON.parse(body);
        done.push(body);
      },
      event('1', '{', '3'),
    );
    expect(answer).toEqual(failed('m1'));
    expect(done).toEqual(['1', '3']);
  });

  it('works on the records of a batch at the same time', async () => {
    let waiting = 0;
    const all = Promise.withResolvers<void>();
    const answer = await run(
      async () => {
        waiting += 1;
        if (waiting === 10) all.resolve();
        await all.promise;
      },
      event(...Array<string>(10).fill('{}')),
    );
    expect(answer).toEqual(failed());
  });

  it('reports a batch that failed whole record by record instead of crashing', async () => {
    const answer = await run(
      async () => {
        throw new Error('down');
      },
      event('1', '2'),
    );
    expect(answer).toEqual(failed('m0', 'm1'));
  });

  it('fails a record whose handler throws before its first await', async () => {
    const answer = await run(() => {
      throw new Error('at once');
    }, event('1'));
    expect(answer).toEqual(failed('m0'));
  });

  it('logs and counts what failed, without the body', async () => {
    const telemetry = recordedTelemetry();
    await run(
      async () => {
        throw new Error('down');
      },
      event('{"phone":"secret"}'),
      telemetry,
    );
    expect(telemetry.counted).toEqual([METRICS.recordFailed]);
    expect(telemetry.lines).toMatchObject([{ level: 'error', extra: [{ messageId: 'm0', receiveCount: '1' }] }]);
    expect(JSON.stringify(telemetry.lines)).not.toContain('secret');
  });

  it('leaves a record in the queue without an error when asked to', async () => {
    const telemetry = recordedTelemetry();
    const handle = async () => {
      throw new LeaveInQueue();
    };
    expect(await run(handle, event('1'), telemetry)).toEqual(failed('m0'));
    expect(telemetry).toMatchObject({ counted: [], lines: [] });
  });

  it('gives back what only a newer version understands, which is no error, and counts it when it waits for long', async () => {
    const telemetry = recordedTelemetry();
    const handle = async () => {
      throw new OfNewerVersion('channel of a message');
    };
    expect(await run(handle, event('{"phone":"secret"}'), telemetry)).toEqual(failed('m0'));
    const more = { what: expect.stringContaining('channel of a message'), messageId: 'm0', receiveCount: '1' };
    expect(telemetry).toMatchObject({ counted: [], lines: [{ level: 'warn', extra: [more] }] });
    const [record] = event('{}').Records as [SQSRecord];
    for (const receives of [10, 11]) {
      const attributes = { ...record.attributes, ApproximateReceiveCount: String(receives) };
      await run(handle, { Records: [{ ...record, attributes }] }, telemetry);
    }
    expect(telemetry.counted).toEqual([METRICS.leftToNewer]);
  });

  it('keeps nothing from one batch to the next', async () => {
    const telemetry = recordedTelemetry();
    const handler = sqsHandler(async ({ body }) => void JSON.parse(body), telemetry);
    const context = { awsRequestId: 'r' } as Context;
    const answers = await Promise.all([handler(event('{'), context), handler(event('1'), context)]);
    expect(answers).toEqual([failed('m0'), failed()]);
    expect(await handler(event('1'), context)).toEqual(failed());
  });
});
