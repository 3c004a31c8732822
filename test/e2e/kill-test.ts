/**
 * `npm run kill-test`: 200 pages are accepted while the provider is slow, the whole run is killed with -9, and started
 * again. All 200 must arrive; what arrived twice is counted. Takes up to two minutes, because a message that a worker
 * held when it died comes back after the queue's visibility of 90 s.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, type Stack, startStack, until } from './stack.ts';

const PAGES = 200;
/** Four pages each that are not CRITICAL: from the fifth on they would share messages, and could not be told apart. */
const PEOPLE = 25;
const PHONE = '+14155550100';
/** 90 s of visibility, and 100 pages that are not CRITICAL at 100 a minute. */
const WITHIN_MS = 240_000;
const say = (line: string) => console.log(line);

const dataDir = mkdtempSync(join(tmpdir(), 'lifeline-kill-'));
let stack: Stack | undefined;
process.on('exit', () => {
  stack?.process.kill('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

const port = await freePort();
say('starting');
stack = await startStack(dataDir, port);
for (let person = 0; person < PEOPLE; person++) {
  const body = {
    name: 'Alice',
    phone: PHONE,
    phoneVerified: true,
    preferences: [{ channel: 'voice', enabled: false }],
  };
  await stack.call('PUT', `/recipients/usr_${person}`, { body });
}
// Slow enough that many sends are in the air when it dies.
await stack.simulator({ mode: 'ok', latencyMs: 700 });

const ids = (
  await inParallel(
    Array.from({ length: PAGES }, (_, n) => n),
    20,
    dispatch,
  )
).filter((id) => id !== undefined);
const before = await stack.phone(PHONE);
stack.process.kill('SIGKILL');
await stack.exited;
say(`killed with -9: ${ids.length} accepted, ${before.length} on the phone`);

stack = await startStack(dataDir, port);
await stack.simulator({ mode: 'ok' });
const running = stack;
let arrived = 0;
let said = 0;
await until(
  'all pages arrive',
  WITHIN_MS,
  async () => {
    arrived = new Set((await running.phone(PHONE)).map(incidentOf)).size;
    if (Date.now() - said > 10_000) {
      say(`${arrived} of ${ids.length} arrived`);
      said = Date.now();
    }
    return arrived === ids.length;
  },
  500,
).catch(() => undefined);
await until('all pages are DELIVERED', 30_000, async () => (await notDelivered(running)).length === 0, 1_000).catch(
  () => undefined,
);

const texts = await stack.phone(PHONE);
const missing = await notDelivered(stack);
say(
  `${arrived} of ${ids.length} arrived; ${texts.length - arrived} duplicates; ${missing.length} not DELIVERED ${missing.join(' ')}`,
);
stack.process.kill('SIGINT');
await stack.exited;
process.exit(arrived === PAGES && ids.length === PAGES && missing.length === 0 ? 0 : 1);

async function dispatch(n: number): Promise<string | undefined> {
  const incident = { id: `INC-${n}`, title: 'Disk full', priority: n % 2 ? 'CRITICAL' : 'HIGH', service: 'db' };
  const recipientId = `usr_${Math.floor(n / 2) % PEOPLE}`;
  const answer = await stack?.call('POST', '/notifications', { body: { incident, recipientId, requireAck: false } });
  return answer?.status === 202 ? answer.body.notificationId : undefined;
}

async function notDelivered(from: Stack): Promise<string[]> {
  const pages = await inParallel(ids, 20, async (id) => (await from.call('GET', `/notifications/${id}`)).body);
  return pages
    .filter(({ status }) => status !== 'DELIVERED')
    .map(({ incidentId, status }) => `${incidentId}:${status}`);
}

function incidentOf({ body }: { body: string }): string {
  return /#(INC-\d+)/.exec(body)?.[1] ?? body;
}

async function inParallel<T, R>(items: T[], width: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const [i, item] of queue) results[i] = await work(item);
    }),
  );
  return results;
}
