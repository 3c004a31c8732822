/** The real handlers, use cases and state machine over frail ports, with several worker environments: one file because what ships is composed once. */

import { createAnswerIncident, createAnswerNotification } from '../../lambdas/api/answer.ts';
import { createDispatchHandler } from '../../lambdas/api/dispatch.ts';
import { createDeleteWindow, createPutWindow } from '../../lambdas/api/maintenance-windows.ts';
import { contactNews, notingContacts } from '../../lambdas/composition/contact-news.ts';
import { createTellUnknownCode } from '../../lambdas/composition/unknown-code.ts';
import { NEW_CIRCUIT } from '../../lambdas/core/circuit/circuit.ts';
import type { CircuitStore } from '../../lambdas/core/circuit/ports.ts';
import { parseCallbackRef } from '../../lambdas/core/page/callback-ref.ts';
import { CHANNELS } from '../../lambdas/core/page/page.ts';
import type { DeliveryMessage } from '../../lambdas/core/page/ports.ts';
import type { SlackProvider, VoiceProvider } from '../../lambdas/core/providers/ports.ts';
import type { Receipt } from '../../lambdas/core/receipts/ports.ts';
import { rules as rulesOf } from '../../lambdas/core/rules.ts';
import { createActionLinks } from '../../lambdas/delivery/action-link.ts';
import { apiHandler } from '../../lambdas/http/api-handler.ts';
import { laterFault } from '../../lambdas/providers/sms/twilio-codes.ts';
import { createReceiptChecks } from '../../lambdas/receipts/receipt-check.ts';
import { createTwilioSmsStatus } from '../../lambdas/receipts/twilio-sms-status.ts';
import { createTwilioVoiceStatus } from '../../lambdas/receipts/twilio-voice-status.ts';
import { createAftermath } from '../../lambdas/replies/aftermath.ts';
import { createSlackAnswered } from '../../lambdas/replies/slack-answered.ts';
import { createStopAgain } from '../../lambdas/replies/stop-again.ts';
import { createTellOthers } from '../../lambdas/replies/tell-others.ts';
import { sqsHandler } from '../../lambdas/runtime/sqs-handler.ts';
import { createContactSweep } from '../../lambdas/upkeep/contact-sweep.ts';
import { createAfterFailure } from '../../lambdas/use-cases/after-failure.ts';
import { createAnswerPage } from '../../lambdas/use-cases/answer-page.ts';
import { createCircuits } from '../../lambdas/use-cases/circuits.ts';
import { createDispatch } from '../../lambdas/use-cases/dispatch.ts';
import type { OptOut } from '../../lambdas/use-cases/opt-out.ts';
import { createReceiveReceipt } from '../../lambdas/use-cases/receive-receipt.ts';
import { createReserveCode } from '../../lambdas/use-cases/reserve-code.ts';
import { createSenderLimits } from '../../lambdas/use-cases/sender-limits.ts';
import { createStopIncident } from '../../lambdas/use-cases/stop-incident.ts';
import { answerWays } from '../support/answer-ways.ts';
import { PLAIN, type Surroundings } from '../support/late-ports.ts';
import { memoryAlerts, memoryCallLines, memoryTeamPosts, memoryWatches } from '../support/memory-escalation.ts';
import * as memory from '../support/memory-ports.ts';
import { MemoryQueue } from '../support/memory-queue.ts';
import { recordedTelemetry } from '../support/telemetry.ts';
import { createOperations } from '../support/world/alerts.ts';
import { createChannels } from '../support/world/channels.ts';
import { createEscalation } from '../support/world/escalation.ts';
import { createWorkers, laneOf, memoryLanes } from '../support/world/lanes.ts';
import { escalationMachine } from '../support/world/machine.ts';
import { authTokenOf, PUBLIC_BASE_URL, TWILIO } from '../support/world/names.ts';
import { type Checker, createChecker } from './checker.ts';
import { frail, type Odds } from './faults.ts';
import { createNetwork, type Message } from './network.ts';
import { consume } from './queues.ts';
import type { Simulation } from './simulation.ts';
import { createChaosSuppression } from './suppression.ts';
import { onBadLines } from './watched.ts';

