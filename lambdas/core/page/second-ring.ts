import { NO_HUMAN } from '../escalation/activations.ts';
import type { Rules } from '../rules.ts';
import { FIXED } from '../rules.ts';
import { withDelivery } from './change.ts';
import { type DeliveryKey, isIn, type Page } from './page.ts';
import { isStopped } from './status.ts';
import { requeue } from './transitions.ts';

/** The page, the claim that its delayed queue copy is for, and the delay in ms. */
export interface SecondRing {
  page: Page;
  copy: number;
  delayMs: number;
}

/**
 * A CRITICAL call that ended without a person rings once more, 90 s after it began: phones in do-not-disturb let the
 * second call within three minutes through (docs/spec/delivery.md#attempts). Once a delivery, and not for a page that
 * somebody has answered or a louder one has superseded. The tier counts as spent meanwhile
 * (core/escalation/activations.ts).
 * @param page after its call has FAILED
 * @returns undefined where the delivery has come to its end
 */
export function ringAgain(page: Page, key: DeliveryKey, rules: Rules, now: number): SecondRing | undefined {
  const delivery = page.deliveries[key];
  if (delivery?.channel !== 'voice' || !isIn(delivery, 'FAILED')) return undefined;
  const { error } = delivery.state;
  if (error.code !== NO_HUMAN) return undefined;
  if (page.incident.priority !== 'CRITICAL' || delivery.secondRing || isStopped(page)) return undefined;
  if (delivery.attempts >= FIXED.maxAttempts) return undefined;
  const due = Math.max(now, (delivery.lastAttemptAt ?? now) + rules.secondRing);
  const next = requeue({ ...delivery, secondRing: true }, { error, notBefore: due });
  return { page: withDelivery(page, key, next), copy: delivery.claims + 1, delayMs: due - now };
}
