/**
 * A burst of pages on the real stack: whether each of them reaches its phone once, how long that takes, and what memory
 * it takes; and whether a CRITICAL page of another service is behind it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack, Text } from '../test/e2e/stack.ts';
import { inParallel } from './in-parallel.ts';
import { watchMemory } from './memory.ts';
import { progress, table, verdict } from './print.ts';
import { withStack } from './running.ts';

const CONCURRENCY = 20;
/**
 * From the fifth page in ten minutes on a person gets one message about several (docs/spec/suppression.md#bundling).
 */
const PAGES_EACH = 4;
/** A batch of a hundred can outlast the function's 15 s where ten functions share a core. */
const IN_A_BATCH = 50;
/** Fewer pages make a trial; the verdict is about 6,000. */
const BURST = Number(process.env.BENCH_BURST ?? 6_000);

interface Run {
  name: string;
  pages: number;
  /** Messages a minute and sender; undefined for what the templates say. */
  perMinute?: number;
  /** Longer than it should take. */
  withinMs: number;
}

const RUNS: readonly Run[] = [
  { name: 'sender rate set to 6,000', pages: BURST, perMinute: 6_000, withinMs: 30 * 60_000 },
  { name: 'sender rate as it is, 100', pages: 300, withinMs: 10 * 60_000 },
];

interface Result {
  accept: Record<'single' | 'batch', { pages: number; seconds: number }>;
  drainSeconds: number;
  perSecond: number;
  lost: number;
  duplicates: number;
  /** Texts through SNS: on a machine that is starved, Twilio's simulator answers after the 3 s that a worker waits. */
  standby: number;
  memory: number;
  /** From its dispatch to its phone, ms; and how many of the burst were waiting at that time. */
  critical: { ms: number; waiting: number };
}

export async function burst(): Promise<void> {
  const results: { run: Run; result: Result }[] = [];
  for (const run of RUNS) {
    const env: Record<string, string> = run.perMinute ? { SENDER_PER_MINUTE: String(run.perMinute) } : {};
    await withStack([], async (stack) => void results.push({ run, result: await measure(stack, run) }), env);
    const { drainSeconds, lost, duplicates } = results.at(-1)?.result ?? {};
    progress(`${run.name}: drained after ${drainSeconds?.toFixed(1)} s, ${lost} lost, ${duplicates} twice`);
  }
  table(
    'A burst of HIGH pages for one service (drained: from the first dispatch to the last text; memory: of the run, which is one process)',
    [
      'run',
      'pages',
      'one by one/s',
      'in batches/s',
      'drained s',
      'pages/s',
      'lost',
      'duplicates',
      'through SNS',
      'peak MB',
      '',
    ],
    results.map(({ run, result: { accept, lost, duplicates, standby, ...r } }) => [
      run.name,
      run.pages,
      rate(accept.single),
      rate(accept.batch),
      r.drainSeconds.toFixed(1),
      r.perSecond.toFixed(1),
      lost,
      duplicates,
      standby,
      r.memory.toFixed(0),
      verdict(lost === 0 && duplicates === 0),
    ]),
  );
  table(
    'One CRITICAL page for another service, dispatched right behind the burst',
    ['run', 'on its phone after ms', 'of the burst still waiting then', ''],
    results.map(({ run, result: { critical } }) => [
      run.name,
      critical.ms,
      critical.waiting,
      verdict(critical.ms <= LONGEST_WAIT_MS),
    ]),
  );
}

/** docs/spec/suppression.md#held: CRITICAL waits no longer than that for its sender. */
const LONGEST_WAIT_MS = 10_000;

const rate = ({ pages, seconds }: { pages: number; seconds: number }): string => (pages / seconds).toFixed(1);

async function measure(stack: Stack, { name, pages, withinMs }: Run): Promise<Result> {
  const people = Math.ceil(pages / PAGES_EACH);
  progress(`${name}: ${people + 1} people`);
  await inParallel(CONCURRENCY, people + 1, (n) =>
    insist(stack, 'PUT', `/recipients/usr_${n}`, { name: `Person ${n}`, phone: phoneOf(n), phoneVerified: true }),
  );
  const memory = watchMemory(stack.process.pid ?? 0);
  const started = Date.now();
  const half = Math.floor(pages / 2);
  const dispatch = (n: number) => {
    if (n % 500 === 499) progress(`${name}: page ${n + 1}`);
    return insist(stack, 'POST', '/notifications', page(n, n % people, 'HIGH', 'reports'), `p${n}`);
  };

  progress(`${name}: dispatching ${half} pages one by one`);
  const single = await timed(half, () => inParallel(CONCURRENCY, half, dispatch));
  progress(`${name}: dispatching ${pages - half} pages in batches of ${IN_A_BATCH}`);
  const batches = Math.ceil((pages - half) / IN_A_BATCH);
  const batch = await timed(pages - half, () =>
    inParallel(4, batches, (n) => dispatchBatch(stack, half + n * IN_A_BATCH, pages, people)),
  );
  const critical = await behind(stack, pages, people);
  await drained(stack, name, pages, people, withinMs);

  const peak = memory.stop();
  const texts = await textsOf(stack, people);
  const arrived = new Set(texts.map(incidentOf));
  const seconds = (Math.max(...texts.map(({ at }) => Date.parse(at))) - started) / 1_000;
  return {
    accept: { single, batch },
    drainSeconds: seconds,
    perSecond: arrived.size / seconds,
    lost: pages - arrived.size,
    duplicates: texts.length - arrived.size,
    standby: texts.filter(({ provider }) => provider === 'sns').length,
    memory: peak,
    critical,
  };
}

