import type { DispatchRequest } from '../core/page/new.ts';
import type { Hold, Page } from '../core/page/page.ts';
import type { Plan } from '../core/plan.ts';
import type { Recipient } from '../core/recipient.ts';
import { holdFor } from '../core/restraint/hold.ts';
import type { HoldStore, Releases } from '../core/restraint/ports.ts';
import type { MaintenanceWindow } from '../core/restraint/window.ts';

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
}

export function createRestraint({ windows, holds, releases }: Deps): Restraint {
  return {
    async judge({ request, recipient, test, now }) {
      const about = { incident: request.incident, ...(test && { test }) } as Parameters<typeof holdFor>[0];
      const held = holdFor(about, recipient, await windows(), now);
      return held ? { held } : {};
    },

    async keep({ id: pageId, recipientId, held }) {
      if (!held) return;
      await holds.put({ recipientId, pageId, until: held.until });
      await releases.send({ recipientId });
    },
  };
}
