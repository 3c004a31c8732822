import type { Plan } from '../core/escalation/plan.ts';
import { interruptiveOf } from '../core/page/kind.ts';
import type { DispatchRequest } from '../core/page/new.ts';
import type { Hold, Page } from '../core/page/page.ts';
import type { Recipient } from '../core/recipient/recipient.ts';
import type { Rules } from '../core/rules.ts';
import { cappedUntil, type GroupStore, LIVE, sharesMessage } from '../core/suppression/groups.ts';
import { holdFor } from '../core/suppression/hold.ts';
import type { HoldStore, Releases } from '../core/suppression/ports.ts';
import type { MaintenanceWindow } from '../core/suppression/window.ts';

/** A page that is about to be written. */
export interface Draft {
  id: string;
  request: DispatchRequest;
  recipient: Recipient | undefined;
  plan: Plan;
  test: boolean;
  now: number;
}

/** What keeps a dispatch from sending at once, or by itself (ADR 12). */
export interface Suppression {
  /** What the page is subject to. Nothing is for CRITICAL but windows that say so. */
  evaluate(draft: Draft): Promise<{ held?: Hold; group?: string }>;
  /** Before the 202 of a held page: durable when it returns, and repeated without harm. */
  keep(page: Page): Promise<void>;
}

interface Deps {
  /** May be some seconds old; never fails. */
  windows: () => Promise<readonly MaintenanceWindow[]>;
  holds: Pick<HoldStore, 'put'>;
  releases: Releases;
  groups: Pick<GroupStore, 'join'>;
  rules: Pick<Rules, 'bundleWithin'>;
  /** How many pages to one person may begin on one interruptive channel in an hour. */
  hourlyCap: number;
}

export function createSuppression({ windows, holds, releases, groups, rules, hourlyCap }: Deps): Suppression {
  return {
    async evaluate({ id, request, recipient, plan, test, now }) {
      const about = { incident: request.incident, ...(test && { test }) } as Parameters<typeof holdFor>[0];
      const held = holdFor(about, recipient, await windows(), now);
      if (held) return { held };
      if (test || request.incident.priority === 'CRITICAL') return {};
      const interruptive = interruptiveOf(plan.tiers[0]?.channels ?? []);
      const name = { recipientId: request.recipientId, group: LIVE };
      const members = await groups.join(name, [{ pageId: id, at: now, interruptive }]);
      const until = cappedUntil(members, interruptive, hourlyCap, now);
      if (until !== undefined) return { held: { until, reason: 'cap' } };
      return sharesMessage(members, now, rules.bundleWithin) ? { group: LIVE } : {};
    },

    async keep({ id: pageId, recipientId, held }) {
      if (!held) return;
      await holds.put({ recipientId, pageId, until: held.until });
      await releases.send({ recipientId }, 0);
    },
  };
}