/** None of them is a number of ours. */
const phoneOf = (n: number): string => `+1415${5_560_000 + n}`;

/**
 * By text alone and without an answer asked for: a text that waits for its sender for over two minutes would else be
 * followed by a call, as the tiers have it.
 */
const page = (n: number, person: number, priority: string, service: string) => ({
  incident: { id: `INC-${n}`, title: 'Disk full', priority, service },
  recipientId: `usr_${person}`,
  channels: ['sms'],
  requireAck: false,
});

/** A batch, and again with its key while a page of it was not accepted: that completes what is missing. */
async function dispatchBatch(stack: Stack, from: number, pages: number, people: number): Promise<void> {
  const count = Math.min(IN_A_BATCH, pages - from);
  const items = Array.from({ length: count }, (_, i) => page(from + i, (from + i) % people, 'HIGH', 'reports'));
  for (let tries = 0; ; tries++) {
    const answer = await insist(stack, 'POST', '/notifications/batch', { items }, `b${from}`);
    const refused = answer.items.find(({ status }: { status: number }) => status !== 202);
    if (!refused) return;
    if (refused.status < 500 || tries === 20) throw new Error(`a page is answered ${JSON.stringify(refused)}`);
    await sleep(250 * (tries + 1));
  }
}

/** The CRITICAL page, to somebody whom the burst does not page. */
async function behind(stack: Stack, pages: number, people: number): Promise<Result['critical']> {
  const started = Date.now();
  await insist(stack, 'POST', '/notifications', page(pages, people, 'CRITICAL', 'payments-api'));
  for (;;) {
    const [text] = await stack.phone(phoneOf(people)).catch(() => []);
    // Its own text is one of those counted.
    if (text)
      return { ms: Date.parse(text.at) - started, waiting: pages - ((await onPhones(stack).catch(() => 1)) - 1) };
    await sleep(50);
  }
}

/** Waits until every page is on its phone, and a moment longer for those that come twice. */
async function drained(stack: Stack, name: string, pages: number, people: number, withinMs: number): Promise<void> {
  for (const end = Date.now() + withinMs; Date.now() < end; await sleep(5_000)) {
    // A run that is too busy to answer is asked again.
    const texts = await onPhones(stack).then(
      (count) => count - 1,
      () => 0,
    );
    progress(`${name}: ${texts} texts of ${pages}`);
    if (texts >= pages && new Set((await textsOf(stack, people)).map(incidentOf)).size >= pages) break;
  }
  await sleep(5_000);
}

/** What is on the phones of those whom the burst pages. */
const textsOf = async (stack: Stack, people: number): Promise<Text[]> =>
  (await inParallel(CONCURRENCY, people, (n) => stack.phone(phoneOf(n)))).flat();

const incidentOf = ({ body }: Text): string => /#(INC-\d+)/.exec(body)?.[1] ?? body;

async function onPhones({ base }: Stack): Promise<number> {
  const response = await fetch(`${base}/simulators/phones`, { headers: { Accept: 'application/json' } });
  const { items } = (await response.json()) as { items: { count: number }[] };
  return items.reduce((sum, { count }) => sum + count, 0);
}

async function timed(pages: number, work: () => Promise<unknown>): Promise<{ pages: number; seconds: number }> {
  const started = performance.now();
  await work();
  return { pages, seconds: (performance.now() - started) / 1_000 };
}

/**
 * A call as a client makes it that wants it done: with a key, and again when it is throttled, the service is busy or
 * the line is cut.
 */
async function insist(stack: Stack, method: string, path: string, body: object, key?: string) {
  for (let tries = 0; ; tries++) {
    const headers: Record<string, string> = key === undefined ? {} : { 'Idempotency-Key': key };
    const answer = await stack.call(method, path, { body, headers }).catch((error: Error) => error);
    if (!(answer instanceof Error) && answer.status < 300) return answer.body;
    const isFinal = !(answer instanceof Error) && answer.status < 500 && answer.status !== 429;
    if (tries === 20 || isFinal)
      throw new Error(
        `${method} ${path}: ${answer instanceof Error ? answer.message : `${answer.status} ${answer.text}`}`,
      );
    await sleep(250 * (tries + 1));
  }
}
