/** Everything that Lifeline needs of the world, in memory: one file because it is the list of all ports. */
import type { SQSRecord } from 'aws-lambda';
import type { LanePorts } from '../../../lambdas/composition/delivery.ts';
import type { Ports } from '../../../lambdas/composition/ports.ts';
import type { AlertMessage } from '../../../lambdas/core/alerts/ports.ts';
import type { Clock } from '../../../lambdas/core/clock.ts';
import type { RedriveWork } from '../../../lambdas/core/dead-letters/ports.ts';
import { randomPageId } from '../../../lambdas/core/page/ids.ts';
import type { Channel } from '../../../lambdas/core/page/page.ts';
import type { DeliveryMessage, PageStore } from '../../../lambdas/core/page/ports.ts';
import type { GroupStore } from '../../../lambdas/core/suppression/groups.ts';
import type { ReleaseMessage } from '../../../lambdas/core/suppression/ports.ts';
import { createEscalations } from '../../../lambdas/stores/escalations.ts';
import { publishingCircuits } from '../../../lambdas/stores/published-circuits.ts';
import { publishingPages } from '../../../lambdas/stores/published-pages.ts';
import type { Surroundings } from '../late-ports.ts';
import { memoryInboundTexts, memoryOptOuts } from '../memory-answers.ts';
import { memoryDeadLetters, memoryRedrives } from '../memory-dead-letters.ts';
import {
  memoryAlerts,
  memoryAlertWindows,
  memoryPhoneLocks,
  memoryTaskTokens,
  memoryTeamPosts,
} from '../memory-escalation.ts';
import * as memory from '../memory-ports.ts';
import { MemoryQueue } from '../memory-queue.ts';
import { memoryGroups, memoryHolds, memoryWindows } from '../memory-suppression.ts';
import type { recordedTelemetry } from '../telemetry.ts';
import { laneOf, memoryLanes } from './lanes.ts';
import { type escalationMachine, MACHINE } from './machine.ts';
import { authTokenOf, SLACK_SIGNING_SECRET, TWILIO } from './names.ts';
import { arnOf } from './sqs.ts';

/** What a run may bring of its own instead of what lies in memory. */
export type Stores = Partial<
  Pick<
    Ports,
    | 'pages'
    | 'recipients'
    | 'dedupe'
    | 'codes'
    | 'circuits'
    | 'verifications'
    | 'caps'
    | 'awaited'
    | 'lateReceipts'
    | 'rateLimits'
    | 'taskTokens'
    | 'phoneLocks'
    | 'posts'
    | 'optOuts'
  >
>;

interface Options {
  clock: Clock;
  random: () => number;
  telemetry: ReturnType<typeof recordedTelemetry>;
  surroundings: Pick<Surroundings, 'port'>;
  channels: readonly Channel[];
  machine: ReturnType<typeof escalationMachine>;
  stores: Stores;
  /** Pages share messages and may be held; without it no page meets another one. */
  sharesMessages: boolean;
  /** Wraps the page store, which tells its changes, for faults. */
  wrapPages: (pages: PageStore) => PageStore;
  /** How a message gets into a queue. */
  put: (queue: MemoryQueue, body: object, delayMs: number) => void;
  /** Wraps every send to a lane or of a look, for faults. */
  wrapQueue: <A extends unknown[], R>(send: (...args: A) => Promise<R>) => (...args: A) => Promise<R>;
  /** Runs something at the time of a schedule. */
  later: (ms: number, run: () => Promise<unknown>) => void;
  newPageId?: () => string;
  pause: (ms: number) => Promise<unknown>;
}

/** Groups of pages that never meet: every page goes out by itself. */
export const NO_GROUPS: GroupStore = {
  join: async () => [],
  members: async () => [],
  slot: async () => undefined,
  take: async () => true,
  list: async () => undefined,
  listed: async () => [],
};

export type MemoryPorts = ReturnType<typeof memoryPorts>;

