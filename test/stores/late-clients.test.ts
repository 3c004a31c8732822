/**
 * A store answers once what it wrote is durable: over AWS clients that settle late, no method settles before the calls
 * that it made. One file because every adapter of lambdas/stores is in its table, and a new one has to be put there.
 */
import { globSync, readFileSync } from 'node:fs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { expect, test } from 'vitest';
import type { Page } from '../../lambdas/core/page/page.ts';
import type { Recipient } from '../../lambdas/core/recipient/recipient.ts';
import { createActionKeys } from '../../lambdas/stores/action-keys.ts';
import { createAlertWindows } from '../../lambdas/stores/alert-windows.ts';
import { createAuditLog } from '../../lambdas/stores/audit.ts';
import { createAwaitedReceipts } from '../../lambdas/stores/awaited-receipts.ts';
import { createCapStore } from '../../lambdas/stores/caps.ts';
import { createCircuitStore } from '../../lambdas/stores/circuits.ts';
import { createCodeStore } from '../../lambdas/stores/codes.ts';
import { createDeadLetterQueue } from '../../lambdas/stores/dead-letter-queue.ts';
import { createDedupeStore } from '../../lambdas/stores/dedupe.ts';
import { createEscalations } from '../../lambdas/stores/escalations.ts';
import { createEvents } from '../../lambdas/stores/events.ts';
import { createGroupStore } from '../../lambdas/stores/groups.ts';
import { createHealthStore } from '../../lambdas/stores/health.ts';
import { createHoldStore } from '../../lambdas/stores/holds.ts';
import { createInboundTexts } from '../../lambdas/stores/inbound-texts.ts';
import { createLateReceipts } from '../../lambdas/stores/late-receipts.ts';
import { createPhoneLocks, createRunLeases } from '../../lambdas/stores/leases.ts';
import { createOperationsTopic } from '../../lambdas/stores/operations-topic.ts';
import { createOptOutStore } from '../../lambdas/stores/opt-outs.ts';
import { createPageStore } from '../../lambdas/stores/pages.ts';
import { createProviderSecret } from '../../lambdas/stores/provider-secret.ts';
import * as queues from '../../lambdas/stores/queues.ts';
import { createRateLimitStore } from '../../lambdas/stores/rate-limits.ts';
import { createRecipientStore } from '../../lambdas/stores/recipients.ts';
import { createRedriveStore } from '../../lambdas/stores/redrives.ts';
import { createReleases } from '../../lambdas/stores/releases.ts';
import { createReleaseSchedules } from '../../lambdas/stores/schedules.ts';
import { createTaskTokens } from '../../lambdas/stores/task-tokens.ts';
import { createTeamPosts } from '../../lambdas/stores/team-posts.ts';
import { createVerificationStore } from '../../lambdas/stores/verifications.ts';
import { createWebhookQueue } from '../../lambdas/stores/webhook-queue.ts';
import { createWindowStore } from '../../lambdas/stores/windows.ts';
import { LATE, takeFloating } from '../support/late-ports.ts';
import { somePage, T0 } from '../support/pages.ts';

const clock = { now: () => T0 };
/** Written in two ways, so that there are keys of older versions. */
const PHONE = '+525562000000';
const page = somePage({ incident: { ...somePage().incident, description: 'x'.repeat(300) } });
const acknowledged: Page = { ...page, rev: 2, acknowledged: { at: T0, by: 'Alice', via: 'api' } };
const alice: Recipient = {
  id: 'usr_alice',
  name: 'Alice',
  phone: PHONE,
  phoneVerified: true,
  slackUserId: 'U1',
  smsSuppressed: false,
  preferences: [],
  version: 2,
  updatedAt: T0,
};
const moved = { ...alice, phone: '+14155550199', version: 1 };
const deadLetter = { id: 'l', handle: 'h', sentAt: T0, reason: { code: 'x', class: 'our_bug', message: 'x' } } as const;
const check = { ref: 'r', provider: 'twilio', providerId: 'p', step: 'ask' } as const;
const receipt = { provider: 'sns', providerId: 'p', providerStatus: 'SUCCESS', rank: 1, news: 'delivered' } as const;
const cap = { key: 'k', from: T0, until: T0 + 1, max: 1, scope: 'number' } as const;
const group = { recipientId: 'usr_alice', group: 'live' };
const secret = JSON.stringify({ twilio: { accountSid: 'AC1', authToken: 't', phoneNumber: PHONE } });
/** A group that has so many old members that they are forgotten. */
const oldMembers = Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`pg_${n}`, String(T0 - 7_200_000)]));

