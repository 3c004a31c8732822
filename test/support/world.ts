/**
 * Lifeline in one thread: the composition that ships, over in-memory ports, on a clock that the test moves. Half an hour
 * passes in milliseconds, and nothing waits. Its parts are in `world/`. One file because it is where they are put together.
 */
import { type AppPorts, createApp } from '../../lambdas/composition/app.ts';
import type { ProviderPorts } from '../../lambdas/composition/ports.ts';
import type { Inbox } from '../../lambdas/composition/texts.ts';
import type { Channel } from '../../lambdas/core/page/page.ts';
import type { PageStore } from '../../lambdas/core/page/ports.ts';
import type { Receipt } from '../../lambdas/core/receipts/ports.ts';
import { createActionLinks } from '../../lambdas/delivery/action-link.ts';
import { apiHandler } from '../../lambdas/http/api-handler.ts';
import type { SlackReply } from '../../lambdas/providers/slack/slack-respond.ts';
import { logsHandler } from '../../lambdas/runtime/logs-handler.ts';
import { type RecordHandler, sqsHandler } from '../../lambdas/runtime/sqs-handler.ts';
import { inNewChain } from './chain.ts';
import { LATE, type Surroundings } from './late-ports.ts';
import { logEvent } from './log-event.ts';
import { MemoryQueue } from './memory-queue.ts';
import { recordedTelemetry } from './telemetry.ts';
import { createCaller } from './world/caller.ts';
import { healthPorts } from './world/health.ts';
import type { Consumer } from './world/lanes.ts';
import { escalationMachine } from './world/machine.ts';
import { PUBLIC_BASE_URL } from './world/names.ts';
import { memoryPorts, type Stores } from './world/ports.ts';
import { type Behaviour, type Behaviours, type Called, fakeProviders, type Sent } from './world/providers.ts';
import { createReporter, type Reports } from './world/reports.ts';
import { settingsOf } from './world/settings.ts';
import { CONTEXT } from './world/sqs.ts';
import { createTime } from './world/time.ts';

export * from './world/names.ts';
export type { Sent } from './world/providers.ts';
export { CONTEXT, sqsEvent } from './world/sqs.ts';

export interface Options {
  /** How ports behave and handlers are run; default: ports settle late, and handlers have to wait for them. */
  surroundings?: Surroundings;
  /** The channels there are; default SMS alone, and that through Twilio alone unless there is a `standby`. */
  channels?: readonly Channel[];
  /** What Twilio makes of a text; default: it accepts. */
  provider?: Behaviour;
  /** What SNS makes of it. */
  standby?: Behaviour;
  /** What the others make of a send. */
  behave?: Behaviours;
  /** What they say later; default: a call is not answered, and the others say nothing. */
  reports?: Reports;
  /** What Twilio says when it is asked for a message's status. */
  ask?: (providerId: string) => Receipt | undefined;
  /** Wraps every port that lies in the table, for faults of all of it. */
  wrapTable?: <T extends object>(port: T) => T;
  /** Wraps the page store, for faults. */
  wrapPages?: (pages: PageStore) => PageStore;
  /** Wraps every send to a lane or of a look, for faults. */
  wrapQueue?: <A extends unknown[], R>(send: (...args: A) => Promise<R>) => (...args: A) => Promise<R>;
  /** Wraps the function that the state machine calls, for faults. */
  wrapEscalate?: (escalate: (event: unknown) => Promise<object>) => (event: unknown) => Promise<object>;
  /** What happens while a worker waits; default nothing. */
  pause?: (ms: number) => Promise<unknown>;
  /** How many workers the sender limits reckon with. */
  environments?: number;
  /** Other stores than those in memory. */
  stores?: Stores;
  /** Who is paged about pages that reached nobody; default nobody. */
  operationsRecipients?: readonly string[];
  /** Holds pages and lets them share messages, with so many an hour at most; default: neither. */
  suppression?: { hourlyCap: number };
  /** Twilio's list of what phones texted, and what it makes of replies that are sent; default: an empty list. */
  inbox?: Inbox;
  /** Where codes are sent; default everywhere. */
  smsCountries?: ReadonlySet<string>;
}

