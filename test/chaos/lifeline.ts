/** The real handlers and use cases over frail ports, with several worker environments. */

import { createStopAgain } from '../../lambdas/answers/stop-again.ts';
import { createAnswerIncident, createAnswerNotification } from '../../lambdas/api/answer.ts';
import { createDispatchHandler } from '../../lambdas/api/dispatch.ts';
import { NEW_CIRCUIT } from '../../lambdas/core/breaker.ts';
import { parseCallbackRef } from '../../lambdas/core/callback-ref.ts';
import type { CircuitStore, Receipt } from '../../lambdas/core/ports.ts';
import { rules } from '../../lambdas/core/rules.ts';
import { createConsume } from '../../lambdas/delivery/consume.ts';
import { createDeliver } from '../../lambdas/delivery/deliver.ts';
import { createPace } from '../../lambdas/delivery/pace.ts';
import { createSmsChannel } from '../../lambdas/delivery/sms-channel.ts';
import { createAnswerPage } from '../../lambdas/operations/answer-page.ts';
import { createCircuits } from '../../lambdas/operations/circuits.ts';
import { createDispatch } from '../../lambdas/operations/dispatch.ts';
import { createReceiveReceipt } from '../../lambdas/operations/receive-receipt.ts';
import { createReserveCode } from '../../lambdas/operations/reserve-code.ts';
import { createSenderLimits } from '../../lambdas/operations/sender-limits.ts';
import { createStopIncident } from '../../lambdas/operations/stop-incident.ts';
import { laterFault } from '../../lambdas/providers/sms/twilio-codes.ts';
import { createReceiptChecks } from '../../lambdas/receipts/receipt-check.ts';
import { createTwilioSmsStatus } from '../../lambdas/receipts/twilio-sms-status.ts';
import { apiHandler } from '../../lambdas/runtime/api-handler.ts';
import { sqsHandler } from '../../lambdas/runtime/sqs-handler.ts';
import * as memory from '../support/memory-ports.ts';
import { MemoryQueue } from '../support/memory-queue.ts';
import { recordedTelemetry } from '../support/telemetry.ts';
import { PUBLIC_BASE_URL, TWILIO } from '../support/world.ts';
import { type Checker, createChecker } from './checker.ts';
import { frail, type Odds } from './faults.ts';
import { createNetwork, type Message } from './phone-network.ts';
import { consume } from './queues.ts';
import type { Simulation } from './simulation.ts';

const WORKERS = 3;

