/**
 * Everything that Lifeline needs of the world, by name: one file because it is the list. Each composition takes those that
 * it needs; `aws/` makes them from an environment, tests make them in memory. Nothing in here is optional: a world without
 * a feature says so by a part that does nothing.
 */
import type { AlertQueue, AlertWindows, OperationsAlerts, OperationsTopic } from '../core/alerts/ports.ts';
import type { AuditLog, AuditReader } from '../core/audit/ports.ts';
import type { CircuitStore } from '../core/circuit/ports.ts';
import type { Clock } from '../core/clock.ts';
import type { WordingOverrides } from '../core/content/wording.ts';
import type { DeadLetterQueue, DeadLetters, RedriveQueue, RedriveStore } from '../core/dead-letters/ports.ts';
import type { EscalationChecks, Escalations, TaskTokens } from '../core/escalation/ports.ts';
import type { HealthStore } from '../core/health/ports.ts';
import type { OptOutStore } from '../core/opt-out/ports.ts';
import type { Channel } from '../core/page/page.ts';
import type { CodeStore, DedupeStore, DeliveryQueue, PageStore, TeamPosts } from '../core/page/ports.ts';
import type {
  EmailProvider,
  PushProvider,
  SlackProvider,
  SmsProvider,
  TeamsProvider,
  VoiceProvider,
} from '../core/providers/ports.ts';
import type { PhoneLocks, RateLimitStore } from '../core/rate-limit/ports.ts';
import type { AwaitedReceipts, LateReceipts, ReceiptChecks } from '../core/receipts/ports.ts';
import type { RecipientStore } from '../core/recipient/ports.ts';
import type { ActionKeys, AnswerQueue, InboundTexts } from '../core/replies/ports.ts';
import type { Rules } from '../core/rules.ts';
import type { DeclaredTwoWay } from '../core/sms/way-back.ts';
import type { GroupStore } from '../core/suppression/groups.ts';
import type { HoldStore, ReleaseSchedules, Releases, WindowStore } from '../core/suppression/ports.ts';
import type { MaintenanceWindow } from '../core/suppression/window.ts';
import type { CapStore, VerificationStore } from '../core/verification/ports.ts';
import type { Log } from '../runtime/logger.ts';
import type { Count } from '../runtime/metrics.ts';

/** What every function has, whatever it does. */
export interface Run {
  clock: Clock;
  /** In [0, 1), for jitter. */
  random: () => number;
  logger: Log;
  count: Count;
}

/** What lies in the table (ADR 1). */
export interface TablePorts {
  /** Tells every change of status as an event, whoever writes it (docs/events.md). */
  pages: PageStore;
  recipients: RecipientStore;
  dedupe: DedupeStore;
  codes: CodeStore;
  audit: AuditLog & AuditReader;
  /** Tells every change of a circuit as an event. */
  circuits: CircuitStore;
  groups: GroupStore;
  holds: HoldStore;
  windows: WindowStore;
  /** Maintenance windows as a process knows them; may be some seconds old. */
  knownWindows: () => Promise<readonly MaintenanceWindow[]>;
  optOuts: OptOutStore;
  inbound: InboundTexts;
  rateLimits: RateLimitStore;
  phoneLocks: PhoneLocks;
  awaited: AwaitedReceipts;
  lateReceipts: LateReceipts;
  posts: TeamPosts;
  taskTokens: TaskTokens;
  verifications: VerificationStore;
  caps: CapStore;
  alertWindows: AlertWindows;
  health: HealthStore;
  redrives: RedriveStore;
}

/** What is sent to a queue, and what waits in one. */
export interface QueuePorts {
  queue: DeliveryQueue;
  deadLetters: DeadLetters;
  escalationChecks: EscalationChecks;
  answerQueue: AnswerQueue;
  receiptChecks: ReceiptChecks;
  alerts: OperationsAlerts;
  alertQueue: AlertQueue;
  releases: Releases;
  schedules: ReleaseSchedules;
  /** Orders a listing of texts that came in, or the answer to one. */
  orderInbound: (work: object) => Promise<void>;
  redriveQueue: RedriveQueue;
  deadLetterQueue: DeadLetterQueue;
}

/** What sends, one list for each channel, in the order in which they are tried. */
export interface ProviderPorts {
  email: readonly EmailProvider[];
  sms: readonly SmsProvider[];
  slack: SlackProvider;
  teams: readonly TeamsProvider[];
  push: readonly PushProvider[];
  voice: readonly VoiceProvider[];
}

/** What proves who sent a webhook. */
export interface SecretPorts {
  /** Signs action links and the values of buttons. */
  keys: ActionKeys;
  /** The token that webhooks of this Twilio account are signed with; undefined for a foreign account. */
  authTokenOf: (accountSid: string) => Promise<string | undefined>;
  /** Of the Slack app; undefined where this deployment has none. */
  signingSecret: () => Promise<string | undefined>;
  /** Verifies SendGrid's events; undefined where this deployment has none. */
  sendGridKey: () => Promise<string | undefined>;
  /** The number that takes texts and calls, E.164. */
  ourNumber: () => Promise<string>;
}

export interface Ports extends Run, TablePorts, QueuePorts, ProviderPorts, SecretPorts {
  /** Ids of pages without an idempotency key. */
  newPageId: () => string;
  /** Lets time pass while a worker waits, ms. */
  pause: (ms: number) => Promise<unknown>;
  /** The machines that wait for pages. */
  escalations: Escalations;
  /** Where operations reads without Lifeline's own channels. */
  topic: OperationsTopic;
}

/** What a deployment has chosen. */
export interface Settings {
  /** Numbers of the delivery rules, in the time of the run. */
  rules: Rules;
  /** The channels that there are. */
  available: ReadonlySet<Channel>;
  /** The deployment's own words, by language. */
  overrides: WordingOverrides;
  /** What links and signed webhooks begin with; without a trailing slash. */
  publicBaseUrl: string;
  /** How many pages to one person may begin on one interruptive channel in an hour. */
  hourlyCap: number;
  /** Calling codes that replies come back from, beside those of the sender's own. */
  twoWay: DeclaredTwoWay;
  /** Limit of one sender, in the time of the run: ms between two messages, and how many may go out at once. */
  senderLimit: { interval: number; burst: number };
  /** How many environments share a sender's limit. */
  environments: number;
  /** Who is paged about pages that reached nobody. */
  operationsRecipients: readonly string[];
  /** 1 in AWS; more where the waits of a local run are divided by it. */
  timeScale: number;
}