export function memoryPorts(options: Options) {
  const { clock, random, telemetry, stores, put, wrapQueue } = options;
  const { port } = options.surroundings;
  const newQueue = (name: string) => new MemoryQueue(name, clock.now);
  const lanes = memoryLanes(options.channels, clock);
  const queues = {
    answers: newQueue('stops'),
    checks: newQueue('checks'),
    escalationChecks: newQueue('escalationChecks'),
    alerts: newQueue('alerts'),
    releases: newQueue('releases'),
    inbox: newQueue('inbound-texts'),
    sesEvents: newQueue('ses-events'),
    snsFailures: newQueue('sns-log'),
    redrives: newQueue('redrives'),
  };
  const rows = {
    pages: memory.memoryPages(),
    recipients: memory.memoryRecipients(),
    optOuts: memoryOptOuts(),
    windows: memoryWindows(),
    holds: memoryHolds(),
    groups: memoryGroups(),
    letters: memoryDeadLetters(clock),
  };
  const dead: { message: unknown; reason: { code: string } }[] = [];
  /** What the topic of operations got. */
  const told: { at: number; subject: string; text: string }[] = [];
  /** What links are signed with; a test may rotate it. */
  const rotation: { current: string; previous?: string } = { current: 'key-of-tests' };
  const out = { events: port('events', { put: async () => {} }), clock, lost: () => telemetry.count('EventLost') };
  const alerts = port(
    'alerts',
    memoryAlerts(clock, (alert) => put(queues.alerts, alert, 0)),
  );
  const windows = port('windows', rows.windows);
  const pages = publishingPages(port('pages', stores.pages ?? rows.pages), out);
  const everyLane = new Map(
    Object.values(lanes)
      .flatMap(({ urgent, normal }) => [urgent, normal])
      .map((lane) => [arnOf(lane.name), lane]),
  );

  const ports = {
    clock,
    random,
    logger: telemetry.logger,
    count: telemetry.count,
    pages: options.wrapPages(pages),
    recipients: port('recipients', stores.recipients ?? rows.recipients),
    dedupe: port('dedupe', stores.dedupe ?? memory.memoryDedupe()),
    codes: port('codes', stores.codes ?? memory.memoryCodes(clock)),
    audit: port('audit', memory.memoryAudit()),
    circuits: publishingCircuits(port('circuits', stores.circuits ?? memory.memoryCircuits()), out),
    groups: options.sharesMessages ? port('groups', rows.groups) : NO_GROUPS,
    holds: port('holds', rows.holds),
    windows,
    knownWindows: () => (options.sharesMessages ? windows.list() : rows.windows.list()),
    optOuts: port('optOuts', stores.optOuts ?? rows.optOuts),
    inbound: port('inbound', memoryInboundTexts(clock)),
    rateLimits: port('paces', stores.rateLimits ?? memory.memoryRateLimits()),
    phoneLocks: port('lines', stores.phoneLocks ?? memoryPhoneLocks()),
    awaited: port('awaited', stores.awaited ?? memory.memoryAwaited()),
    lateReceipts: port('lateReceipts', stores.lateReceipts ?? memory.memoryLateReceipts()),
    posts: port('posts', stores.posts ?? memoryTeamPosts()),
    taskTokens: port('watches', stores.taskTokens ?? memoryTaskTokens()),
    verifications: port('verifications', stores.verifications ?? memory.memoryVerifications()),
    caps: port('caps', stores.caps ?? memory.memoryCaps()),
    alertWindows: port('alertWindows', memoryAlertWindows()),
    health: port('health', memory.memoryHealth()),
    redrives: memoryRedrives(),

    queue: port('queue', {
      send: wrapQueue(async (message: DeliveryMessage, priority: string, ms = 0) => {
        const lane = laneOf(lanes, message.channel, priority);
        // What waits and asks again would double and double: SQS delivers hardly anything twice, and this much never.
        if (message.paced) lane.send(message, ms);
        else put(lane, message, ms);
      }),
    }),
    escalationChecks: port('escalationChecks', {
      send: wrapQueue(async (message: object, ms: number) => put(queues.escalationChecks, message, ms)),
    }),
    answerQueue: port('stops', { send: async (message: object, ms: number) => put(queues.answers, message, ms) }),
    receiptChecks: port('receiptChecks', {
      schedule: async (check: object, ms: number) => put(queues.checks, check, ms),
    }),
    alerts,
    alertQueue: port('alertQueue', { send: async (message: AlertMessage, ms = 0) => put(queues.alerts, message, ms) }),
    releases: port('releases', {
      send: async (message: ReleaseMessage, delayMs: number) => put(queues.releases, message, delayMs),
    }),
    schedules: port('schedules', {
      // Sent by the scheduler then, not by us.
      comeBack: async (recipientId: string, at: number, now: number) =>
        options.later(at - now, async () => queues.releases.send({ recipientId })),
    }),
    orderInbound: port('inboundQueue', { order: async (work: object) => put(queues.inbox, work, 0) }).order,
    redriveQueue: { send: async (work: RedriveWork, ms: number) => queues.redrives.send(work, ms) },
    deadLetterQueue: rows.letters,
    deadLetters: port('deadLetters', {
      put: async (message: unknown, reason: { code: string }) => void dead.push({ message, reason }),
    }),

    keys: async () => rotation,
    authTokenOf,
    signingSecret: async () => SLACK_SIGNING_SECRET,
    sendGridKey: async () => undefined,
    ourNumber: async () => TWILIO.phoneNumber,
    newPageId: options.newPageId ?? randomPageId,
    pause: port('timer', { pause: options.pause }).pause,
    escalations: createEscalations(port('states', options.machine.client), MACHINE),
    topic: port('topic', {
      publish: async ({ subject, text }: { subject: string; text: string }) =>
        void told.push({ at: clock.now(), subject, text }),
    }),
    isUrgent: ({ eventSourceARN }: SQSRecord) => everyLane.get(eventSourceARN)?.name.endsWith('-urgent') === true,
    hide: port('lane', {
      hide: async ({ eventSourceARN, messageId }: SQSRecord, ms: number) =>
        everyLane.get(eventSourceARN)?.hide(Number(messageId), ms),
    }).hide,
  } satisfies Omit<Ports, 'email' | 'sms' | 'slack' | 'teams' | 'push' | 'voice'> & LanePorts;

  return { ports, lanes, queues, rows, dead, told, rotation, alerts };
}
