import { answering } from '../../lambdas/composition/answering.ts';
import { dispatching } from '../../lambdas/composition/dispatching.ts';
import { releasing } from '../../lambdas/composition/suppression.ts';
import { randomPageId } from '../../lambdas/core/page/ids.ts';
import type { Incident } from '../../lambdas/core/page/page.ts';
import type { DeliveryMessage, PageStore } from '../../lambdas/core/page/ports.ts';
import type { Recipient } from '../../lambdas/core/recipient/recipient.ts';
import { rules as rulesOf } from '../../lambdas/core/rules.ts';
import type { DispatchResult } from '../../lambdas/use-cases/dispatch.ts';
import { memoryAlerts } from './memory-escalation.ts';
import { memoryAudit, memoryCodes, memoryDedupe, memoryPages, memoryRecipients } from './memory-ports.ts';
import { memoryGroups, memoryHolds, memoryReleases, memoryWindows } from './memory-suppression.ts';
import { T0 } from './pages.ts';
import { recordedTelemetry } from './telemetry.ts';

export const ALICE: Recipient = {
  id: 'usr_alice',
  name: 'Alice',
  phone: '+14155550100',
  phoneVerified: true,
  email: 'alice@example.com',
  smsSuppressed: false,
  timezone: 'UTC',
  preferences: [],
  version: 1,
  updatedAt: T0,
};

/** Accepting pages and letting held ones go, over ports in memory, on a clock that the test moves. */
export async function heldPages(options: { wrapPages?: (pages: PageStore) => PageStore; hourlyCap?: number } = {}) {
  let now = T0;
  const clock = { now: () => now };
  const stored = memoryPages();
  const [windows, holds, releases, groups] = [memoryWindows(), memoryHolds(), memoryReleases(), memoryGroups()];
  const copies: { message: DeliveryMessage; at: number }[] = [];
  const checksSent: { pageId: string; at: number }[] = [];
  const scheduled = new Map<string, number>();
  const telemetry = recordedTelemetry();
  const recipients = memoryRecipients();
  const ports = {
    ...telemetry,
    clock,
    pages: options.wrapPages?.(stored) ?? stored,
    recipients,
    groups,
    holds,
    windows,
    releases,
    codes: memoryCodes(clock),
    dedupe: memoryDedupe(),
    audit: memoryAudit(),
    alerts: memoryAlerts(clock),
    knownWindows: () => windows.list(),
    newPageId: randomPageId,
    queue: { send: async (message: DeliveryMessage) => void copies.push({ message, at: now }) },
    escalationChecks: {
      send: async ({ pageId }: { pageId: string }, ms: number) => void checksSent.push({ pageId, at: now + ms }),
    },
    answerQueue: { send: async () => {} },
    schedules: { comeBack: async (recipientId: string, at: number) => void scheduled.set(recipientId, at) },
  };
  const settings = {
    rules: rulesOf(),
    available: new Set(['sms', 'email'] as const),
    hourlyCap: options.hourlyCap ?? 100,
  };
  const dispatch = dispatching(ports, settings);
  const { release, sweep } = releasing(ports, settings);
  const take = (message: object) => release({ body: JSON.stringify(message) } as never, {} as never);
  await recipients.put(ALICE, 0);

  return {
    stored,
    groups,
    recipients,
    windows,
    holds,
    releases,
    copies,
    checksSent,
    scheduled,
    reevaluate: (recipientId: string) => take({ recipientId }),
    telemetry,
    sweep,
    answer: answering(ports).answerPage,
    now: () => now,
    move: (ms: number) => {
      now += ms;
    },
    /** Handles what is in the queue of releases, and what that brings. */
    async drain() {
      for (let next = releases.messages.shift(); next; next = releases.messages.shift()) await take(next);
    },
    async page(
      incident: Partial<Incident> = {},
      key?: string,
    ): Promise<Extract<DispatchResult, { result: 'accepted' }>> {
      const result = await dispatch(
        {
          incident: { id: 'INC-1', title: 'Full disk', priority: 'MEDIUM', service: 'db', ...incident },
          recipientId: 'usr_alice',
          type: 'new_incident',
          escalationLevel: 0,
          skipTiers: false,
          requireAck: false,
          ackScope: 'incident',
          escalateTo: [],
        },
        { clientId: 'c', by: 'Test', ...(key !== undefined && { idempotencyKey: key }) },
      );
      if (result.result !== 'accepted') throw new Error(result.result);
      return result;
    },
  };
}
