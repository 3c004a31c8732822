/** The composition that ships over frail ports, with several environments of each worker. */
import { type AppPorts, createApp } from '../../lambdas/composition/app.ts';
import type { ProviderPorts } from '../../lambdas/composition/ports.ts';
import { NEW_CIRCUIT } from '../../lambdas/core/circuit/circuit.ts';
import type { CircuitStore } from '../../lambdas/core/circuit/ports.ts';
import { parseCallbackRef } from '../../lambdas/core/page/callback-ref.ts';
import { CHANNELS } from '../../lambdas/core/page/page.ts';
import type { Receipt } from '../../lambdas/core/receipts/ports.ts';
import { apiHandler } from '../../lambdas/http/api-handler.ts';
import { laterFault } from '../../lambdas/providers/sms/twilio-codes.ts';
import { type RecordHandler, sqsHandler } from '../../lambdas/runtime/sqs-handler.ts';
import { memoryPages } from '../support/memory-ports.ts';
import type { MemoryQueue } from '../support/memory-queue.ts';
import { recordedTelemetry } from '../support/telemetry.ts';
import { healthPorts } from '../support/world/health.ts';
import { escalationMachine } from '../support/world/machine.ts';
import { memoryPorts } from '../support/world/ports.ts';
import { settingsOf } from '../support/world/settings.ts';
import { type Checker, createChecker } from './checker.ts';
import { frail, type Odds } from './faults.ts';
import { createNetwork, type Message } from './network.ts';
import { consume } from './queues.ts';
import type { Simulation } from './simulation.ts';
import { runSweeps, scheduling } from './suppression.ts';
import { watching } from './watched.ts';

const WORKERS = 3;
/** Ports that no bad line leads to: what is watched is behind one already, and the rest is the network's own affair. */
const SOUND: ReadonlySet<string> = new Set(['pages', 'circuits', 'optOuts', 'timer']);

/** What a run is about: plain ones have no holds, shared messages and opt-outs, and so the luck of the runs before these. */
export interface Story {
  plain: boolean;
  /** Carriers and phones do what docs/simulators.md says of them. */
  carriers: boolean;
  /** Pages to one person on one interruptive channel in an hour. */
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
  const telemetry = recordedTelemetry();
  const pages = memoryPages();
  const latest = new Map<string, Awaited<ReturnType<CircuitStore['get']>>>();
  const checker: Checker = createChecker(
    (id) => pages.peek(id),
    (name) => latest.get(name) ?? NEW_CIRCUIT,
    {
      windows: () => memory.rows.windows.peek(),
      listed: (id) => memory.rows.groups.peek(id),
      quietUntil: story.quietUntil,
    },
  );
  const network = createNetwork(sim, callBack, (call) => checker.called(call), story);
  const bad = <T extends object>(port: T) => frail(sim, odds, port);
  const put = (queue: MemoryQueue, body: object, ms: number) => {
    for (let copies = sim.chance(odds.duplicate) ? 2 : 1; copies > 0; copies--) queue.send(body, ms);
  };
  const machine = escalationMachine({ clock, random: sim.random, escalate: (event) => invoke(event) });
  let ids = 0;
  const memory = memoryPorts({
    clock,
    random: sim.random,
    telemetry,
    machine,
    put,
    surroundings: { port: (name, port) => (SOUND.has(name) ? port : bad(port)) },
    channels: CHANNELS,
    stores: watching(sim, bad, { pages, checker, latest }),
    sharesMessages: !story.plain,
    wrapPages: (port) => port,
    wrapQueue: (send) => send,
    later: scheduling(sim),
    pause: (ms) => sim.pause(ms),
    newPageId: () =>
      `pg_${(++ids)
        .toString(26)
        .padStart(16, 'a')
        .replace(/[0-9]/g, (digit) => 'qrstuvwxyz'[Number(digit)] ?? '')}`,
  });
  const { queues, lanes, rows } = memory;
  const providers = network.providers as unknown as ProviderPorts;
  const { hangUp } = network.providers.voice[0] as unknown as { hangUp: AppPorts['hangUp'] };
  const ports: AppPorts = {
    ...memory.ports,
    ...providers,
    slack: network.providers.slack[0] as unknown as ProviderPorts['slack'],
    hangUp,
    redirect: async () => undefined,
    ask: async () => undefined,
    list: async () => ({ texts: [] }),
    reply: async () => ({ outcome: 'accepted', providerId: 'SM-reply', providerStatus: 'queued' }),
    respond: async () => true,
    endpoints: { look: async () => 'gone', tryAgain: async () => undefined },
    ...healthPorts({ port: (_, port) => port }).ports,
  };
  const hourlyCap = story.plain ? {} : { hourlyCap: story.hourlyCap };
  const app = createApp(ports, settingsOf(CHANNELS, { ...hourlyCap, environments: WORKERS }));

  /** A task of the machine is an invocation like any other; one that dies is an error to the machine. */
  function invoke(event: unknown): Promise<object> {
    return new Promise((resolve, reject) => {
      sim.spawn('escalate', async (invocation) => {
        const result = await app.escalate(event).catch((error: Error) => error);
        if (result instanceof Error || invocation.dead) reject(result instanceof Error ? result : new Error('died'));
        else resolve(result);
      });
    });
  }
  sim.add({ nextAt: () => machine.engine.nextDue(), start: () => void machine.engine.runDue() });

  const take = (queue: MemoryQueue, entry: string, handle: RecordHandler) =>
    consume(sim, queue, entry, sqsHandler(handle, telemetry));
  for (const channel of CHANNELS) {
    for (let worker = 0; worker < WORKERS; worker++) {
      const handle = app.worker(channel);
      const { urgent, normal } = lanes[channel] ?? {};
      for (const lane of [urgent, normal]) if (lane) take(lane, `delivery/${channel}-worker`, handle);
    }
  }
  take(queues.answers, 'replies/propagate-answer', app.queues['replies/propagate-answer']);
  take(queues.checks, 'receipts/receipt-check', app.queues['receipts/receipt-check']);
  take(queues.escalationChecks, 'escalation/escalation-check', app.queues['escalation/escalation-check']);
  if (!story.plain) {
    take(queues.releases, 'suppression/release', app.queues['suppression/release']);
    take(queues.alerts, 'alerts/alerts', app.queues['alerts/alerts']);
    runSweeps(sim, rows.holds, app.schedules.releaseSweep);
  }

  /** What SNS's log says, by the way it comes. */
  async function snsLog(message: Message, status: string): Promise<void> {
    const receipt = receiptOf(message, status);
    const ref = await ports.lateReceipts.received(message.id, receipt);
    const parsed = ref === undefined ? undefined : parseCallbackRef(ref);
    if (parsed) await app.receiveReceipt(parsed, receipt);
  }

  async function emailEvent(message: Message, status: string): Promise<void> {
    const parsed = parseCallbackRef(message.ref);
    if (parsed) await app.receiveReceipt(parsed, receiptOf(message, status));
  }

  return {
    api: apiHandler(app.routes, telemetry),
    checker,
    network,
    pages,
    // As they are, for who looks at them from outside.
    recipients: rows.recipients,
    optOuts: ports.optOuts,
    snsLog,
    emailEvent,
    dead: memory.dead,
    telemetry,
    queues,
    lanes,
    machine,
    alerts: memory.alerts,
    sweepContacts: app.schedules.contactSweep,
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