export function createLifeline(sim: Simulation, odds: Odds, callBack: (message: Message, status: string) => void) {
  const clock = { now: () => sim.now };
  const telemetry = recordedTelemetry();
  const pages = memory.memoryPages();
  const recipients = memory.memoryRecipients();
  const circuitRows = memory.memoryCircuits();
  const latest = new Map<string, Awaited<ReturnType<CircuitStore['get']>>>();
  const checker: Checker = createChecker(
    (id) => pages.all().find((page) => page.id === id),
    (name) => latest.get(name) ?? NEW_CIRCUIT,
  );
  const network = createNetwork(sim, callBack, (call) => checker.called(call));
  const bad = <T extends object>(port: T, latencyMs?: number) => frail(sim, odds, port, latencyMs);

  const watchedPages = {
    ...pages,
    async save(before: Parameters<typeof pages.save>[0], after: Parameters<typeof pages.save>[1]) {
      const result = await pages.save(before, after);
      if (result === 'saved' && before !== after) checker.saved(before, after, sim.now);
      return result;
    },
  };
  const watchedCircuits: CircuitStore = {
    ...circuitRows,
    async save(name, before, after) {
      const result = await circuitRows.save(name, before, after);
      if (result === 'saved') {
        latest.set(name, after);
        checker.circuitSaved(name, before, after, sim.now, sim.invocation?.id ?? 0);
      }
      return result;
    },
  };
  const frailCircuits = bad(watchedCircuits);
  const circuitStore: CircuitStore = {
    ...frailCircuits,
    save: (...args) => frailCircuits.save(...args),
    get: (...args) =>
      frailCircuits.get(...args).catch((error: unknown) => {
        checker.couldNotReadCircuit(sim.invocation?.id ?? 0);
        throw error;
      }),
  };

  const queues = {
    urgent: new MemoryQueue('urgent', clock.now),
    normal: new MemoryQueue('normal', clock.now),
    stops: new MemoryQueue('stops', clock.now),
    checks: new MemoryQueue('checks', clock.now),
  };
  const dead: unknown[] = [];
  const put = (queue: MemoryQueue, body: object, ms = 0) => {
    for (let copies = sim.chance(odds.duplicate) ? 2 : 1; copies > 0; copies--) queue.send(body, ms);
  };
  const ports = {
    pages: bad(watchedPages),
    recipients: bad(recipients),
    dedupe: bad(memory.memoryDedupe()),
    codes: bad(memory.memoryCodes(clock)),
    audit: bad(memory.memoryAudit()),
    awaited: bad(memory.memoryAwaited()),
    paces: bad(memory.memoryPaces()),
    lateReceipts: bad(memory.memoryLateReceipts()),
    queue: bad({
      send: async (message: object, priority: string, ms = 0) =>
        put(priority === 'CRITICAL' ? queues.urgent : queues.normal, message, ms),
    }),
    stops: bad({ send: async (message: object, ms: number) => put(queues.stops, message, ms) }),
    checks: bad({ schedule: async (check: object, ms: number) => put(queues.checks, check, ms) }),
    deadLetters: bad({ put: async (message: unknown) => void dead.push(message) }),
  };

  const scaled = rules();
  const stopIncident = createStopIncident(ports.pages, ports.stops);
  const optOut = { suppress: async () => undefined };
  const receiveReceipt = createReceiveReceipt({
    pages: ports.pages,
    queue: ports.queue,
    optOut,
    duplicate: () => telemetry.count('Duplicate'),
    clock,
  });
  let ids = 0;
  const dispatch = createDispatch({
    ...ports,
    stopIncident,
    reserveCode: createReserveCode(ports.codes),
    clock,
    available: new Set(['sms'] as const),
    newPageId: () =>
      `pg_${(++ids)
        .toString(26)
        .padStart(16, 'a')
        .replace(/[0-9]/g, (digit) => 'qrstuvwxyz'[Number(digit)] ?? '')}`,
  });
  const answerDeps = {
    answerPage: createAnswerPage({ pages: ports.pages, stopIncident }),
    stopIncident,
    audit: ports.audit,
    clock,
  };
  const api = apiHandler(
    {
      dispatchNotification: createDispatchHandler({ dispatch, ...telemetry }),
      acknowledgeNotification: createAnswerNotification('acknowledge', answerDeps),
      resolveIncident: createAnswerIncident('resolve', answerDeps),
      receiveTwilioSmsStatus: createTwilioSmsStatus({
        receiveReceipt,
        authTokenOf: async (sid) => (sid === TWILIO.accountSid ? TWILIO.authToken : undefined),
        publicBaseUrl: PUBLIC_BASE_URL,
      }),
    },
    telemetry,
  );

  const checks = createReceiptChecks({
    pages: ports.pages,
    receiveReceipt,
    checks: ports.checks,
    awaited: ports.awaited,
    ask: async () => undefined,
    missing: () => telemetry.count('MissingReceipt'),
    rules: scaled,
    clock,
  });
  const channel = createSmsChannel({
    providers: [network.provider('twilio'), network.provider('sns')],
    lateReceipts: ports.lateReceipts,
    receiptChecks: ports.checks,
    receiveReceipt,
    actionLink: async (page) => `${PUBLIC_BASE_URL}/actions/${page.id}`,
    optOut,
    rules: scaled,
    logger: telemetry.logger,
    count: telemetry.count,
  });
  for (let worker = 0; worker < WORKERS; worker++) {
    const circuits = createCircuits({
      store: circuitStore,
      clock,
      rules: scaled,
      random: sim.random,
      changed: () => {},
    });
    const deliver = createDeliver({ ...ports, channel, circuits, rules: scaled, clock, random: sim.random });
    const limits = createSenderLimits({ store: ports.paces, clock, pace: scaled.senderPace }, WORKERS);
    const pace = createPace({ limits, queue: ports.queue, rules: scaled }, ['twilio', 'sns']);
    for (const lane of [queues.urgent, queues.normal]) {
      const hide = bad({
        hide: async (record: { messageId: string }, ms: number) => lane.hide(Number(record.messageId), ms),
      });
      const handler = createConsume({
        deliver,
        pace,
        isUrgent: () => lane === queues.urgent,
        deadLetters: ports.deadLetters,
        hide: hide.hide,
        clock,
        logger: telemetry.logger,
      });
      consume(sim, lane, sqsHandler(handler, telemetry));
    }
  }
  consume(sim, queues.stops, sqsHandler(createStopAgain(ports.pages), telemetry));
  consume(
    sim,
    queues.checks,
    sqsHandler(({ body }) => checks.check(body), telemetry),
  );

  /** What SNS's log says, by the way it comes. */
  async function snsLog(message: Message, status: string): Promise<void> {
    const receipt: Receipt = {
      provider: 'sns',
      providerId: message.id,
      providerStatus: status,
      rank: 4,
      news: status === 'delivered' ? 'delivered' : { undelivered: laterFault(status, undefined) },
    };
    const ref = await ports.lateReceipts.received(message.id, receipt);
    const parsed = ref === undefined ? undefined : parseCallbackRef(ref);
    if (parsed) await receiveReceipt(parsed, receipt);
  }

  return { api, checker, network, pages, recipients, snsLog, dead, telemetry, queues };
}
