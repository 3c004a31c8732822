/** Counts what one path costs: the real handlers over the real stores, on a local table that reports its units. */
import { publishingPages } from '../lambdas/operations/publish-pages.ts';
import { createAwaitedReceipts } from '../lambdas/stores/awaited-receipts.ts';
import { createCircuitStore } from '../lambdas/stores/circuits.ts';
import { createCodeStore } from '../lambdas/stores/codes.ts';
import { createDedupeStore } from '../lambdas/stores/dedupe.ts';
import { createLateReceipts } from '../lambdas/stores/late-receipts.ts';
import { createPaceStore } from '../lambdas/stores/paces.ts';
import { createPageStore } from '../lambdas/stores/pages.ts';
import { createRecipientStore } from '../lambdas/stores/recipients.ts';
import { startTable, TABLE } from '../test/support/dynalite.ts';
import { type Meter, meter } from '../test/support/meter.ts';
import { createWorld } from '../test/support/world.ts';
import type { Path, World } from './paths.ts';

export interface Counted {
  calls: Record<string, number>;
  writes: number;
  indexWrites: number;
  reads: number;
  messages: number;
  /** Entries put on the event bus. */
  events: number;
  twilio: number;
  sns: number;
}

export interface Cost {
  name: string;
  /** Calls of the API, callbacks among them. */
  restRequests: number;
  /** Until the page has its final status. */
  page: Counted;
  /** What a page still causes in the ten minutes after: checks that find their receipt there. */
  after: Counted;
}

/** The checks for a receipt come at 3 and 5 minutes. */
const AFTER_MS = 10 * 60_000;

/** Throws when the path does not end as it says. */
export async function countPath(path: Path): Promise<Cost> {
  const { client, stop } = await startTable();
  try {
    const clock = { now: () => world.now() };
    const { recover = () => {}, ...providers } = path.providers();
    let told = 0;
    const world: World = createWorld({
      ...providers,
      wrapPages: (pages) =>
        publishingPages(pages, {
          events: {
            async put(events) {
              told += events.length;
            },
          },
          ...{ clock, lost: () => {} },
        }),
      stores: {
        pages: createPageStore(client, TABLE),
        recipients: createRecipientStore(client, TABLE),
        dedupe: createDedupeStore(client, TABLE, clock),
        codes: createCodeStore(client, TABLE, clock),
        circuits: createCircuitStore(client, TABLE),
        paces: createPaceStore(client, TABLE),
        lateReceipts: createLateReceipts(client, TABLE, clock),
        awaited: createAwaitedReceipts(client, TABLE),
      },
    });
    await world.putAlice();
    await path.before?.(world);
    // What that still causes is its own.
    await world.advance(AFTER_MS);

    const messages = countMessages(world);
    const toldBefore = told;
    const before = { calls: world.calls.length, audit: world.audit.entries.length };
    const units = meter(client);
    const now = () => snapshot(units, world, before, messages(), told - toldBefore);
    const id = await path.walk(world, recover);
    const page = now();
    await world.advance(AFTER_MS);
    const all = now();
    client.middlewareStack.remove('meter');

    const { status } = await world.page(id);
    if (status !== path.ends) throw new Error(`"${path.name}" ends ${status}, not ${path.ends}`);
    return { name: path.name, restRequests: path.restRequests ?? 3, page, after: difference(all, page) };
  } finally {
    await stop();
  }
}

/** Messages put into any queue from now on. */
function countMessages({ queues, dead }: World): () => number {
  let sent = 0;
  for (const queue of Object.values(queues)) {
    const send = queue.send.bind(queue);
    queue.send = (...args) => {
      sent++;
      send(...args);
    };
  }
  return () => sent + dead.length;
}

function snapshot(
  units: Meter,
  world: World,
  before: { calls: number; audit: number },
  messages: number,
  events: number,
): Counted {
  const calls = world.calls.slice(before.calls);
  // The audit is in memory here; in the table an entry is one put of less than 1 KB that one index lists.
  const audited = world.audit.entries.length - before.audit;
  return {
    calls: { ...units.calls, PutItem: (units.calls.PutItem ?? 0) + audited },
    writes: units.writes + audited,
    indexWrites: units.indexWrites + audited,
    reads: units.reads,
    messages,
    events,
    twilio: calls.filter(({ by }) => by === 'twilio').length,
    sns: calls.filter(({ by }) => by === 'sns').length,
  };
}

function difference(all: Counted, part: Counted): Counted {
  const less = (key: Exclude<keyof Counted, 'calls'>) => all[key] - part[key];
  const calls = Object.entries(all.calls).map(([name, n]) => [name, n - (part.calls[name] ?? 0)] as const);
  return {
    calls: Object.fromEntries(calls.filter(([, n]) => n > 0)),
    writes: less('writes'),
    indexWrites: less('indexWrites'),
    reads: less('reads'),
    messages: less('messages'),
    events: less('events'),
    twilio: less('twilio'),
    sns: less('sns'),
  };
}
