import type { Clock, InboundTexts, OptOutChange, OptOutStore } from '../../lambdas/core/ports.ts';

/** What answers by text keep, in memory; test/stores holds it to the suite of the real ones. */
export function memoryOptOuts(): OptOutStore {
  const numbers = new Set<string>();
  const news = new Map<string, OptOutChange>();
  return {
    has: async (phone) => numbers.has(phone),
    add: async (phone) => void numbers.add(phone),
    remove: async (phone) => void numbers.delete(phone),
    begin: async (phone, change) => void news.set(phone, change),
    untold: async (phone) => news.get(phone),
    finish: async (phone) => void news.delete(phone),
  };
}

export function memoryInboundTexts(clock: Clock): InboundTexts {
  const texts = new Map<string, { at: number; expiresAt: number; reply?: string }>();
  const helped = new Map<string, { messageId: string; until: number }>();
  return {
    async begin(messageId, now, expiresAt) {
      const known = texts.get(messageId);
      if (!known) texts.set(messageId, { at: now, expiresAt });
      const { at, reply } = texts.get(messageId) ?? { at: now };
      return { at, ...(reply !== undefined && { reply }) };
    },
    async finish(messageId, reply) {
      const known = texts.get(messageId);
      if (known) known.reply = reply;
    },
    async mayHelp(phone, messageId, until) {
      const last = helped.get(phone);
      if (last && last.until > clock.now() && last.messageId !== messageId) return false;
      helped.set(phone, { messageId, until });
      return true;
    },
  };
}
