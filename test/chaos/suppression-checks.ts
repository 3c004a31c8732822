/**
 * What docs/spec/suppression.md#held says of held and bundled pages ("Held"), and ADR 12 of shared messages, looked at
 * from outside.
 */

import { parseCallbackRef } from '../../lambdas/core/page/callback-ref.ts';
import type { Delivery, DeliveryKey, Page } from '../../lambdas/core/page/page.ts';
import { isHeld, isStopped } from '../../lambdas/core/page/status.ts';
import type { MaintenanceWindow } from '../../lambdas/core/suppression/window.ts';
import { MINUTE } from '../../lambdas/core/time.ts';
import type { Message } from './network.ts';

/** A function that read the windows before one was put may go on for this long. */
const ONE_RUN = 20_000;
/** The sweep comes each minute, and its message may have to come back. */
const SOON = 5 * MINUTE;

/** What is stored, for looking at. */
export interface Suppressing {
  windows(): readonly MaintenanceWindow[];
  /** Until when it is quiet for the recipient, from the beginning of the run on. */
  quietUntil(recipientId: string): number;
  /** What messages of a page have listed. */
  listed(pageId: string): ReadonlySet<string>;
}

const HELD = '11 held pages wait, and go out at the end';
const BUNDLED = '12 a bundled page is told by a message';

export function createSuppressionChecks(
  violated: (invariant: string, what: string) => void,
  { windows, quietUntil, listed }: Suppressing,
) {
  let calmSince = Number.POSITIVE_INFINITY;

  /** Written without a look at the product's own rules. */
  function holdsNow({ incident, recipientId }: Page, now: number): string | undefined {
    const window = windows().find(
      ({ startsAt, endsAt, services = [], holdCritical, updatedAt }) =>
        startsAt <= now &&
        now < endsAt &&
        now - updatedAt > ONE_RUN &&
        services.includes(incident.service) &&
        (incident.priority !== 'CRITICAL' || holdCritical === true),
    );
    if (window) return `the window ${window.id}`;
    const mayWait = incident.priority === 'MEDIUM' || incident.priority === 'LOW';
    return mayWait && now < quietUntil(recipientId) ? 'quiet hours' : undefined;
  }

  return {
    /** Misfortune is over: what is due from now on comes soon. */
    calm(now: number): void {
      calmSince = now;
    },

    created(page: Page): void {
      if (page.incident.priority !== 'CRITICAL') return;
      if (page.group !== undefined) violated(BUNDLED, `${page.id} is CRITICAL and shares messages`);
      if (page.held && page.held.reason !== 'maintenance')
        violated(HELD, `${page.id} is CRITICAL and held by ${page.held.reason}`);
    },

    saved(before: Page, after: Page, now: number): void {
      if (!isHeld(before)) return;
      const started = Object.keys(after.deliveries).some((key) => !before.deliveries[key as DeliveryKey]);
      if (started || (after.exhausted && !before.exhausted)) violated(HELD, `${after.id} climbed while it was held`);
      if (after.held || isStopped(after)) return;
      const why = before.held.reason === 'cap' && now < before.held.until ? 'its cap' : holdsNow(before, now);
      if (why !== undefined) violated(HELD, `${after.id} was released although ${why} holds it`);
      const late = now - Math.max(before.held.until, calmSince);
      if (late > SOON) violated(HELD, `${after.id} was released ${late} ms after its end`);
    },

    called(ref: string, page: Page): void {
      if (isHeld(page)) violated(HELD, `${ref} was sent while its page was held`);
    },

    atEnd(pages: readonly Page[], messages: readonly Message[]): void {
      const sent = new Set(
        messages.map(
          ({ ref, channel }) => `${parseCallbackRef(ref)?.pageId} ${parseCallbackRef(ref)?.round} ${channel}`,
        ),
      );
      const byAnyRound = new Set(messages.map(({ ref, channel }) => `${parseCallbackRef(ref)?.pageId} ${channel}`));
      for (const page of pages) {
        if (isHeld(page)) violated(HELD, `${page.id} is still held until ${page.held.until}`);
        for (const delivery of Object.values(page.deliveries)) {
          const told = evidence(page, delivery);
          if (told !== undefined) violated(BUNDLED, told);
        }
      }

      /** What is said to be out was taken by a provider: as the page's own message, or as one that listed it. */
      function evidence(page: Page, { state: { status }, channel, round, bundledInto }: Delivery): string | undefined {
        if (status !== 'SENT' && status !== 'DELIVERED') return undefined;
        const carrier = bundledInto?.pageId;
        if (carrier === undefined) {
          const isOut = sent.has(`${page.id} ${round} ${channel}`);
          return isOut ? undefined : `${page.id} is ${status} by ${channel}, and no provider has its message`;
        }
        if (!byAnyRound.has(`${carrier} ${channel}`)) return `${page.id} rides on ${carrier}, which sent no ${channel}`;
        return listed(carrier).has(page.id) ? undefined : `${page.id} rides on ${carrier}, which does not list it`;
      }
    },
  };
}
