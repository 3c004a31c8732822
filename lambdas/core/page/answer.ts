import { append, shared, withDelivery } from './change.ts';
import type { Answer, DeliveryKey, Page } from './page.ts';

export type AnswerAction = 'acknowledge' | 'resolve';

/**
 * Acknowledges or resolves a page and skips what is still queued, in one change (contract §2, "Stopping"). A delivery
 * that is SENDING ends by its own outcome. Repeated, it returns the page it was given: who was first stays.
 */
export function answer(page: Page, action: AnswerAction, by: Answer): Page {
  const already = action === 'acknowledge' ? (page.acknowledged ?? page.resolved) : page.resolved;
  if (already) return page;
  const answered: Page =
    action === 'acknowledge'
      ? { ...page, rev: page.rev + 1, acknowledged: by }
      : { ...page, rev: page.rev + 1, resolved: by };
  const skipReason = action === 'acknowledge' ? 'acknowledged' : 'resolved';
  return Object.entries(page.deliveries).reduce((next, [key, delivery]) => {
    if (delivery.status !== 'QUEUED') return next;
    const skipped = { at: by.at, kind: 'skipped', attempt: delivery.attempts, leg: delivery.legs } as const;
    return withDelivery(next, key as DeliveryKey, {
      ...shared(delivery),
      status: 'SKIPPED',
      skippedAt: by.at,
      skipReason,
      events: append(delivery, { ...skipped, code: skipReason }),
    });
  }, answered);
}

/** Whether what the page has of this action is this very answer, and not an earlier one. */
export function isAnsweredBy(page: Page, action: AnswerAction, { at, by, via }: Answer): boolean {
  const has = action === 'acknowledge' ? page.acknowledged : page.resolved;
  return has !== undefined && has.at === at && has.by === by && has.via === via;
}
