import type { AnswerAction } from '../page/answer.ts';

/**
 * What the audit calls things that were done: what, and what became of it. The API document lists them too, a test
 * compares. Only what changed something is recorded, but for `phone.code_refused`, which is how pumping shows.
 */
export const AUDIT_ACTIONS = [
  'page.acknowledged',
  'page.resolved',
  'page.escalated',
  'page.retried',
  'notification.failed',
  'incident.acknowledged',
  'incident.resolved',
  'recipient.created',
  'recipient.updated',
  'recipient.deleted',
  'recipient.sms_suppressed',
  'recipient.sms_unsuppressed',
  // Written until endpoints were marked instead (ADR 24); entries live for 90 days.
  'recipient.push_endpoints_dropped',
  'recipient.contact_broken',
  'recipient.contact_mended',
  'phone.code_sent',
  'phone.code_refused',
  'phone.verified',
  'provider.pinned',
  'provider.unpinned',
  'dead_letters.redriven',
  'maintenance_window.created',
  'maintenance_window.updated',
  'maintenance_window.deleted',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** What an answer to a page, or to a whole incident, is called. */
export const answeredAction = <T extends 'page' | 'incident'>(thing: T, action: AnswerAction) =>
  (action === 'resolve' ? `${thing}.resolved` : `${thing}.acknowledged`) as `${T}.${'acknowledged' | 'resolved'}`;
