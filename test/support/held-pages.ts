import type { Incident } from '../../lambdas/core/page/page.ts';
import type { DeliveryMessage, PageStore } from '../../lambdas/core/page/ports.ts';
import type { Recipient } from '../../lambdas/core/recipient/recipient.ts';
import { rules as rulesOf } from '../../lambdas/core/rules.ts';
import { createRelease, createSweep } from '../../lambdas/suppression/release.ts';
import { createTendHolds } from '../../lambdas/suppression/release-held.ts';
import { createAnswerPage } from '../../lambdas/use-cases/answer-page.ts';
import { createDispatch, type DispatchResult } from '../../lambdas/use-cases/dispatch.ts';
import { createSuppression } from '../../lambdas/use-cases/hold-page.ts';
import { createReserveCode } from '../../lambdas/use-cases/reserve-code.ts';
import { createStopIncident } from '../../lambdas/use-cases/stop-incident.ts';
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
  const pages = options.wrapPages?.(stored) ?? stored;
  const [recipients, windows, holds, releases] = [memoryRecipients(), memoryWindows(), memoryHolds(), memoryReleases()];
  const [groups, codes] = [memoryGroups(), memoryCodes(clock)];
  const copies: { message: DeliveryMessage; at: number }[] = [];
  const looksSent: { pageId: string; at: number }[] = [];
  const scheduled = new Map<string, number>();
  const queue = { send: async (message: DeliveryMessage) => void copies.push({ message, at: now }) };
  const looks = {
    send: async ({ pageId }: { pageId: string }, ms: number) => void looksSent.push({ pageId, at: now + ms }),
  };
  const stops = { send: async () => {} };
  const stopIncident = createStopIncident(pages, stops);
  const shared = {
    pages,
    recipients,
    codes,
    queue,
    looks,
    clock,
    holds,
    rules: rulesOf(),
    available: new Set(['sms', 'email'] as const),
  };
  const suppression = createSuppression({
    windows: () => windows.list(),
    holds,
    releases,
    groups,
    rules: rulesOf(),
    hourlyCap: options.hourlyCap ?? 100,
  });
  const dispatch = createDispatch({
    ...shared,
    stopIncident,
    suppression,
    dedupe: memoryDedupe(),
    audit: memoryAudit(),
    reserveCode: createReserveCode(codes),
  });
  const failures: string[] = [];
  const telemetry = recordedTelemetry();
  const tend = createTendHolds({
    ...shared,
    windows,
    groups,
    schedules: { comeBack: async (recipientId, at) => void scheduled.set(recipientId, at) },
    afterFailure: async ({ pageId }) => void failures.push(pageId),
  });
  const release = createRelease({ ...telemetry, tend, holds, releases });
  await recipients.put(ALICE, 0);

  return {
    stored,
    groups,
    recipients,
    windows,
    holds,
    releases,
    copies,
    looksSent,
    scheduled,
    failures,
    tend,
    telemetry,
    sweep: createSweep({ holds, releases, clock }),
    answer: createAnswerPage({ pages, stopIncident, stops, audit: memoryAudit() }),
    now: () => now,
    move: (ms: number) => {
      now += ms;
    },
    /** Handles what is in the queue of releases, and what that brings. */
    async drain() {
      for (let next = releases.messages.shift(); next; next = releases.messages.shift())
        await release({ body: JSON.stringify(next) } as never, {} as never);
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
