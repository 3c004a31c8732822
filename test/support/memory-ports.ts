/** One file because every port has a few lines here, and tests take them together. */

import type { AuditEntry, AuditLog, AuditReader } from '../../lambdas/core/audit/ports.ts';
import { type Circuit, type CircuitName, NEW_CIRCUIT } from '../../lambdas/core/circuit/circuit.ts';
import type { CircuitStore } from '../../lambdas/core/circuit/ports.ts';
import type { Clock } from '../../lambdas/core/clock.ts';
import type { HealthSnapshot } from '../../lambdas/core/health/health.ts';
import type { HealthStore } from '../../lambdas/core/health/ports.ts';
import type { Page } from '../../lambdas/core/page/page.ts';
import { positionOf } from '../../lambdas/core/page/page.ts';
import type { CodeStore, DedupeEntry, DedupeStore, PageStore } from '../../lambdas/core/page/ports.ts';
import { NEW_PACE, type RateLimitState } from '../../lambdas/core/rate-limit/gcra.ts';
import type { RateLimitStore } from '../../lambdas/core/rate-limit/ports.ts';
import type { AwaitedReceipts, LateReceipts, Receipt, ReceiptCheck } from '../../lambdas/core/receipts/ports.ts';
import { isSamePhone, phoneKey } from '../../lambdas/core/recipient/phone.ts';
import type { RecipientStore } from '../../lambdas/core/recipient/ports.ts';
import type { Recipient } from '../../lambdas/core/recipient/recipient.ts';
import { textedPhone } from '../../lambdas/core/recipient/recipient.ts';
import type { Cap } from '../../lambdas/core/verification/caps.ts';
import type { CapStore, VerificationStore } from '../../lambdas/core/verification/ports.ts';
import { NO_VERIFICATION, type Verification } from '../../lambdas/core/verification/verification.ts';
import { copyOf } from './copy.ts';

/** The stores in memory, with the conditions of the real ones; test/stores holds both to the same suite. */
/** `peek` gives the stored page itself, for looking at only. */
export function memoryPages(): PageStore & { all(): Page[]; peek(id: string): Page | undefined } {
  const rows = new Map<string, Page>();
  const newest = () => [...rows.values()].sort((a, b) => (positionOf(a) < positionOf(b) ? 1 : -1));
  const get = async (id: string) => copyOf(rows.get(id));
  return {
    all: () => copyOf(newest()),
    peek: (id) => rows.get(id),
    get,
    getWithDescription: get,
    getMany: async (ids) => copyOf(newest().filter(({ id }) => ids.includes(id))),
    async create(page) {
      if (rows.has(page.id)) return 'exists';
      rows.set(page.id, copyOf(page));
      return 'created';
    },
    async save(before, after, written) {
      const stored = rows.get(before.id);
      const changed = Object.entries(after.deliveries).filter(([key, d]) => before.deliveries[key as never] !== d);
      const moved = changed.some(
        ([key]) => stored?.deliveries[key as never]?.rev !== before.deliveries[key as never]?.rev,
      );
      if (!stored || stored.rev !== before.rev || moved) return 'conflict';
      const { deliveries: _, ...own } = after.rev === before.rev ? stored : after;
      const deliveries = { ...stored.deliveries, ...Object.fromEntries(changed) };
      rows.set(before.id, copyOf({ ...own, deliveries }));
      written?.(copyOf({ ...own, deliveries }));
      return 'saved';
    },
    async ofIncident(incidentId) {
      return copyOf(newest().filter((page) => page.incident.id === incidentId)).reverse();
    },
    async list({ by, since, until, limit, after }) {
      const found = newest()
        .filter((page) => page.createdAt >= since && page.createdAt <= until)
        .filter((page) => after === undefined || positionOf(page) < after)
        .filter((page) =>
          by === 'time'
            ? true
            : 'incidentId' in by
              ? page.incident.id === by.incidentId
              : page.recipientId === by.recipientId,
        )
        .slice(0, limit);
      return copyOf(found);
    },
  };
}

