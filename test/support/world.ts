/**
 * Lifeline in one thread: the real handlers and the real state machine over in-memory ports, on a clock that the test
 * moves. Half an hour passes in milliseconds, and nothing waits. Its parts are in `world/`.
 *
 * One file because it is where they are put together.
 */
import type { SQSRecord } from 'aws-lambda';
import { notingContacts } from '../../lambdas/composition/contact-news.ts';
import { createTellUnknownCode } from '../../lambdas/composition/unknown-code.ts';
import type { CircuitStore } from '../../lambdas/core/circuit/ports.ts';
import type { Watches } from '../../lambdas/core/escalation/ports.ts';
import type { Channel } from '../../lambdas/core/page/page.ts';
import type { CodeStore, DedupeStore, DeliveryMessage, PageStore, TeamPosts } from '../../lambdas/core/page/ports.ts';
import type { SlackProvider, SmsProvider, VoiceProvider } from '../../lambdas/core/providers/ports.ts';
import type { CallLines, PaceStore } from '../../lambdas/core/rate-limit/ports.ts';
import type { AwaitedReceipts, LateReceipts, Receipt } from '../../lambdas/core/receipts/ports.ts';
import type { RecipientStore } from '../../lambdas/core/recipient/ports.ts';
import { rules as rulesOf } from '../../lambdas/core/rules.ts';
import type { CapStore, VerificationStore } from '../../lambdas/core/verification/ports.ts';
import { apiHandler } from '../../lambdas/http/api-handler.ts';
import { createReceiptChecks } from '../../lambdas/receipts/receipt-check.ts';
import { createSesEvents } from '../../lambdas/receipts/ses-events.ts';
import { createSnsSmsLog } from '../../lambdas/receipts/sns-sms-log.ts';
import { createAftermath } from '../../lambdas/replies/aftermath.ts';
import { createInboundSweep, SWEEP_WINDOW } from '../../lambdas/replies/inbound-sweep.ts';
import { createSlackAnswered } from '../../lambdas/replies/slack-answered.ts';
import { createStopAgain } from '../../lambdas/replies/stop-again.ts';
import { createTellOthers } from '../../lambdas/replies/tell-others.ts';
import { logsHandler } from '../../lambdas/runtime/logs-handler.ts';
import { sqsHandler } from '../../lambdas/runtime/sqs-handler.ts';
import { publishingCircuits } from '../../lambdas/stores/published-circuits.ts';
import { publishingPages } from '../../lambdas/stores/published-pages.ts';
import { createAfterFailure } from '../../lambdas/use-cases/after-failure.ts';
import { createAnswerPage } from '../../lambdas/use-cases/answer-page.ts';
import { createCircuits } from '../../lambdas/use-cases/circuits.ts';
import { createDispatch } from '../../lambdas/use-cases/dispatch.ts';
import type { OptOut } from '../../lambdas/use-cases/opt-out.ts';
import { createReceiveReceipt } from '../../lambdas/use-cases/receive-receipt.ts';
import { createReserveCode } from '../../lambdas/use-cases/reserve-code.ts';
import { createSenderLimits } from '../../lambdas/use-cases/sender-limits.ts';
import { createStopIncident } from '../../lambdas/use-cases/stop-incident.ts';
import { answerWays } from './answer-ways.ts';
import { inNewChain } from './chain.ts';
import { createHealthParts } from './health-parts.ts';
import { LATE, type Surroundings } from './late-ports.ts';
import { logEvent } from './log-event.ts';
import { memoryCallLines, memoryTeamPosts, memoryWatches } from './memory-escalation.ts';
import * as memory from './memory-ports.ts';
import { MemoryQueue } from './memory-queue.ts';
import { memoryWindows } from './memory-suppression.ts';
import { recordedTelemetry } from './telemetry.ts';
import { createOperations } from './world/alerts.ts';
import { createCaller } from './world/caller.ts';
import { createChannels } from './world/channels.ts';
import { createEscalation } from './world/escalation.ts';
import { createHandlers } from './world/handlers.ts';
import { type Consumer, createWorkers, laneOf, memoryLanes } from './world/lanes.ts';
import { escalationMachine } from './world/machine.ts';
import { PUBLIC_BASE_URL, TWILIO } from './world/names.ts';
import { type Behaviour, type Behaviours, type Called, fakeProviders, type Sent } from './world/providers.ts';
import { createReporter, type Reports } from './world/reports.ts';
import { CONTEXT } from './world/sqs.ts';
import { createWorldSuppression } from './world/suppression.ts';
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
  stores?: Partial<{
    pages: PageStore;
    recipients: RecipientStore;
    dedupe: DedupeStore;
    codes: CodeStore;
    circuits: CircuitStore;
    verifications: VerificationStore;
    caps: CapStore;
    awaited: AwaitedReceipts;
    lateReceipts: LateReceipts;
    paces: PaceStore;
    watches: Watches;
    lines: CallLines;
    posts: TeamPosts;
  }>;
  /** Who is paged about pages that reached nobody; default nobody. */
  operationsRecipients?: readonly string[];
  /** Holds pages and lets them share messages, with so many an hour at most; default: neither. */
  suppression?: { hourlyCap: number };
  /** Twilio's list of what phones texted, and what it makes of replies that are sent; default: an empty list. */
  inbox?: Pick<Parameters<typeof createInboundSweep>[0], 'list' | 'reply'>;
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

