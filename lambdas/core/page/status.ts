import { channelsLeft } from '../escalation/starts.ts';
import type { Delivery, Page, PageStatus } from './page.ts';

/**
 * The status of a page, derived and never stored: best news wins (contract §1, "Page and delivery").
 * With `requireAck` a page never ends FAILED: when nobody answered in time, or no channel is left that could be tried
 * again, it is EXHAUSTED, whatever was delivered before.
 */
export function pageStatus(page: Page): PageStatus {
  if (page.resolved) return 'RESOLVED';
  if (page.acknowledged) return 'ACKNOWLEDGED';
  if (page.exhausted) return 'EXHAUSTED';
  const deliveries = Object.values(page.deliveries);
  if (page.held) return 'HELD';
  const any = (status: string) => deliveries.some((d) => d.status === status);
  // One that was skipped because another had been delivered, or had taken its place, does not keep the page open.
  const isOver = page.later.length === 0 && any('FAILED') && deliveries.every(hasEnded);
  if (isOver && page.requireAck && channelsLeft(page).length === 0) return 'EXHAUSTED';
  if (isOver && !page.requireAck) return 'FAILED';
  if (any('DELIVERED')) return 'DELIVERED';
  if (any('SENT')) return 'SENT';
  return deliveries.every((d) => d.status === 'QUEUED' && d.claims === 0) ? 'ACCEPTED' : 'IN_PROGRESS';
}

const hasEnded = ({ status }: Delivery): boolean => status === 'FAILED' || status === 'SKIPPED';

/** An open page takes up a later dispatch of the same incident, recipient, type and level (contract §1, "Dispatch"). */
export function isOpen(page: Page): boolean {
  const status = pageStatus(page);
  if (status === 'DELIVERED') return page.requireAck;
  return status === 'ACCEPTED' || status === 'HELD' || status === 'IN_PROGRESS' || status === 'SENT';
}

/** Answered pages are not sent any more. */
export const isAnswered = (page: Page): boolean => page.acknowledged !== undefined || page.resolved !== undefined;
