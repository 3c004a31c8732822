/** Counts what one path costs: the real handlers over the real stores, on a local table that reports its units. */

import { PROVIDERS_OF } from '../lambdas/core/page/page.ts';
import { createAwaitedReceipts } from '../lambdas/stores/awaited-receipts.ts';
import { createCircuitStore } from '../lambdas/stores/circuits.ts';
import { createCodeStore } from '../lambdas/stores/codes.ts';
import { createDedupeStore } from '../lambdas/stores/dedupe.ts';
import { createLateReceipts } from '../lambdas/stores/late-receipts.ts';
import { createPhoneLocks } from '../lambdas/stores/leases.ts';
import { createPageStore } from '../lambdas/stores/pages.ts';
import { publishingPages } from '../lambdas/stores/published-pages.ts';
import { createRateLimitStore } from '../lambdas/stores/rate-limits.ts';
import { createRecipientStore } from '../lambdas/stores/recipients.ts';
import { createTaskTokens } from '../lambdas/stores/task-tokens.ts';
import { createTeamPosts } from '../lambdas/stores/team-posts.ts';
import { MAX_EVENTS } from '../local/cloud/stepfunctions/history.ts';
import { startTable, TABLE } from '../test/support/dynalite.ts';
import { PLAIN } from '../test/support/late-ports.ts';
import { type Meter, meter } from '../test/support/meter.ts';
import { createWorld } from '../test/support/world.ts';
import type { Path, World } from './paths.ts';

export interface Counted {
  calls: Record<string, number>;
  writes: number;
  indexWrites: number;
  reads: number;
  /** Messages put into any queue. */
  messages: number;
  /** Calls of the API, callbacks among them. */
  rest: number;
  /** Events of providers that come without the API: logs and buses of AWS. */
  news: number;
  /** Invocations by the escalation machine, and its state transitions. */
  escalations: number;
  transitions: number;
  /** Entries put on the event bus. */
  events: number;
  /** Calls to the first and to the second provider of a channel. */
  first: number;
  second: number;
}

export interface Cost {
  name: string;
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
    const { recover = () => {}, reports = {}, ...options } = path.providers();
    const tally: Tally = { messages: 0, rest: 0, news: 0, escalations: 0, events: 0 };
    const world: World = createWorld({
      ...options,
      surroundings: PLAIN,
      reports: countedReports({ 'twilio/voice': () => [], ...reports }, tally),
      wrapEscalate: (escalate) => (event) => {
        tally.escalations++;
        return escalate(event);
      },
      wrapPages: (pages) =>
        publishingPages(pages, {
          events: {
            async put(events) {
              tally.events += events.length;
            },
          },
          clock,
          lost: () => {},
        }),
      stores: {
        pages: createPageStore(client, TABLE),
        recipients: createRecipientStore(client, TABLE),
        dedupe: createDedupeStore(client, TABLE, clock),
        codes: createCodeStore(client, TABLE, clock),
        circuits: createCircuitStore(client, TABLE),
        rateLimits: createRateLimitStore(client, TABLE),
        lateReceipts: createLateReceipts(client, TABLE, clock),
        awaited: createAwaitedReceipts(client, TABLE),
        taskTokens: createTaskTokens(client, TABLE),
        phoneLocks: createPhoneLocks(client, TABLE),
        posts: createTeamPosts(client, TABLE),
      },
    });
    await world.putAlice(path.recipient);
    await path.before?.(world);
    // What that still causes is its own.
    await world.advance(AFTER_MS);

    countMessages(world, tally);
    const units = meter(client);
    const before = total(world, units, tally);
    const id = await path.walk(countedCalls(world, tally), recover);
    const page = difference(total(world, units, tally), before);
    await world.advance(AFTER_MS);
    const all = difference(total(world, units, tally), before);
    client.middlewareStack.remove('meter');