export function memoryRecipients(): RecipientStore {
  const rows = new Map<string, Recipient>();
  const isAt = (id: string, expected: number) => (rows.get(id)?.version ?? 0) === expected;
  return {
    get: async (id) => copyOf(rows.get(id)),
    async put(recipient, expected) {
      if (!isAt(recipient.id, expected)) return 'conflict';
      rows.set(recipient.id, copyOf(recipient));
      return 'saved';
    },
    async delete(id, expected) {
      if (!isAt(id, expected)) return 'conflict';
      rows.delete(id);
      return 'deleted';
    },
    async list(limit, after = '') {
      const sorted = [...rows.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
      return copyOf(sorted.filter(({ id }) => id > after).slice(0, limit));
    },
    async byPhone(phone) {
      const found = [...rows.values()].filter((recipient) => isSamePhone(textedPhone(recipient), phone));
      return copyOf(found.sort((a, b) => (a.id < b.id ? -1 : 1)));
    },
    async bySlackUser(userId) {
      const found = [...rows.values()].filter(({ slackUserId }) => slackUserId === userId);
      return copyOf(found.sort((a, b) => (a.id < b.id ? -1 : 1)));
    },
  };
}

export function memoryDedupe(): DedupeStore {
  const entries = new Map<string, DedupeEntry>();
  const holds = (key: string, pageId: string) => entries.get(key)?.pageId === pageId;
  const claim = async (key: string, pageId: string): Promise<DedupeEntry> => {
    const entry = entries.get(key) ?? { pageId, over: [] };
    entries.set(key, entry);
    return copyOf(entry);
  };
  return {
    claim,
    async replace(key, from, to) {
      if (holds(key, from)) entries.set(key, copyOf(to));
      return claim(key, to.pageId);
    },
    async settle(key, pageId) {
      if (holds(key, pageId)) entries.set(key, { pageId, over: [] });
    },
  };
}

export function memoryCodes(clock: Clock): CodeStore {
  const taken = new Map<string, { pageId: string; expiresAt: number }>();
  return {
    async reserve(phone, code, pageId, expiresAt) {
      const name = `${phoneKey(phone)} ${code}`;
      const holder = taken.get(name);
      if (holder && holder.pageId !== pageId && holder.expiresAt >= clock.now()) return false;
      taken.set(name, { pageId, expiresAt });
      return true;
    },
    async ofPhone(phone) {
      const held = [...taken].filter(
        ([name, { expiresAt }]) => name.startsWith(`${phoneKey(phone)} `) && expiresAt >= clock.now(),
      );
      return [...new Set(held.map(([, { pageId }]) => pageId))];
    },
  };
}

export function memoryCircuits(): CircuitStore {
  const rows = new Map<CircuitName, Circuit>();
  return {
    get: async (name) => copyOf(rows.get(name) ?? NEW_CIRCUIT),
    async save(name, before, after) {
      if (before === after) return 'saved';
      if ((rows.get(name)?.version ?? 0) !== before.version) return 'conflict';
      rows.set(name, copyOf(after));
      return 'saved';
    },
    list: async () =>
      copyOf([...rows].map(([name, circuit]) => ({ name, circuit })).sort((a, b) => (a.name < b.name ? -1 : 1))),
  };
}

export function memoryAudit(): AuditLog & AuditReader & { entries: AuditEntry[] } {
  const entries: AuditEntry[] = [];
  const positionOf = (entry: AuditEntry) =>
    `${new Date(entry.at).toISOString()}#${entries.indexOf(entry).toString(16).padStart(8, '0')}`;
  return {
    entries,
    async record(entry, as) {
      const isCopy = ({ at, resource, action }: AuditEntry) =>
        at === entry.at && resource === entry.resource && action === entry.action;
      if (as !== 'once' || !entries.some(isCopy)) entries.push(entry);
    },
    async list({ resource, since, until, limit, after = '~' }) {
      return entries
        .filter((entry) => resource === undefined || entry.resource === resource)
        .filter(({ at }) => at >= since && at <= until)
        .map((entry) => ({ position: positionOf(entry), entry }))
        .filter(({ position }) => position < after)
        .sort((a, b) => (a.position < b.position ? 1 : -1))
        .slice(0, limit);
    },
  };
}

export function memoryHealth(): HealthStore {
  let latest: HealthSnapshot | undefined;
  return {
    read: async () => copyOf(latest),
    async write(snapshot) {
      if (!latest || latest.at < snapshot.at) latest = copyOf(snapshot);
    },
  };
}

export function memoryAwaited(): AwaitedReceipts {
  const rows = new Map<string, { check: ReceiptCheck; since: number }>();
  return {
    add: async (check, since) => void rows.set(check.ref, { check, since }),
    list: async () => copyOf([...rows.values()]),
    remove: async (ref) => void rows.delete(ref),
  };
}

export function memoryLateReceipts(): LateReceipts {
  const items = new Map<string, { ref?: string; receipt?: Receipt }>();
  const meet = (messageId: string, half: { ref?: string; receipt?: Receipt }) => {
    const key = messageId.replace(/^sns:/, '');
    const known = items.get(key);
    const isNoNews = half.receipt?.news === 'unknown' && known?.receipt !== undefined;
    const item = isNoNews ? known : { ...known, ...copyOf(half) };
    items.set(key, item);
    return copyOf(item);
  };
  return {
    sent: async (messageId, ref) => meet(messageId, { ref }).receipt,
    received: async (messageId, receipt) => meet(messageId, { receipt }).ref,
  };
}

export function memoryVerifications(): VerificationStore {
  const rows = new Map<string, Verification>();
  return {
    get: async (id) => copyOf(rows.get(id) ?? NO_VERIFICATION),
    async save(id, before, after) {
      if ((rows.get(id)?.version ?? 0) !== before.version) return 'conflict';
      rows.set(id, copyOf(after));
      return 'saved';
    },
  };
}

export function memoryCaps(): CapStore {
  const counters = new Map<string, number>();
  const nameOf = ({ key, from }: Cap) => `${key} ${from}`;
  return {
    async take(cap) {
      const taken = counters.get(nameOf(cap)) ?? 0;
      if (taken < cap.max) counters.set(nameOf(cap), taken + 1);
      return taken < cap.max;
    },
    async giveBack(cap) {
      const taken = counters.get(nameOf(cap)) ?? 0;
      if (taken > 0) counters.set(nameOf(cap), taken - 1);
    },
  };
}

export function memoryRateLimits(): RateLimitStore {
  const rows = new Map<string, RateLimitState>();
  return {
    get: async (sender) => rows.get(sender) ?? NEW_PACE,
    async save(sender, before, after) {
      if ((rows.get(sender)?.version ?? 0) !== before.version) return 'conflict';
      rows.set(sender, after);
      return 'saved';
    },
  };
}
