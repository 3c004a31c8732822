import type { DispatchRequest } from '../core/page/new.ts';
import type { Hold, Page } from '../core/page/page.ts';
import type { Plan } from '../core/plan.ts';
import type { Recipient } from '../core/recipient.ts';
import { cappedUntil, type GroupStore, LIVE, loudOf, sharesMessage } from '../core/restraint/groups.ts';
import { holdFor } from '../core/restraint/hold.ts';
import type { HoldStore, Releases } from '../core/restraint/ports.ts';
import type { MaintenanceWindow } from '../core/restraint/window.ts';
import type { Rules } from '../core/rules.ts';

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
export interface Restraint {
  /** What the page is subject to. Nothing is for CRITICAL but windows that say so. */
  judge(draft: Draft): Promise<{ held?: Hold; group?: string }>;
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
  /** How many pages to one person may begin on one loud channel in an hour. */
  hourlyCap: number;
}

export function createRestraint({ windows, holds, releases, groups, rules, hourlyCap }: Deps): Restraint {
  return {
    async judge({ id, request, recipient, plan, test, now }) {
      const about = { incident: request.incident, ...(test && { test }) } as Parameters<typeof holdFor>[0];
      const held = holdFor(about, recipient, await windows(), now);
      if (held) return { held };
      if (test || request.incident.priority === 'CRITICAL') return {};
      const loud = loudOf(plan.tiers[0]?.channels ?? []);
      const name = { recipientId: request.recipientId, group: LIVE };
      const members = await groups.join(name, [{ pageId: id, at: now, loud }]);
      const until = cappedUntil(members, loud, hourlyCap, now);
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
