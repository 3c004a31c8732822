/** Loops that go round more often than Lambda lets a function that lib/loops.ts does not name; test/journeys/outage.test.ts has those of the lanes. */

import { describe, expect, test } from 'vitest';
import { postingWebhooks } from '../../lambdas/composition/webhooks.ts';
import { HOUR, MINUTE, SECOND } from '../../lambdas/core/time.ts';
import { sqsHandler } from '../../lambdas/runtime/sqs-handler.ts';
import { MAX_RUNS } from '../../local/cloud/lambda/lineage.ts';
import { MemoryQueue } from '../support/memory-queue.ts';
import { recordedTelemetry } from '../support/telemetry.ts';
import { type Consumer, consumeAll } from '../support/world/lanes.ts';
import { createWorld } from '../support/world.ts';

/** A queue on a clock, whose messages one function takes until none is left. */
function queueOf(entry: string, handle: (body: string, send: MemoryQueue['send']) => Promise<void>) {
  let now = 0;
  const queue = new MemoryQueue('queue', () => now);
  const telemetry = recordedTelemetry();
  const send: MemoryQueue['send'] = (body, delayMs) => queue.send(body, delayMs);
  const handler = sqsHandler(({ body }) => handle(body, send), telemetry) as Consumer['handler'];
  return {
    send,
    now: () => now,
    async run() {
      for (let at = queue.nextAt(); at !== undefined; at = queue.nextAt()) {
        now = Math.max(now, at);
        await consumeAll({ entry, lane: queue, handler });
      }
    },
  };
}

describe('an event that a webhook does not take', () => {
  test('an event that a webhook does not take is posted for a day, in one chain of requests', async () => {
    let posts = 0;
    const given: string[] = [];
    const telemetry = recordedTelemetry();
    const queue = queueOf('events/webhooks', (body, send) =>
      postingWebhooks({
        urls: ['https://hooks.example'],
        keys: async () => ({ current: 'a2V5' }),
        http: async () => {
          posts += 1;
          return { status: 503, headers: {}, body: '' };
        },
        queue: {
          again: async (copy, delayMs) => send(copy, delayMs),
          giveUp: async (_, reason) => void given.push(reason),
        },
        logger: telemetry.logger,
        clock: { now: () => queue.now() },
      })({ body, messageId: 'm' } as never, {} as never),
    );
    queue.send({ detail: { id: 'evt_1', type: 'page.status_changed' } });
    await queue.run();
    expect(posts).toBeGreaterThan(6 * MAX_RUNS);
    expect(queue.now()).toBeGreaterThanOrEqual(24 * HOUR);
    expect(given).toEqual(['http_503']);
  });
});

describe('alerts of one cause that keep coming for hours', () => {
  test('are told every five minutes until the last, though each window is ended by the one before', async () => {
    const world = createWorld();
    const raise = (n: number) =>
      world.alertQueue.send({
        kind: 'FAILED',
        cause: 'channel_down',
        pageId: `pg_${n}`,
        incidentId: `INC-${n}`,
        recipientId: 'usr_alice',
        priority: 'CRITICAL',
        service: 'payments-api',
      });
    for (let n = 0; n < 60; n++) {
      await raise(n);
      await world.advance(2 * MINUTE);
    }
    await world.advance(10 * MINUTE);
    expect(world.told.length).toBeGreaterThan(MAX_RUNS + 4);
    expect(world.told.at(-1)?.text).toContain('INC-59');
  });
});

describe('a function that may not run in a loop', () => {
  const sendingOn = (entry: string, rounds: number) => {
    let runs = 0;
    const queue = queueOf(entry, async (body, send) => {
      runs += 1;
      if (runs < rounds) send(body, SECOND);
    });
    return { ...queue, runs: () => runs };
  };

  test('a function that may not run in a loop is refused by the queues of tests at its 17th run in one chain', async () => {
    const queue = sendingOn('receipts/ses-events', 30);
    queue.send({});
    await expect(queue.run()).rejects.toThrow('receipts/ses-events has run 16 times in this chain of requests');
    expect(queue.runs()).toBe(MAX_RUNS);
  });

  test('runs as often as there are chains', async () => {
    const queue = sendingOn('receipts/ses-events', 1);
    for (let n = 0; n < 30; n++) queue.send({}, n * SECOND);
    await queue.run();
    expect(queue.runs()).toBe(30);
  });

  test('runs 16 times in one chain, and one that may loop runs on', async () => {
    const [short, long] = [sendingOn('receipts/ses-events', MAX_RUNS), sendingOn('delivery/sms-worker', 30)];
    for (const queue of [short, long]) {
      queue.send({});
      await queue.run();
    }
    expect([short.runs(), long.runs()]).toEqual([MAX_RUNS, 30]);
  });
});
