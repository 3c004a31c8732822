import type { Clock } from '../../lambdas/core/clock.ts';
import type { OptOutChange, OptOutStore, Stop } from '../../lambdas/core/opt-out/ports.ts';
import { phoneKey } from '../../lambdas/core/recipient/phone.ts';
import type { InboundTexts } from '../../lambdas/core/replies/ports.ts';
import { copyOf } from './copy.ts';

/** What answers by text keep, in memory; test/stores holds it to the suite of the real ones. */
export function memoryOptOuts(): OptOutStore {
  const numbers = new Map<string, Stop>();
  const news = new Map<string, OptOutChange>();
  const starts = new Map<string, number>();
  return {
    has: async (phone) => numbers.has(phoneKey(phone)),
    get: async (phone) => copyOf(numbers.get(phoneKey(phone))),
    add: async (phone, stop) => void numbers.set(phoneKey(phone), copyOf(stop)),
    remove: async (phone) => void numbers.delete(phoneKey(phone)),
    start: async (phone, at) => void starts.set(phoneKey(phone), at),
    startedAt: async (phone) => starts.get(phoneKey(phone)),
    begin: async (phone, change) => void news.set(phoneKey(phone), change),
    untold: async (phone) => news.get(phoneKey(phone)),
    finish: async (phone) => void news.delete(phoneKey(phone)),
  };
}

export function memoryInboundTexts(clock: Clock): InboundTexts {
  const texts = new Map<
    string,
    { at: number; expiresAt: number; reply?: string; isOwed?: boolean; claimedUntil?: number }
  >();
  const helped = new Map<string, { messageId: string; until: number }>();
  const replies = new Map<string, number>();
  return {
    async begin(messageId, now, expiresAt) {
      const known = texts.get(messageId);
      if (!known) texts.set(messageId, { at: now, expiresAt });
      const { at, reply } = texts.get(messageId) ?? { at: now };
      return { at, ...(reply !== undefined && { reply }) };
    },
    async progress(messageId) {
      const known = texts.get(messageId);
      if (known?.reply === undefined) return 'unknown';
      return known.isOwed === true ? 'owed' : 'done';
    },
    async finish(messageId, reply, isOwed) {
      const known = texts.get(messageId);
      if (known && !(isOwed && known.reply !== undefined)) Object.assign(known, { reply, isOwed });
    },
    async claim(messageId, now, until) {
      const known = texts.get(messageId);
      if (!known || (known.reply !== undefined && known.isOwed !== true)) return false;
      if ((known.claimedUntil ?? now) > now) return false;
      known.claimedUntil = until;
      return true;
    },
    async mayReply(phone, now, most) {
      const hour = `${phoneKey(phone)} ${Math.floor(now / 3_600_000)}`;
      const count = replies.get(hour) ?? 0;
      if (count < most) replies.set(hour, count + 1);
      return count < most;
    },
    async mayHelp(phone, messageId, until) {
      const last = helped.get(phoneKey(phone));
      if (last && last.until > clock.now() && last.messageId !== messageId) return false;
      helped.set(phoneKey(phone), { messageId, until });
      return true;
    },
  };
}
