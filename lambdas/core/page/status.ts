import { channelsLeft, hasSucceeded, lastActivation } from '../escalation/activations.ts';
import { FIXED } from '../rules.ts';
import {
  type Delivery,
  isIn,
  isWithoutReceipt,
  type Page,
  type PageStatus,
  providerOf,
  type SkipReason,
} from './page.ts';

/**
 * The status of a page, derived and never stored: best news wins (docs/spec/api.md#page-and-delivery).
 * With `requireAck` a page never ends FAILED: when nobody answered in time, or no channel is left that could be tried
 * again, it is EXHAUSTED, whatever was delivered before. A superseded page is EXHAUSTED too once it is known that
 * nothing of it got out: its escalation has ended, and a later answer still counts (ADR 15).
 */
export function pageStatus(page: Page): PageStatus {
  if (page.resolved) return 'RESOLVED';
  if (page.acknowledged) return 'ACKNOWLEDGED';
  if (page.exhausted) return 'EXHAUSTED';
  const deliveries = Object.values(page.deliveries);
  if (isHeld(page)) return 'HELD';
  const any = (status: string) => deliveries.some((d) => d.state.status === status);
  // One that was skipped because another had been delivered, or had taken its place, does not keep the page open.
  const isOver = page.pendingTiers.length === 0 && any('FAILED') && deliveries.every(hasEnded);
  if (isOver && page.requireAck && channelsLeft(page).length === 0) return 'EXHAUSTED';
  if (isOver && !page.requireAck && !page.superseded) return 'FAILED';
  if (any('DELIVERED')) return 'DELIVERED';
  if (any('SENT')) return 'SENT';
  if (page.superseded && deliveries.every(hasEnded)) return 'EXHAUSTED';
  return deliveries.every((d) => isIn(d, 'QUEUED') && d.claims === 0) ? 'ACCEPTED' : 'IN_PROGRESS';
}

const hasEnded = (delivery: Delivery): boolean => isIn(delivery, 'FAILED', 'SKIPPED');

/**
 * Whether the page may still do something (docs/spec/api.md#dispatch; ADR 15). An open page takes up later dispatches
 * of the same incident, recipient, type and level, and keeps its recipient from being deleted.
 * @param now epoch ms
 */
export function isOpen(page: Page, now: number): boolean {
  if (page.superseded) return false;
  switch (pageStatus(page)) {
    case 'ACCEPTED':
    case 'HELD':
    case 'IN_PROGRESS':
      return true;
    case 'SENT':
      return page.requireAck || mayChange(page, now);
    case 'DELIVERED':
      return page.requireAck;
    default:
      return false;
  }
}

/** Whether anything may follow what was SENT of a page that needs no answer: a send, a receipt, or the next tier. */
function mayChange(page: Page, now: number): boolean {
  const deliveries = Object.values(page.deliveries);
  const climbs = page.pendingTiers.length > 0 && !lastActivation(page)?.deliveries.some(hasSucceeded);
  return climbs || deliveries.some((one) => isIn(one, 'QUEUED', 'SENDING') || awaitsReceipt(one, now));
}

/** Whether a receipt may still come for the message that the delivery rests on. */
function awaitsReceipt(delivery: Delivery, now: number): boolean {
  const { sentAt } = delivery;
  return (
    isIn(delivery, 'SENT') && givesReceipts(delivery) && sentAt !== undefined && now < sentAt + FIXED.receiptsWithin
  );
}

/**
 * Acceptance is all that is ever known of these (docs/spec/api.md#dispatch), and of a send that asked for no receipt.
 */
function givesReceipts(delivery: Delivery): boolean {
  const { channel } = delivery;
  if (channel === 'slack' || channel === 'teams' || channel === 'push') return false;
  return providerOf(delivery) !== 'aws-voice' && !isWithoutReceipt(delivery);
}

/** Whether somebody has acknowledged or resolved the page. */
export const isAnswered = (page: Page): boolean => page.acknowledged !== undefined || page.resolved !== undefined;

/** Why nothing more of the page is sent; undefined while something may be sent. */
export function stopReason(page: Page): SkipReason | undefined {
  if (page.resolved) return 'resolved';
  if (page.acknowledged) return 'acknowledged';
  return page.superseded && 'superseded';
}

/** Nothing more of the page is sent: it was answered, or a louder page took its place. */
export const isStopped = (page: Page): boolean => stopReason(page) !== undefined;

/** Whether the page waits for the end of a hold. Rows keep the hold of a page that was answered before it ended. */
export const isHeld = (page: Page): page is Page & { held: NonNullable<Page['held']> } =>
  page.held !== undefined && !isStopped(page);
