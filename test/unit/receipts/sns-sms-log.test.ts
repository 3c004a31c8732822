import type { Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { type CallbackRef, formatCallbackRef, parseCallbackRef } from '../../../lambdas/core/page/callback-ref.ts';
import type { LateReceipts, Receipt } from '../../../lambdas/core/receipts/ports.ts';
import { createSnsSmsLog } from '../../../lambdas/receipts/sns-sms-log.ts';
import { logsHandler } from '../../../lambdas/runtime/logs-handler.ts';
import { asideIfUnreadable } from '../../../lambdas/runtime/unreadable.ts';
import { failureEvent, logEvent, smsLogLine } from '../../support/log-event.ts';
import { memoryLateReceipts } from '../../support/memory-ports.ts';
import { recordedTelemetry } from '../../support/telemetry.ts';

const REF = 'k3v7q2m4x6b5n3c2-1-sms-2-3';
const context = { awsRequestId: 'test' } as Context;

function log(lateReceipts: LateReceipts = memoryLateReceipts(), answer: 'applied' | 'repeat' | 'unknown' = 'applied') {
  const telemetry = recordedTelemetry();
  const applied: { ref: string; receipt: Receipt }[] = [];
  const receiveReceipt = async (ref: CallbackRef, receipt: Receipt) => {
    applied.push({ ref: formatCallbackRef(ref), receipt });
    return answer;
  };
  const letters: string[] = [];
  const putAside = async (body: string) => void letters.push(body);
  const read = createSnsSmsLog({ lateReceipts, receiveReceipt, ...telemetry });
  const handler = logsHandler(read, telemetry, (handle) => asideIfUnreadable(handle, { putAside, ...telemetry }));
  const said = (words: string) => telemetry.lines.filter(({ message }) => String(message).includes(words));
  return {
    ...telemetry,
    said,
    lateReceipts,
    applied,
    letters,
    read: (...lines: string[]) => handler(logEvent(lines), context),
    handler,
  };
}

describe('a line about one of our texts', () => {
  it('a line about one of our texts is applied to its send, delivered or not, under the id the send was stored with', async () => {
    const { lateReceipts, applied, read } = log();
    await lateReceipts.sent('sns:a', REF);
    await lateReceipts.sent('sns:b', REF);
    await read(smsLogLine('a'), smsLogLine('b', 'Phone has blocked SMS'));
    expect(applied).toEqual([
      { ref: REF, receipt: expect.objectContaining({ providerId: 'sns:a', news: 'delivered' }) },
      { ref: REF, receipt: expect.objectContaining({ providerId: 'sns:b', providerStatus: 'FAILURE' }) },
    ]);
  });

  it('that comes before our own note of the send waits for it', async () => {
    const { lateReceipts, applied, read } = log();
    await read(smsLogLine('early'));
    expect(applied).toEqual([]);
    expect(await lateReceipts.sent('sns:early', REF)).toMatchObject({ news: 'delivered' });
  });

  it('a line about one of our texts is applied again when it comes again: the page knows what it has seen', async () => {
    const { lateReceipts, applied, read } = log(undefined, 'repeat');
    await lateReceipts.sent('sns:a', REF);
    await read(smsLogLine('a'));
    await read(smsLogLine('a'));
    expect(applied).toHaveLength(2);
  });
});

describe('what is not for us does no harm', () => {
  it('a line nobody can read is skipped, the others of the event are not', async () => {
    const { lateReceipts, applied, read, said } = log();
    await lateReceipts.sent('sns:a', REF);
    await read('{"destination":"+14155550100"', 'null', smsLogLine('a'), '');
    expect(applied).toHaveLength(1);
    expect(said('could not be read')).toHaveLength(3);
  });

  it('a send whose page is gone, or a reference that is none, is said and done with', async () => {
    const { lateReceipts, read, said } = log(undefined, 'unknown');
    await lateReceipts.sent('sns:a', REF);
    await lateReceipts.sent('sns:b', 'nonsense');
    await read(smsLogLine('a'), smsLogLine('b'));
    expect(parseCallbackRef('nonsense')).toBeUndefined();
    expect(said('not known')).toHaveLength(2);
  });

  it('the recipient’s number is in no log line, whatever happens', async () => {
    const broken: LateReceipts = {
      sent: async () => undefined,
      received: async () => Promise.reject(new Error('throttled')),
    };
    const { read, lines } = log(broken);
    await read(smsLogLine('a'), 'garbage +14155550100').catch(() => undefined);
    expect(lines.length).toBeGreaterThan(1);
    const all = JSON.stringify(lines, (_, value) => (value instanceof Error ? value.stack : value));
    expect(all).toContain('throttled');
    expect(all).not.toContain('4155550100');
  });
});

describe('a log event', () => {
  it('fails as a whole when a line could not be kept, after all others were', async () => {
    const memory = memoryLateReceipts();
    const flaky: LateReceipts = {
      ...memory,
      received: async (id, receipt) =>
        id === 'sns:bad' ? Promise.reject(new Error('throttled')) : memory.received(id, receipt),
    };
    const { applied, read, counted } = log(flaky);
    for (const id of ['sns:a', 'sns:b']) await memory.sent(id, REF);
    await expect(read(smsLogLine('a'), smsLogLine('bad'), smsLogLine('b'))).rejects.toThrow('1 of 3');
    expect(applied).toHaveLength(2);
    expect(counted).toEqual(['RecordFailed']);
  });

  it('a log event is read to its end, however long', async () => {
    const { lateReceipts, applied, read } = log();
    const ids = Array.from({ length: 120 }, (_, i) => `m${i}`);
    for (const id of ids) await lateReceipts.sent(id, REF);
    await read(...ids.map((id) => smsLogLine(id)));
    expect(applied.map(({ receipt }) => receipt.providerId)).toEqual(ids.map((id) => `sns:${id}`));
  });

  it('that failed comes back by the queue of its failure destination, record by record, until it succeeds', async () => {
    const memory = memoryLateReceipts();
    let isThrottled = true;
    const flaky: LateReceipts = {
      ...memory,
      received: async (id, receipt) =>
        isThrottled ? Promise.reject(new Error('throttled')) : memory.received(id, receipt),
    };
    const { applied, handler, counted } = log(flaky);
    await memory.sent('sns:a', REF);
    const failures = failureEvent(logEvent([smsLogLine('a')]));
    expect(await handler(failures, context)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
    isThrottled = false;
    expect(await handler(failures, context)).toEqual({ batchItemFailures: [] });
    expect(applied).toHaveLength(1);
    // The line, and the record that it came in.
    expect(counted).toEqual(['RecordFailed', 'RecordFailed']);
  });

  it.each([
    ['no JSON', 'garbage'],
    ['no failure record', '{"requestPayload":{}}'],
    ['a record of something that is not compressed', '{"requestPayload":{"awslogs":{"data":"e30="}}}'],
  ])('that the queue brings back as %s is put into its dead letters, as it came', async (_, body) => {
    const { handler, letters, applied } = log();
    const failures = failureEvent(logEvent([]));
    for (const record of failures.Records) record.body = body;
    expect(await handler(failures, context)).toEqual({ batchItemFailures: [] });
    expect([letters, applied]).toEqual([failures.Records.map(() => body), []]);
  });

  it('that only asks whether we are there changes nothing', async () => {
    const { lateReceipts, applied, handler, lines } = log();
    await lateReceipts.sent('sns:a', REF);
    await handler(logEvent([smsLogLine('a')], 'CONTROL_MESSAGE'), context);
    expect([applied, lines]).toEqual([[], []]);
  });
});

it('a line about a channel that only a newer version knows brings its event again, which is no error', async () => {
  const { lateReceipts, applied, read, counted, said } = log();
  await lateReceipts.sent('sns:new', REF.replace('sms', 'fax'));
  await lateReceipts.sent('sns:a', REF);
  await expect(read(smsLogLine('new'), smsLogLine('a'))).rejects.toMatchObject({ name: 'OfNewerVersion' });
  expect([applied.length, counted, said('failed')]).toEqual([1, [], []]);
});