const WORKERS = 3;

/** What a run is about: plain ones have no holds, shared messages and opt-outs, and so the luck of the runs before these. */
export interface Story {
  plain: boolean;
  /** Carriers and phones do what docs/simulators.md says of them. */
  carriers: boolean;
  /** Pages to one person on one loud channel in an hour. */
  hourlyCap: number;
  quietUntil(recipientId: string): number;
}

export function createLifeline(
  sim: Simulation,
  odds: Odds,
  story: Story,
  callBack: (message: Message, status: string) => void,
) {
  const clock = { now: () => sim.now };
  const rules = rulesOf();
  const telemetry = recordedTelemetry();
  const pages = memory.memoryPages();
  const latest = new Map<string, Awaited<ReturnType<CircuitStore['get']>>>();
  const checker: Checker = createChecker(
    (id) => pages.peek(id),
    (name) => latest.get(name) ?? NEW_CIRCUIT,
    {
      windows: () => suppression?.rows.windows.peek() ?? [],
      listed: (id) => suppression?.rows.groups.peek(id) ?? new Set(),
      quietUntil: story.quietUntil,
    },
  );
  const network = createNetwork(sim, callBack, (call) => checker.called(call), story);
  const bad = <T extends object>(port: T, latencyMs?: number) => frail(sim, odds, port, latencyMs);
  const recipients = memory.memoryRecipients();
  const surroundings: Surroundings = { port: (_, port) => bad(port), handler: PLAIN.handler };
  const operated = createOperations(clock, surroundings);
  const alerts = story.plain ? bad(memoryAlerts(clock)) : operated.alerts;
  const watched = onBadLines(sim, bad, { pages, checker, latest });

  const lanes = memoryLanes(CHANNELS, clock);
  const queues = {
    stops: new MemoryQueue('stops', clock.now),
    checks: new MemoryQueue('checks', clock.now),
    looks: new MemoryQueue('looks', clock.now),
  };
  const dead: unknown[] = [];
  const put = (queue: MemoryQueue, body: object, ms = 0) => {
    for (let copies = sim.chance(odds.duplicate) ? 2 : 1; copies > 0; copies--) queue.send(body, ms);
  };
  const machine = escalationMachine({ clock, random: sim.random, escalate: (event) => invoke(event) });
  const ports = {
    clock,
    rules,
    telemetry,
    available: new Set(CHANNELS),
    pages: watched.pages,
    recipients: bad(recipients),
    dedupe: bad(memory.memoryDedupe()),
    codes: bad(memory.memoryCodes(clock)),
    audit: bad(memory.memoryAudit()),
    alerts,
    awaited: bad(memory.memoryAwaited()),
    paces: bad(memory.memoryPaces()),
    lateReceipts: bad(memory.memoryLateReceipts()),
    lines: bad(memoryCallLines()),
    posts: bad(memoryTeamPosts()),
    watches: bad(memoryWatches()),
    client: bad(machine.client),
    queue: bad({
      send: async (message: DeliveryMessage, priority: string, ms = 0) =>
        // What waits and asks again would double and double: SQS delivers hardly anything twice, and this much never.
        message.paced
          ? laneOf(lanes, message.channel, priority).send(message, ms)
          : put(laneOf(lanes, message.channel, priority), message, ms),
    }),
    looks: bad({ send: async (message: object, ms: number) => put(queues.looks, message, ms) }),
    stops: bad({ send: async (message: object, ms: number) => put(queues.stops, message, ms) }),
    receiptChecks: bad({ schedule: async (check: object, ms: number) => put(queues.checks, check, ms) }),
    deadLetters: bad({ put: async (message: unknown) => void dead.push(message) }),
  };

  const stopIncident = createStopIncident(ports.pages, ports.stops);
  const suppression = story.plain
    ? undefined
    : createChaosSuppression(sim, { ...ports, surroundings, hourlyCap: story.hourlyCap }, () => afterFailure);
  const sharing = suppression && {
    tellRiders: suppression.tellRiders,
    bundleOf: suppression.bundleOf,
    groups: suppression.groups,
    suppression: suppression.suppression,
  };
  const answerPage = createAnswerPage({ ...ports, stopIncident, ...(sharing && { listed: sharing.groups.listed }) });
  const { alertQueue } = operated;
  const ways = answerWays({
    ...ports,
    answerPage,
    alertQueue,
    surroundings,
    twilio: TWILIO,
    publicBaseUrl: PUBLIC_BASE_URL,
  });
  const optOut: Pick<OptOut, 'suppress' | 'isSuppressed'> = {
    async suppress(...[phone, from, code]) {
      if (story.plain) return;
      await ways.optOut.suppress(phone, from, code);
      checker.optOuts.stopped(phone, sim.now);
    },
    isSuppressed: async (phone) => !story.plain && ways.optOut.isSuppressed(phone),
  };
  const noteContacts = notingContacts({ ...ports, ...telemetry, alerts: alertQueue });
  const afterFailure = createAfterFailure({ ...ports, ...sharing });
  const duplicate = () => telemetry.count('Duplicate');
  const { update, hangUp } = network.providers.voice[0] as unknown as SlackProvider & Required<VoiceProvider>;
  const newCircuits = () =>
    createCircuits({ store: watched.circuits, clock, rules, random: sim.random, changed: () => {} });
  const receiveReceipt = createReceiveReceipt({
    ...ports,
    optOut,
    noteContacts,
    afterFailure,
    duplicate,
    circuits: newCircuits(),
    unknownCode: createTellUnknownCode(telemetry),
    calls: { lines: ports.lines, hangUp },
    tellRiders: sharing?.tellRiders ?? (async () => undefined),
  });
  let ids = 0;
  const dispatch = createDispatch({
    ...ports,
    ...sharing,
    stopIncident,
    reserveCode: createReserveCode(ports.codes),
    newPageId: () =>
      `pg_${(++ids)
        .toString(26)
        .padStart(16, 'a')
        .replace(/[0-9]/g, (digit) => 'qrstuvwxyz'[Number(digit)] ?? '')}`,
  });
  const answerDeps = { ...ports, answerPage, stopIncident };
  const signed = { receiveReceipt, authTokenOf, publicBaseUrl: PUBLIC_BASE_URL };
  const api = apiHandler(
    {
      dispatchNotification: createDispatchHandler({ ...ports, dispatch, ...telemetry }),
      acknowledgeNotification: createAnswerNotification('acknowledge', answerDeps),
      resolveIncident: createAnswerIncident('resolve', answerDeps),
      receiveTwilioSmsStatus: createTwilioSmsStatus(signed),
      receiveTwilioVoiceStatus: createTwilioVoiceStatus({
        ...ports,
        ...signed,
        redirect: async () => undefined,
        overrides: {},
      }),
      receiveTwilioSmsInbound: ways.handlers.receiveTwilioSmsInbound,
      ...(suppression && {
        putMaintenanceWindow: createPutWindow({ ...ports, ...suppression }),
        deleteMaintenanceWindow: createDeleteWindow({ ...ports, ...suppression }),
      }),
    },
    telemetry,
  );

  const keys = async () => ({ current: 'key-of-tests' });
  const links = createActionLinks({ keys, publicBaseUrl: PUBLIC_BASE_URL, clock });
  const parts = { receiveReceipt, afterFailure, links };
  const channels = createChannels({
    ...ports,
    ...sharing,
    ...parts,
    providers: network.providers,
    limits: createSenderLimits({ store: ports.paces, clock, pace: rules.senderPace }, WORKERS),
    pause: (ms: number) => sim.pause(ms),
  });
  const checks = createReceiptChecks({
    ...ports,
    receiveReceipt,
    checks: ports.receiptChecks,
    ask: async () => undefined,
    missing: () => telemetry.count('MissingReceipt'),
  });
  const escalation = createEscalation({ ...ports, dispatch });
  const aftermath = createAftermath({
    ...ports,
    ...telemetry,
    slack: { update },
    voice: { hangUp },
    answered: createSlackAnswered({ keys, clock }),
    tellOthers: createTellOthers({ ...ports, dispatch, overrides: {} }),
    ...(sharing && { bundleOf: sharing.bundleOf }),
  });

  /** A task of the machine is an invocation like any other; one that dies is an error to the machine. */
  function invoke(event: unknown): Promise<object> {
    return new Promise((resolve, reject) => {
      sim.spawn('escalate', async (invocation) => {
        const result = await escalation.escalate(event).catch((error: Error) => error);
        if (result instanceof Error || invocation.dead) reject(result instanceof Error ? result : new Error('died'));
        else resolve(result);
      });
    });
  }
  sim.add({ nextAt: () => machine.engine.nextDue(), start: () => void machine.engine.runDue() });

  for (let worker = 0; worker < WORKERS; worker++) {
    const limits = createSenderLimits({ store: ports.paces, clock, pace: rules.senderPace }, WORKERS);
    const hide = (lane: MemoryQueue) =>
      bad({ hide: async (record: { messageId: string }, ms: number) => lane.hide(Number(record.messageId), ms) }).hide;
    const workers = createWorkers({
      ...ports,
      ...sharing,
      surroundings: PLAIN,
      lanes,
      channels,
      optOut,
      noteContacts,
      afterFailure,
      limits,
      hide,
      circuits: newCircuits,
      random: sim.random,
    });
    for (const { entry, lane, handler } of workers) consume(sim, lane, entry, handler);
  }
  consume(sim, queues.stops, 'replies/stop-again', sqsHandler(createStopAgain(ports.pages, aftermath), telemetry));
  const check = sqsHandler(({ body }) => checks.check(body), telemetry);
  consume(sim, queues.checks, 'receipts/receipt-check', check);
  consume(sim, queues.looks, 'escalation/look', sqsHandler(escalation.lookAt, telemetry));
  if (suppression) {
    const alerting = operated.consumer({ ...ports, dispatch });
    consume(sim, suppression.lane, 'suppression/release', sqsHandler(suppression.release, telemetry));
    consume(sim, operated.queue, alerting.entry, alerting.handler);
  }

  /** What SNS's log says, by the way it comes. */
  async function snsLog(message: Message, status: string): Promise<void> {
    const receipt = receiptOf(message, status);
    const ref = await ports.lateReceipts.received(message.id, receipt);
    const parsed = ref === undefined ? undefined : parseCallbackRef(ref);
    if (parsed) await receiveReceipt(parsed, receipt);
  }

  async function emailEvent(message: Message, status: string): Promise<void> {
    const parsed = parseCallbackRef(message.ref);
    if (parsed) await receiveReceipt(parsed, receiptOf(message, status));
  }

  return {
    api,
    checker,
    network,
    pages,
    recipients,
    snsLog,
    emailEvent,
    dead,
    telemetry,
    queues,
    lanes,
    machine,
    alerts,
    optOuts: ways.optOuts,
    sweepContacts: createContactSweep({
      ...ports,
      dispatch,
      endpoints: { look: async () => 'gone', tryAgain: async () => undefined },
      noteContacts,
      news: contactNews({ ...telemetry, alerts: alertQueue }),
      overrides: {},
      logger: telemetry.logger,
    }),
    suppression,
    /** What queues gave up by themselves. */
    moved: () =>
      [...Object.values(queues), ...Object.values(lanes).flatMap(({ urgent, normal }) => [urgent, normal])].flatMap(
        ({ dead: letters }) => letters,
      ),
  };
}

const receiptOf = ({ provider, id }: Message, status: string): Receipt => ({
  provider,
  providerId: id,
  providerStatus: status,
  rank: 4,
  news: status === 'delivered' ? 'delivered' : { undelivered: laterFault(status, undefined) },
});