interface Client {
  send(command: object): Promise<object>;
}
// biome-ignore lint/suspicious/noExplicitAny: of each adapter one method is called by its name, whatever it takes
type Adapter = (client: any) => any;
/** The adapter, and the arguments that each of its methods is called with. */
const ADAPTERS: Record<string, [Adapter, Record<string, unknown[]>]> = {
  createActionKeys: [(c) => ({ read: createActionKeys(c, 'id', clock) }), { read: [] }],
  createProviderSecret: [(c) => ({ read: createProviderSecret(c, 'id', clock) }), { read: [] }],
  createAlertWindows: [
    (c) => createAlertWindows(c, 't'),
    { get: [{ kind: 'FAILED', cause: 'x' }], save: [{ kind: 'FAILED', cause: 'x' }, undefined, { until: T0 }] },
  ],
  createAuditLog: [
    (c) => createAuditLog(c, 't'),
    {
      record: [{ at: T0, resource: 'page/p', action: 'notification.failed', actor: 'a' }],
      list: [{ since: T0 - 1, until: T0, limit: 1 }],
    },
  ],
  createAwaitedReceipts: [(c) => createAwaitedReceipts(c, 't'), { add: [check, T0], list: [], remove: ['r'] }],
  createPhoneLocks: [(c) => createPhoneLocks(c, 't'), { take: [PHONE, 'h', T0, T0], free: [PHONE, 'h'] }],
  createRunLeases: [(c) => createRunLeases(c, 't'), { take: ['sweep', 'h', T0, T0], free: ['sweep', 'h'] }],
  createCapStore: [(c) => createCapStore(c, 't'), { take: [cap], giveBack: [cap] }],
  createCircuitStore: [
    (c) => createCircuitStore(c, 't'),
    { get: ['twilio/sms'], save: ['twilio/sms', { version: 0 }, { version: 1 }], list: [] },
  ],
  createCodeStore: [(c) => createCodeStore(c, 't', clock), { reserve: [PHONE, '7K3', 'p', T0], ofPhone: [PHONE] }],
  createDeadLetterQueue: [
    (c) => createDeadLetterQueue(c, { sms: 'u' }),
    { depth: ['sms'], receive: ['sms', 1, 1], release: ['sms', [deadLetter]], remove: ['sms', deadLetter] },
  ],
  createDedupeStore: [
    (c) => createDedupeStore(c, 't', clock),
    { claim: ['k', 'p'], replace: ['k', 'p', { pageId: 'q', over: ['r'] }], settle: ['k', 'p'] },
  ],
  createEscalations: [(c) => createEscalations(c, 'm'), { start: [page], wake: ['token'] }],
  createEvents: [(c) => createEvents(c, 'bus'), { put: [[{ type: 't', at: new Date(T0).toISOString() }]] }],
  createGroupStore: [
    (c) => createGroupStore(c, 't'),
    {
      join: [group, [{ pageId: 'pg_a', at: T0, interruptive: [] }]],
      members: [group],
      slot: [group, 'sms'],
      take: [group, 'sms', undefined, { carrier: 'p', round: 1, at: T0, listed: [] }],
      list: ['p', ['q'], T0],
      listed: ['p'],
    },
  ],
  createHealthStore: [(c) => createHealthStore(c, 't'), { read: [], write: [{ at: T0 }] }],
  createHoldStore: [
    (c) => createHoldStore(c, 't'),
    {
      put: [{ recipientId: 'r', pageId: 'p', until: T0 }],
      remove: [{ recipientId: 'r', pageId: 'p' }],
      ofRecipient: ['r'],
      list: [],
    },
  ],
  createInboundTexts: [
    (c) => createInboundTexts(c, 't', clock),
    {
      begin: ['m', T0, T0],
      finish: ['m', 'reply', true],
      claim: ['m', T0, T0],
      progress: ['m'],
      mayHelp: [PHONE, 'm', T0],
      mayReply: [PHONE, T0, 1],
    },
  ],
  createLateReceipts: [(c) => createLateReceipts(c, 't', clock), { sent: ['m', 'ref'], received: ['m', receipt] }],
  createOperationsTopic: [(c) => createOperationsTopic(() => c, 'arn'), { publish: [{ subject: 's', text: 't' }] }],
  createOptOutStore: [
    (c) => createOptOutStore(c, 't'),
    {
      has: [PHONE],
      get: [PHONE],
      add: [PHONE, { at: T0, from: 'person', code: 'STOP' }],
      remove: [PHONE],
      start: [PHONE, T0],
      startedAt: [PHONE],
      begin: [PHONE, 'suppressed', T0],
      untold: [PHONE],
      finish: [PHONE, T0],
    },
  ],
  createRateLimitStore: [
    (c) => createRateLimitStore(c, 't'),
    { get: ['twilio/sms'], save: ['twilio/sms', { version: 0 }, { nextAt: T0, version: 1 }] },
  ],
  createPageStore: [
    (c) => createPageStore(c, 't'),
    {
      create: [page],
      get: [page.id],
      getWithDescription: [page.id],
      getMany: [[page.id]],
      save: [page, acknowledged],
      ofIncident: ['INC-1'],
      list: [{ by: 'time', since: T0 - 1, until: T0, limit: 1 }],
    },
  ],
  createDeliveryQueue: [
    (c) => queues.createDeliveryQueue(c, { sms: { urgent: 'u', normal: 'n' } }),
    { send: [{ channel: 'sms' }, 'CRITICAL'] },
  ],
  createEscalationChecks: [(c) => queues.createEscalationChecks(c, 'u'), { send: [{}, 0] }],
  createAlertQueue: [(c) => queues.createAlertQueue(c, 'u'), { send: [{}] }],
  createOperationsAlerts: [(c) => queues.createOperationsAlerts(c, 'u'), { raise: [{}] }],
  createDeadLetters: [(c) => queues.createDeadLetters(c, 'u'), { put: [{}, deadLetter.reason] }],
  createUnreadable: [(c) => ({ put: queues.createUnreadable(c, 'u') }), { put: ['body'] }],
  createAnswerQueue: [(c) => queues.createAnswerQueue(c, 'u'), { send: [{}, 0] }],
  createReceiptCheckQueue: [(c) => queues.createReceiptCheckQueue(c, 'u'), { schedule: [check, 0] }],
  createInboundQueue: [(c) => ({ order: queues.createInboundQueue(c, 'u') }), { order: [{}] }],
  createRedriveQueue: [(c) => queues.createRedriveQueue(c, 'u'), { send: [{}, 0] }],
  createWakeUp: [(c) => ({ wake: queues.createWakeUp(c, 'u') }), { wake: [0] }],
  hideFor: [(c) => ({ hide: (ms: number) => queues.hideFor(c, 'u', 'h', ms) }), { hide: [1] }],
  queueDepth: [(c) => ({ depth: () => queues.queueDepth(c, 'u') }), { depth: [] }],
  createRecipientStore: [
    (c) => createRecipientStore(c, 't'),
    {
      get: ['usr_alice'],
      put: [alice, 1],
      delete: ['usr_alice', 2],
      list: [1],
      byPhone: [PHONE],
      bySlackUser: ['U1'],
    },
  ],
  createRedriveStore: [
    (c) => createRedriveStore(c, 't'),
    {
      create: [{ id: 'r', startedAt: T0 }],
      get: ['r'],
      add: ['r', []],
      finish: [{ id: 'r', failed: 0 }, T0],
    },
  ],
  createReleases: [(c) => createReleases(c, 'u'), { send: [{ all: true }] }],
  createReleaseSchedules: [
    (c) => createReleaseSchedules(c, { queueArn: 'q', roleArn: 'r' }),
    { comeBack: ['usr_alice', T0, T0] },
  ],
  createTeamPosts: [
    (c) => createTeamPosts(c, 't'),
    { claim: ['INC-1', 'C1', 2, T0], sent: ['INC-1', 'C1', 'p'], ofIncident: ['INC-1'] },
  ],
  createVerificationStore: [
    (c) => createVerificationStore(c, 't', clock),
    { get: ['usr_alice'], save: ['usr_alice', { version: 0 }, { version: 1 }] },
  ],
  createTaskTokens: [(c) => createTaskTokens(c, 't'), { put: ['p', 'token', T0], get: ['p'] }],
  createWebhookQueue: [
    (c) => createWebhookQueue(c, { WEBHOOK_QUEUE_URL: 'u', WEBHOOK_DEAD_LETTERS_URL: 'd', TIME_SCALE: 1 }),
    { again: [{}, 0], giveUp: [{}, 'why'] },
  ],
  createWindowStore: [
    (c) => createWindowStore(c, 't'),
    { get: ['w'], put: [{ id: 'w', endsAt: T0 }, 0], delete: ['w', 1], list: [] },
  ],
};

