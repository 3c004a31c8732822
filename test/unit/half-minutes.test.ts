import type { Context, SQSRecord } from 'aws-lambda';
import { describe, expect, it, vi } from 'vitest';
import { createHalfMinutes } from '../../lambdas/provider-health/half-minutes.ts';
import { scheduleAndQueueHandler } from '../../lambdas/runtime/scheduled-handler.ts';
import { T0 } from '../support/pages.ts';
import { recordedTelemetry } from '../support/telemetry.ts';

const context = { awsRequestId: 'r' } as Context;
const message = (sentAt: number) =>
  ({ messageId: 'm', body: '{}', attributes: { SentTimestamp: String(sentAt) } }) as SQSRecord;

function setup(check: () => Promise<void> = async () => {}) {
  const made = { check: vi.fn(check), wakeUp: vi.fn(async () => {}) };
  const telemetry = recordedTelemetry();
  const halfMinutes = createHalfMinutes({ ...made, clock: { now: () => T0 } });
  return { ...made, ...telemetry, handler: scheduleAndQueueHandler(halfMinutes, telemetry) };
}

describe('checks every 30 s out of a schedule of one minute', () => {
  it('a scheduled run checks at once and orders the second check', async () => {
    const { handler, check, wakeUp } = setup();
    await handler({}, context);
    expect(check).toHaveBeenCalledTimes(1);
    expect(wakeUp).toHaveBeenCalledExactlyOnceWith(30_000);
  });

  it('the ordered one checks and orders nothing, or they would become ever more', async () => {
    const { handler, check, wakeUp } = setup();
    expect(await handler({ Records: [message(T0 - 30_000)] }, context)).toEqual({ batchItemFailures: [] });
    expect(check).toHaveBeenCalledTimes(1);
    expect(wakeUp).not.toHaveBeenCalled();
  });

  it('a failing check does not take the second one with it, is told of, and counts as an error', async () => {
    const { handler, wakeUp, lines } = setup(() => Promise.reject(new Error('no table')));
    await expect(handler({}, context)).rejects.toThrow('no table');
    expect(wakeUp).toHaveBeenCalledTimes(1);
    expect(lines.map(({ level }) => level)).toEqual(['error']);
  });

  it('messages that have waited for a minute and more are dropped: newer checks were made', async () => {
    const { handler, check } = setup();
    await handler({ Records: [message(T0 - 91_000), message(T0 - 89_000)] }, context);
    expect(check).toHaveBeenCalledTimes(1);
  });
});
