import type { Clock } from '../core/clock.ts';
import { parseCallbackRef } from '../core/page/callback-ref.ts';
import { deliveryKey } from '../core/page/page.ts';
import type { PageStore } from '../core/page/ports.ts';
import { knownOf } from '../core/page/superseded-send.ts';
import type { SendResult } from '../core/providers/ports.ts';
import type { Shipment } from './channel.ts';

/**
 * Real milliseconds from the request on that a missed answer is waited for. Twilio reports a new call within a few
 * hundred; with the 3 s of a request that is never answered nothing is waited for, because its reports came meanwhile.
 */
const REPORTED_WITHIN = 1_500;
const LOOK_EVERY = 300;

interface Deps {
  pages: Pick<PageStore, 'get'>;
  clock: Clock;
  /** Waits so many ms of real time. */
  pause(ms: number): Promise<unknown>;
}

/**
 * Whether a call was placed though its provider's answer was missed: the provider's own report has come (ADR 11). Then
 * no other provider may call, or a phone that rings would be called by two.
 * @returns the acceptance that was missed; undefined when nothing was heard of such a call
 */
export function createFindPlacedCall({ pages, clock, pause }: Deps) {
  return async ({ page: { id }, ref, now: since }: Shipment): Promise<SendResult | undefined> => {
    const send = parseCallbackRef(ref);
    if (!send) return undefined;
    for (let waited = clock.now() - since; ; waited += LOOK_EVERY) {
      // Consistently: a report that was answered a moment ago must be seen.
      const page = await pages.get(id, { consistent: true });
      const known = page && knownOf(page, deliveryKey(send.round, send.channel), send.leg);
      if (known) return { outcome: 'accepted', providerId: known.providerId, providerStatus: 'reported' };
      if (waited >= REPORTED_WITHIN) return undefined;
      await pause(LOOK_EVERY);
    }
  };
}
