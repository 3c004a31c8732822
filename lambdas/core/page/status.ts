import type { Page, PageStatus } from './page.ts';

/**
 * The status of a page, derived and never stored: best news wins (contract §1, "Page and delivery").
 * With `requireAck` a page never ends FAILED: when every channel has failed for good it is EXHAUSTED.
 */
export function pageStatus(page: Page): PageStatus {
  if (page.resolved) return 'RESOLVED';
  if (page.acknowledged) return 'ACKNOWLEDGED';
  const deliveries = Object.values(page.deliveries);
  const any = (status: string) => deliveries.some((d) => d.status === status);
  if (any('DELIVERED')) return 'DELIVERED';
  if (any('SENT')) return 'SENT';
  if (deliveries.length > 0 && deliveries.every((d) => d.status === 'FAILED')) {
    return page.requireAck ? 'EXHAUSTED' : 'FAILED';
  }
  return deliveries.every((d) => d.status === 'QUEUED' && d.claims === 0) ? 'ACCEPTED' : 'IN_PROGRESS';
}

/** An open page takes up a later dispatch of the same incident, recipient, type and level (contract §1, "Dispatch"). */
export function isOpen(page: Page): boolean {
  const status = pageStatus(page);
  if (status === 'DELIVERED') return page.requireAck;
  return status === 'ACCEPTED' || status === 'HELD' || status === 'IN_PROGRESS' || status === 'SENT';
}

/** Answered pages are not sent any more. */
export const isAnswered = (page: Page): boolean => page.acknowledged !== undefined || page.resolved !== undefined;
