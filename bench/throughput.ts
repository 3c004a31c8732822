/** How fast the real stack accepts pages and gets them to the phone, with the sender limits in force. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../test/e2e/stack.ts';
import { inParallel } from './in-parallel.ts';
import { progress, table } from './print.ts';
import { withStack } from './running.ts';

const CONCURRENCY = 20;
/** Few pages for each: from the fifth in ten minutes on a person gets one message about several. */
const PEOPLE = 60;
/** Longer than the slowest run should take. */
const WITHIN_MS = 180_000;

interface Run {
  name: string;
  pages: number;
  /** Texts a minute and sender that the limits allow. */
  limit: number;
  priority: 'CRITICAL' | 'HIGH';
  args: string[];
}

/** Limits are waits, so `--speed` raises them: 60 times shorter is 60 times as many a minute. */
const RUNS: readonly Run[] = [
  { name: 'HIGH, limit raised by --speed 60', pages: 200, limit: 6_000, priority: 'HIGH', args: ['--speed', '60'] },
  { name: 'CRITICAL, limit of production', pages: 200, limit: 100, priority: 'CRITICAL', args: [] },
  // Fewer, because these wait for their turn: 80 of them take the better part of a minute.
  { name: 'HIGH, limit of production', pages: 80, limit: 100, priority: 'HIGH', args: [] },
];

export async function throughput(): Promise<void> {
  const rows: (string | number)[][] = [];
  for (const run of RUNS) await withStack(run.args, async (stack) => void rows.push(await measure(stack, run)));
  table(
    `Throughput, ${CONCURRENCY} requests at once (seconds from the first dispatch; limit: texts a minute and sender)`,
    ['run', 'limit', 'accepted/s', 'p50 ms', 'max ms', 'DELIVERED', 'last of them s', 'pages/s', 'through SNS'],
    rows,
  );
}

async function measure(stack: Stack, { name, pages: count, limit, priority }: Run): Promise<(string | number)[]> {
  for (let n = 0; n < PEOPLE; n++) {
    const body = { name: `Person ${n}`, phone: phoneOf(n), phoneVerified: true };
    await stack.call('PUT', `/recipients/usr_${n}`, { body });
  }
  progress(`${name}: dispatching ${count} pages`);
  const started = Date.now();
  const times: number[] = [];
  const ids = await inParallel(CONCURRENCY, count, async (n) => {
    const at = performance.now();
    const incident = { id: `INC-${n}`, title: 'Disk full', priority, service: 'db' };
    const { status, body } = await stack.call('POST', '/notifications', {
      // Without an answer asked for, so that no follow-up mixes with them.
      body: { incident, recipientId: `usr_${n % PEOPLE}`, requireAck: false, channels: ['sms'] },
    });
    if (status !== 202) throw new Error(`the dispatch answers ${status}`);
    times.push(performance.now() - at);
    return body.notificationId as string;
  });
  const acceptedMs = Date.now() - started;
  await allTexts(stack, name, count);

  const pages = await allDelivered(stack, ids);
  const deliveries = pages.map(({ deliveries }) => deliveries[0]).filter((d) => d.status === 'DELIVERED');
  const ends = deliveries.map(({ events }) => Date.parse(events.at(-1).at));
  const seconds = (Math.max(...ends) - started) / 1_000;
  return [
    name,
    limit,
    (count / (acceptedMs / 1_000)).toFixed(1),
    (times.toSorted((a, b) => a - b)[count / 2] ?? 0).toFixed(0),
    Math.max(...times).toFixed(0),
    `${deliveries.length} of ${count}`,
    seconds.toFixed(1),
    (deliveries.length / seconds).toFixed(1),
    deliveries.filter(({ provider }) => provider === 'sns').length,
  ];
}

const phoneOf = (n: number) => `+1415555${2_000 + n}`;

/** Waits for the texts at the phones: asking for every page all the time would be a load of its own. */
async function allTexts(stack: Stack, name: string, count: number): Promise<void> {
  const phones = Array.from({ length: PEOPLE }, (_, n) => phoneOf(n));
  for (const end = Date.now() + WITHIN_MS; Date.now() < end; await sleep(2_000)) {
    let texts = 0;
    for (const phone of phones) texts += (await stack.phone(phone)).length;
    progress(`${name}: ${texts} texts of ${count}`);
    if (texts >= count) return;
  }
}

// biome-ignore lint/suspicious/noExplicitAny: pages as the API shows them
async function allDelivered(stack: Stack, ids: string[]): Promise<any[]> {
  for (let tries = 0; ; tries++) {
    const pages = await inParallel(
      CONCURRENCY,
      ids.length,
      async (n) => (await stack.call('GET', `/notifications/${ids[n]}`)).body,
    );
    const open = pages.filter(({ status }) => status !== 'DELIVERED').length;
    if (open === 0 || tries === 10) return pages;
    progress(`${open} not DELIVERED yet`);
    await sleep(1_000);
  }
}
