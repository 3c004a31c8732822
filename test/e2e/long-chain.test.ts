/** A delivery goes round through its lane more often than Lambda lets a function that may not loop (ADR 13). Waits are 100 times shorter. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MAX_RUNS } from '../../local/cloud/lambda/lineage.ts';
import { freePort, type Stack, startStack, until } from './stack.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'lifeline-e2e-'));
let stack: Stack;

beforeAll(async () => {
  stack = await startStack(dataDir, await freePort(), ['--speed', '100']);
});
afterAll(() => {
  stack?.process.kill('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

/** How often a function has run in the longest chain of requests that a message of the queues belongs to. */
function longestChain(): number {
  const queues = new DatabaseSync(join(dataDir, 'sqs/fauxqs.db'), { readOnly: true });
  try {
    const rows = queues.prepare('SELECT message_attributes AS attributes FROM sqs_messages').all();
    const counts = rows.flatMap(({ attributes }) => {
      const [, lineage = ''] = /Lineage=([^"]+)/.exec(String(attributes)) ?? [];
      return lineage.split('|').map((pair) => Number(pair.split(':')[1] ?? 0));
    });
    return Math.max(0, ...counts);
  } finally {
    queues.close();
  }
}

const both = async (mode: string) => {
  for (const provider of ['twilio', 'sns'] as const) await stack.simulator({ mode }, provider);
};

test('a text that is deferred more than 16 times goes on waiting, and arrives when its providers are back', async () => {
  const phone = '+14155551001';
  const preferences = [{ channel: 'voice', enabled: false }];
  const body = { name: 'Alice', phone, phoneVerified: true, preferences };
  expect((await stack.call('PUT', '/recipients/usr_alice', { body })).status).toBe(201);
  await both('down');
  const incident = { id: 'INC-1', title: 'High error rate', priority: 'CRITICAL', service: 'payments-api' };
  const dispatch = { incident, recipientId: 'usr_alice', requireAck: false };
  const { notificationId } = (await stack.call('POST', '/notifications', { body: dispatch, token: 'send' })).body;
  const delivery = async () => (await stack.call('GET', `/notifications/${notificationId}`)).body.deliveries[0];

  await until('its copy has gone round for the eighteenth time', 34_000, () => longestChain() > MAX_RUNS + 1);
  // Between two deferrals its claim counts as an attempt, which the next deferral takes back.
  const waiting = await until('it is deferred again', 20_000, async () => {
    const now = await delivery();
    return now.deferredUntil && now;
  });
  expect(waiting).toMatchObject({ attempts: 0 });
  await both('ok');
  await until('it is delivered', 20_000, async () => (await delivery()).status === 'DELIVERED');
  expect(await stack.phone(phone)).toHaveLength(1);
  expect(stack.output()).not.toContain('was not run');
});