const NO_TEXTS: NonNullable<Options['inbox']> = {
  list: async () => ({ texts: [] }),
  reply: async () => ({ outcome: 'accepted', providerId: 'SM-reply', providerStatus: 'queued' }),
};

export function createWorld(options: Options = {}) {
  const { stores = {}, channels: names = ['sms'] } = options;
  const surroundings = withTable(options.surroundings ?? LATE, options.wrapTable);
  const { port, handler } = surroundings;
  const time = createTime(Date.parse('2026-11-22T03:00:00Z'));
  const { clock } = time;
  const rules = rulesOf();
  const telemetry = recordedTelemetry();
  const inMemory = memory.memoryPages();
  const out = { events: port('events', { put: async () => {} }), clock, lost: () => telemetry.count('EventLost') };
  const plain = publishingPages(port('pages', stores.pages ?? inMemory), out);
  const pages = options.wrapPages?.(plain) ?? plain;
  const recipients = port('recipients', stores.recipients ?? memory.memoryRecipients());
  const codes = port('codes', stores.codes ?? memory.memoryCodes(clock));
  const circuitStore = publishingCircuits(port('circuits', stores.circuits ?? memory.memoryCircuits()), out);
  const lateReceipts = port('lateReceipts', stores.lateReceipts ?? memory.memoryLateReceipts());
  const audit = port('audit', memory.memoryAudit());
  const operated = createOperations(clock, surroundings, options.operationsRecipients);
  const { alerts, alertQueue } = operated;
  const lanes = memoryLanes(names, clock);
  const newQueue = (name: string) => new MemoryQueue(name, clock.now);
  const [stops, checkQueue, lookQueue] = [newQueue('stops'), newQueue('checks'), newQueue('looks')];
  const [sesEvents, snsFailures, inbox] = [newQueue('ses-events'), newQueue('sns-log'), newQueue('inbound-texts')];
  const dead: { message: unknown; reason: { code: string } }[] = [];
  const sent: Sent[] = [];
  const calls: Called[] = [];
  /** Slack messages that were replaced. */
  const updates: string[] = [];

  const enqueue = async (message: DeliveryMessage, priority: string, ms = 0) =>
    laneOf(lanes, message.channel, priority).send(message, ms);
  const queue = port('queue', { send: options.wrapQueue?.(enqueue) ?? enqueue });
  const askToLook = async (message: object, ms: number) => lookQueue.send(message, ms);
  const looks = port('looks', { send: options.wrapQueue?.(askToLook) ?? askToLook });
  const deadLetters = port('deadLetters', {
    put: async (message: unknown, reason: { code: string }) => void dead.push({ message, reason }),
  });
  const receiptChecks = port('receiptChecks', {
    schedule: async (check: object, ms: number) => checkQueue.send(check, ms),
  });
  const available = new Set(names);
  const shared = { pages, recipients, queue, looks, alerts, audit, codes, available, rules, clock, telemetry };

  const noteContacts = notingContacts({ ...shared, ...telemetry, alerts: alertQueue });
  const optOut: Pick<OptOut, 'suppress' | 'isSuppressed'> = {
    suppress: (...args) => ways.optOut.suppress(...args),
    isSuppressed: (phone) => ways.optOut.isSuppressed(phone),
  };
  const suppression =
    options.suppression &&
    createWorldSuppression({
      ...shared,
      ...options.suppression,
      surroundings,
      later: time.later,
      afterFailure: () => afterFailure,
    });
  const sharing = suppression && {
    tellRiders: suppression.tellRiders,
    bundleOf: suppression.bundleOf,
    groups: suppression.groups,
    suppression: suppression.suppression,
  };
  const afterFailure = createAfterFailure({ ...shared, ...sharing });
  const duplicate = () => telemetry.count('Duplicate');
  const lines = port('lines', stores.lines ?? memoryCallLines());
  const hangUp = (id: string) => reporter.hangUp(id);
  const circuits = () => {
    const changed = (name: string, event: string) => telemetry.count(`${name} ${event}`);
    return createCircuits({ store: circuitStore, clock, rules, random: () => 0, changed });
  };
  const receiveReceipt = createReceiveReceipt({
    ...shared,
    tellRiders: sharing?.tellRiders ?? (async () => undefined),
    optOut,
    noteContacts,
    circuits: circuits(),
    unknownCode: createTellUnknownCode(telemetry),
    afterFailure,
    calls: { lines, ...port('twilio', { hangUp }) },
    duplicate,
  });
  const stopQueue = port('stops', { send: async (message: object, ms: number) => stops.send(message, ms) });
  const stopIncident = createStopIncident(pages, stopQueue);
  const dedupe = port('dedupe', stores.dedupe ?? memory.memoryDedupe());
  const dispatch = createDispatch({
    ...shared,
    ...sharing,
    dedupe,
    stopIncident,
    reserveCode: createReserveCode(codes),
  });
  const answerPage = createAnswerPage({
    pages,
    audit,
    stopIncident,
    stops: stopQueue,
    ...(sharing && { listed: sharing.groups.listed }),
  });
  const ways = answerWays({
    ...shared,
    alertQueue,
    answerPage,
    surroundings,
    twilio: TWILIO,
    publicBaseUrl: PUBLIC_BASE_URL,
  });

  const behave: Behaviours = {
    ...options.behave,
    ...(options.provider && { 'twilio/sms': options.provider }),
    ...(options.standby && { 'sns/sms': options.standby }),
  };
  const providers = fakeProviders(clock, behave, sent, calls, surroundings, {
    accepted: (message, n) => reporter.accepted(message, n),
    updated: (providerId) => void updates.push(providerId),
    hangUp,
  });
  if (!options.channels && !options.standby) providers.sms = providers.sms.slice(0, 1);
  const posts = port('posts', stores.posts ?? memoryTeamPosts());
  const parts = { lines, posts, links: ways.links, optOut };
  const limits = createSenderLimits(
    { store: port('paces', stores.paces ?? memory.memoryPaces()), clock, pace: rules.senderPace },
    options.environments ?? 1,
  );
  const channels = createChannels({
    limits,
    ...shared,
    ...sharing,
    ...parts,
    afterFailure,
    providers,
    lateReceipts,
    receiptChecks,
    receiveReceipt,
    pause: options.pause ?? (async () => {}),
  });
  const checks = createReceiptChecks({
    ...shared,
    receiveReceipt,
    checks: receiptChecks,
    awaited: port('awaited', stores.awaited ?? memory.memoryAwaited()),
    ...port('twilio', { ask: async (id: string) => options.ask?.(id) }),
    missing: () => telemetry.count('MissingReceipt'),
  });

  const listed = createInboundSweep({
    ...port('twilio', options.inbox ?? NO_TEXTS),
    ...port('inboundQueue', { order: async (work: object) => inbox.send(work) }),
    ...ways,
    ...telemetry,
    clock,
    window: SWEEP_WINDOW,
  });

  const machine = escalationMachine({ clock, escalate: (event) => run(event) });
  const escalation = createEscalation({
    ...shared,
    watches: port('watches', stores.watches ?? memoryWatches()),
    client: port('states', machine.client),
    dispatch,
  });
  const escalate = handler('escalate', escalation.escalate);
  const run = options.wrapEscalate?.(escalate) ?? escalate;
  const aftermath = createAftermath({
    ...shared,
    ...telemetry,
    posts: parts.posts,
    slack: providers.slack[0] as unknown as SlackProvider,
    voice: port('twilio', { hangUp }),
    ...(sharing && { bundleOf: sharing.bundleOf }),
    answered: createSlackAnswered({ keys: async () => ways.rotation, clock }),
    tellOthers: createTellOthers({ ...shared, dispatch, overrides: {} }),
  });
  const readLine = handler('sns-sms-log', createSnsSmsLog({ lateReceipts, receiveReceipt, ...telemetry }));
  const snsLogReader = logsHandler(readLine, telemetry, (handle) => handle);
  const ses = createSesEvents({ receiveReceipt, ...telemetry });
  time.run(machine.engine);
  time.consumers.push(
    ...createWorkers({
      ...shared,
      ...sharing,
      surroundings,
      lanes,
      channels,
      deadLetters,
      optOut,
      noteContacts,
      afterFailure,
      limits,
      circuits,
      random: () => 0,
    }),
    ...[
      { entry: 'replies/stop-again', lane: stops, handle: createStopAgain(pages, aftermath) },
      { entry: 'replies/inbound-sweep', lane: inbox, handle: ({ body }: SQSRecord) => listed.work(body) },
      { entry: 'receipts/receipt-check', lane: checkQueue, handle: ({ body }: SQSRecord) => checks.check(body) },
      { entry: 'escalation/look', lane: lookQueue, handle: escalation.lookAt },
      { entry: 'receipts/ses-events', lane: sesEvents, handle: ses },
      ...(suppression ? [{ entry: 'suppression/release', lane: suppression.lane, handle: suppression.release }] : []),
    ].map(({ entry, lane, handle }) => ({ entry, lane, handler: sqsHandler(handler(entry, handle), telemetry) })),
    { entry: 'receipts/sns-sms-log', lane: snsFailures, handler: snsLogReader as Consumer['handler'] },
    operated.consumer({ ...shared, dispatch }),
  );

  const operations = createHealthParts({ clock, circuits: circuitStore, audit, telemetry, surroundings });
  const verification = {
    verifications: port('verifications', stores.verifications ?? memory.memoryVerifications()),
    caps: port('caps', stores.caps ?? memory.memoryCaps()),
    chains: {
      sms: providers.sms as unknown as SmsProvider[],
      voice: names.includes('voice') ? (providers.voice as unknown as VoiceProvider[]) : [],
    },
    limits: { sms: limits, voice: limits },
    lines,
    circuits: circuits(),
    countries: options.smsCountries ?? ('all' as const),
  };
  const handlers = createHandlers({
    ...shared,
    dispatch,
    answerPage,
    stopIncident,
    receiveReceipt,
    ways,
    operations,
    verification,
    escalateNow: escalation.escalateNow,
    redirect: (id, twiml) => reporter.redirect(id, twiml),
    windows: suppression?.windows ?? memoryWindows(),
    releases: suppression?.releases ?? { send: async () => {} },
    surroundings,
    ...sharing,
  });
  const routes = Object.entries(handlers).map(([name, handle]) => [name, handler(name, handle)] as const);
  const caller = createCaller(apiHandler(Object.fromEntries(routes), telemetry));
  const snsLog = (...lines: string[]) => inNewChain(() => snsLogReader(logEvent(lines), CONTEXT));
  const received = handler('receive-receipt', receiveReceipt);
  const reporter = createReporter({
    reports: options.reports,
    later: time.later,
    receiveReceipt: received,
    caller,
    // As Lambda does with an event that failed (ADR 19).
    snsLog: (line) => snsLog(line).catch(() => snsFailures.send({ requestPayload: logEvent([line]) })),
    sesEvent: (event) => sesEvents.send(event),
  });
  const none = new MemoryQueue('none', clock.now);
  const { urgent = none, normal = none } = lanes.sms ?? {};

  return {
    now: clock.now,
    drain: time.drain,
    advance: time.advance,
    later: time.later,
    ...caller,
    ...ways,
    ...telemetry,
    sent,
    calls,
    updates,
    dead,
    audit,
    alerts,
    lanes,
    machine,
    snsLog,
    recipients,
    receiveReceipt: received,
    hungUp: reporter.hungUp,
    hangUps: reporter.hangUps,
    redirected: reporter.redirected,
    suppression,
    /** What the topic of operations got. */
    told: operated.told,
    alertQueue,
    /** The lanes of SMS, and the queues beside them. */
    queues: { urgent, normal, stops, checks: checkQueue, looks: lookQueue, inbox },
    /** Every queue that there is. */
    allQueues: () => [...new Set(time.consumers.map(({ lane }) => lane))],
    circuits: circuitStore,
    /** The health checks: `check()` makes one, `findings` is what it finds. */
    checks: operations,
    /** Dispatches as Lifeline's own functions do. */
    dispatch,
    sweepReceipts: handler('receipt-sweep', checks.sweep),
    /** Orders a listing of the texts that came in. */
    sweepTexts: handler('inbound-sweep', listed.sweep),
    pages: inMemory,
  };
}