/** Names of the ports that lie in the table (ADR 1). */
const IN_TABLE: ReadonlySet<string> = new Set([
  ...['pages', 'recipients', 'codes', 'circuits', 'lateReceipts', 'audit', 'lines', 'dedupe', 'posts', 'paces'],
  ...['awaited', 'watches', 'verifications', 'caps', 'health', 'optOuts', 'inbound', 'alertWindows', 'windows'],
  ...['holds', 'groups'],
]);

/** The surroundings with every port that lies in the table behind `wrapTable`, for faults of all of it. */
const withTable = ({ port, handler }: Surroundings, wrapTable: Options['wrapTable']): Surroundings => ({
  port: (name, plain) => port(name, wrapTable && IN_TABLE.has(name) ? wrapTable(plain) : plain),
  handler,
});

const NO_TEXTS: Inbox = {
  list: async () => ({ texts: [] }),
  reply: async () => ({ outcome: 'accepted', providerId: 'SM-reply', providerStatus: 'queued' }),
};

export function createWorld(options: Options = {}) {
  const { channels: names = ['sms'] } = options;
  const surroundings = withTable(options.surroundings ?? LATE, options.wrapTable);
  const { port, handler } = surroundings;
  const time = createTime(Date.parse('2026-11-22T03:00:00Z'));
  const { clock } = time;
  const telemetry = recordedTelemetry();
  const machine = escalationMachine({ clock, escalate: (event) => run(event) });
  const memory = memoryPorts({
    clock,
    random: () => 0,
    telemetry,
    surroundings,
    channels: names,
    machine,
    stores: options.stores ?? {},
    sharesMessages: options.suppression !== undefined,
    wrapPages: options.wrapPages ?? ((pages) => pages),
    put: (queue, body, ms) => queue.send(body, ms),
    wrapQueue: options.wrapQueue ?? ((send) => send),
    later: time.later,
    pause: options.pause ?? (async () => {}),
  });
  const { lanes, queues, rows } = memory;

  const sent: Sent[] = [];
  const calls: Called[] = [];
  /** Slack messages that were replaced. */
  const updates: string[] = [];
  /** What was posted to the response URLs of clicks. */
  const slackReplies: SlackReply[] = [];
  const behave: Behaviours = {
    ...options.behave,
    ...(options.provider && { 'twilio/sms': options.provider }),
    ...(options.standby && { 'sns/sms': options.standby }),
  };
  const providers = fakeProviders(clock, behave, sent, calls, surroundings, {
    accepted: (message, n) => reporter.accepted(message, n),
    updated: (providerId) => void updates.push(providerId),
    hangUp: (id) => reporter.hangUp(id),
  });
  if (!options.channels && !options.standby) providers.sms = providers.sms.slice(0, 1);
  const health = healthPorts(surroundings);
  const ports: AppPorts = {
    ...memory.ports,
    ...(providers as unknown as ProviderPorts),
    slack: providers.slack[0] as unknown as ProviderPorts['slack'],
    ...port('twilio', {
      ask: async (id: string) => options.ask?.(id),
      hangUp: async (id: string) => reporter.hangUp(id),
      redirect: async (id: string, twiml: string) => reporter.redirect(id, twiml),
      ...(options.inbox ?? NO_TEXTS),
    }),
    ...port('slack', {
      respond: async (_url: string | undefined, reply: SlackReply) => slackReplies.push(reply) > 0,
    }),
    ...health.ports,
    endpoints: { look: async () => 'enabled', tryAgain: async () => undefined },
  };
  const settings = settingsOf(names, {
    ...options.suppression,
    ...(options.environments !== undefined && { environments: options.environments }),
    ...(options.operationsRecipients && { operationsRecipients: options.operationsRecipients }),
    ...(options.smsCountries && { countries: options.smsCountries }),
  });
  const app = createApp(ports, settings);

  const escalate = handler('escalate', app.escalate);
  const run = options.wrapEscalate?.(escalate) ?? escalate;
  const readLine = handler('sns-sms-log', app.snsSmsLog);
  const snsLogReader = logsHandler(readLine, telemetry, (handle) => handle);
  const consumer = (entry: string, lane: MemoryQueue, handle: RecordHandler): Consumer => ({
    entry,
    lane,
    handler: sqsHandler(handler(entry, handle), telemetry) as Consumer['handler'],
  });
  time.run(machine.engine);
  time.consumers.push(
    ...names.flatMap((name) => {
      const [worker, lane] = [app.worker(name), lanes[name]];
      return lane ? [lane.urgent, lane.normal].map((one) => consumer(`delivery/${name}-worker`, one, worker)) : [];
    }),
    consumer('alerts/alerts', queues.alerts, app.queues['alerts/alerts']),
    consumer('api/redrive', queues.redrives, app.queues['api/redrive']),
    consumer('escalation/escalation-check', queues.escalationChecks, app.queues['escalation/escalation-check']),
    consumer('receipts/receipt-check', queues.checks, app.queues['receipts/receipt-check']),
    consumer('receipts/ses-events', queues.sesEvents, app.queues['receipts/ses-events']),
    consumer('replies/inbound-sweep', queues.inbox, app.queues['replies/inbound-sweep']),
    consumer('replies/propagate-answer', queues.answers, app.queues['replies/propagate-answer']),
    consumer('suppression/release', queues.releases, app.queues['suppression/release']),
    { entry: 'receipts/sns-sms-log', lane: queues.snsFailures, handler: snsLogReader as Consumer['handler'] },
  );

  const routes = Object.entries(app.routes).map(([name, handle]) => [name, handler(name, handle)] as const);
  const caller = createCaller(apiHandler(Object.fromEntries(routes), telemetry));
  const snsLog = (...lines: string[]) => inNewChain(() => snsLogReader(logEvent(lines), CONTEXT));
  const received = handler('receive-receipt', app.receiveReceipt);
  const reporter = createReporter({
    reports: options.reports,
    later: time.later,
    receiveReceipt: received,
    caller,
    // As Lambda does with an event that failed (ADR 19).
    snsLog: (line) => snsLog(line).catch(() => queues.snsFailures.send({ requestPayload: logEvent([line]) })),
    sesEvent: (event) => queues.sesEvents.send(event),
  });
  const none = new MemoryQueue('none', clock.now);
  const { urgent = none, normal = none } = lanes.sms ?? {};
  const { alerts, dead, told, rotation } = memory;
  const { recipients, alertQueue, optOuts, inbound, circuits, holds, groups, windows, releases } = ports;

  return {
    now: clock.now,
    drain: time.drain,
    advance: time.advance,
    later: time.later,
    ...caller,
    ...telemetry,
    sent,
    calls,
    updates,
    dead,
    audit: memory.ports.audit,
    alerts,
    lanes,
    machine,
    snsLog,
    recipients,
    optOuts,
    inbound,
    rotation,
    slackReplies,
    links: createActionLinks({ keys: ports.keys, publicBaseUrl: PUBLIC_BASE_URL, clock }),
    receiveReceipt: received,
    hungUp: reporter.hungUp,
    hangUps: reporter.hangUps,
    redirected: reporter.redirected,
    suppression: { rows, windows, holds, groups, releases, sweep: handler('sweep', app.schedules.releaseSweep) },
    /** What the topic of operations got. */
    told,
    alertQueue,
    /** The lanes of SMS, and the queues beside them. */
    queues: { ...queues, urgent, normal },
    letters: rows.letters,
    /** Every queue that there is. */
    allQueues: () => [...new Set(time.consumers.map(({ lane }) => lane))],
    circuits,
    /** The health checks: `check()` makes one, `findings` is what it finds. */
    checks: {
      check: handler('health-check', app.schedules.healthCheck),
      findings: health.findings,
      health: ports.health,
    },
    /** Dispatches as Lifeline's own functions do. */
    dispatch: app.dispatch,
    sweepReceipts: handler('receipt-sweep', app.schedules.receiptSweep),
    /** Orders a listing of the texts that came in. */
    sweepTexts: handler('inbound-sweep', app.schedules.inboundSweep),
    pages: rows.pages,
    ports,
    settings,
  };
}