/** AWS as far as the methods need an answer to go on. */
const answerTo = (command: object): object => {
  switch (command.constructor.name) {
    case 'GetSecretValueCommand':
      return { SecretString: secret };
    case 'UpdateCommand':
      return { Attributes: { ...oldMembers } };
    // The execution of the round is over, so one with the page's version has to be started.
    case 'StartExecutionCommand':
      if ((command as { input: { name: string } }).input.name !== `${page.id}-1`) return {};
      throw Object.assign(new Error('closed'), { name: 'ExecutionAlreadyExists' });
    // What was there before had another phone, whose pointer has to go.
    case 'PutCommand':
    case 'DeleteCommand':
      return { Attributes: { ...moved, pk: 'p', sk: moved.id } };
    default:
      return {};
  }
};

const CALLS = Object.entries(ADAPTERS).flatMap(([name, [adapter, methods]]) =>
  Object.entries(methods).map(([method, args]) => ({ name, method, adapter, args })),
);

test.each(CALLS)(
  '$name: $method settles after every call to AWS that it made',
  async ({ name, method, adapter, args }) => {
    let sent = 0;
    // The paginators of the SDK take no other client.
    const client: Client = Object.assign(Object.create(DynamoDBDocumentClient.prototype), {
      async send(command: object) {
        sent += 1;
        return answerTo(command);
      },
    });
    const store = adapter(LATE.port('client', client));
    await LATE.handler(`${name}.${method}`, async () => store[method](...args))();
    expect(takeFloating()).toEqual([]);
    expect(sent).toBeGreaterThan(0);
  },
);

test('every adapter of lambdas/stores is in the table, with all its methods', () => {
  const exported = globSync('lambdas/stores/*.ts').flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/^export (?:async )?(?:function|const) (create\w+)/gm)].map(
      ([, one]) => one,
    ),
  );
  const parts = ['createPageQueries'];
  expect(exported.filter((one) => !parts.includes(one ?? '') && !(one && one in ADAPTERS))).toEqual([]);
  for (const [adapter, methods] of Object.values(ADAPTERS)) {
    expect(Object.keys(adapter({})).sort()).toEqual(Object.keys(methods).sort());
  }
});