    const { status } = await world.page(id);
    if (status !== path.ends) throw new Error(`"${path.name}" ends ${status}, not ${path.ends}`);
    const each = (counted: Counted) => perPage(counted, path.pages ?? 1);
    return { name: path.name, page: each(page), after: each(difference(all, page)) };
  } finally {
    await stop();
  }
}

type Tally = Pick<Counted, 'messages' | 'rest' | 'news' | 'escalations' | 'events'>;
type Reports = NonNullable<NonNullable<Parameters<typeof createWorld>[0]>['reports']>;

/** The world, with its calls of the API counted. */
const countedCalls = (world: World, tally: Tally): World => ({
  ...world,
  call: (...args) => {
    tally.rest++;
    return world.call(...args);
  },
  callback: (...args) => {
    tally.rest++;
    return world.callback(...args);
  },
  snsLog: (...args) => {
    tally.news++;
    return world.snsLog(...args);
  },
});

/** What providers report by themselves: Twilio and SendGrid call the API, AWS does not. */
function countedReports(reports: Reports, tally: Tally): Reports {
  const counted = Object.entries(reports).map(([name, report]) => [
    name,
    (...args: Parameters<typeof report>) => {
      const said = report(...args);
      if (/^(twilio|sendgrid)/.test(name)) tally.rest += said.length;
      else tally.news += said.length;
      return said;
    },
  ]);
  return Object.fromEntries(counted);
}

/** Counts messages put into any queue from now on. */
function countMessages({ queues, lanes }: World, tally: Tally): void {
  const ofChannels = Object.values(lanes).flatMap(({ urgent, normal }) => [urgent, normal]);
  const others = [queues.answers, queues.checks, queues.escalationChecks];
  for (const queue of [...ofChannels, ...others]) {
    const send = queue.send.bind(queue);
    queue.send = (...args) => {
      tally.messages++;
      send(...args);
    };
  }
}

function total({ calls, audit, alerts, dead, machine }: World, units: Meter, tally: Tally): Counted {
  // The audit is in memory here; in the table an entry is one put of less than 1 KB that one index lists.
  const audited = audit.entries.length;
  // So are the windows in which alerts are grouped: one read and one put for each.
  const alerted = alerts.raised.length;
  const transitions = machine
    .executions()
    .flatMap(({ arn }) => machine.engine.history(arn, { limit: MAX_EVENTS }))
    .filter(({ type }) => type.endsWith('StateEntered')).length;
  const isSecond = ({ by, channel }: (typeof calls)[number]) => PROVIDERS_OF[channel].indexOf(by) > 0;
  return {
    ...tally,
    calls: { ...units.calls, PutItem: (units.calls.PutItem ?? 0) + audited + alerted },
    writes: units.writes + audited + alerted,
    indexWrites: units.indexWrites + audited,
    reads: units.reads + alerted,
    messages: tally.messages + dead.length + alerted,
    transitions,
    first: calls.filter((call) => !isSecond(call)).length,
    second: calls.filter(isSecond).length,
  };
}

const NUMBERS = [
  ...['writes', 'indexWrites', 'reads', 'messages', 'rest', 'news'],
  ...['escalations', 'transitions', 'events', 'first', 'second'],
] as Exclude<keyof Counted, 'calls'>[];

function combine(a: Counted, b: Counted, of: (a: number, b: number) => number): Counted {
  const calls = Object.entries(a.calls).map(([name, n]) => [name, of(n, b.calls[name] ?? 0)] as const);
  const numbers = NUMBERS.map((key) => [key, of(a[key], b[key])] as const);
  return { ...Object.fromEntries(numbers), calls: Object.fromEntries(calls.filter(([, n]) => n > 0)) } as Counted;
}

const difference = (all: Counted, part: Counted): Counted => combine(all, part, (a, b) => a - b);
const perPage = (counted: Counted, pages: number): Counted => combine(counted, counted, (n) => n / pages);
