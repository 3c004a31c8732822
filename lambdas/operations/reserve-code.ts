import { replyCode } from '../core/ids.ts';
import type { Plan } from '../core/plan.ts';
import type { CodeStore } from '../core/ports.ts';
import { FIXED } from '../core/rules.ts';

/** Four characters give 234,256 codes, so this many collisions in a row mean a fault and not bad luck. */
const MOST_TRIES = 20;

export type ReserveCode = (plan: Plan, pageId: string, now: number) => Promise<string | undefined>;

/**
 * Reserves the page's reply code on the recipient's phone for 7 days. Undefined when no channel of the plan is a phone.
 * The code follows from the page id, so a repeated dispatch gets the same one.
 */
export function createReserveCode(codes: CodeStore): ReserveCode {
  return async (plan, pageId, now) => {
    const phone = plan.tiers.flatMap((t) => t.channels).find((c) => c.channel === 'sms' || c.channel === 'voice')?.to;
    if (!phone) return undefined;
    for (let collision = 0; collision < MOST_TRIES; collision++) {
      const code = replyCode(pageId, collision);
      if (await codes.reserve(phone, code, pageId, now + FIXED.codeLifetime)) return code;
    }
    throw new Error(`no free reply code after ${MOST_TRIES} tries`);
  };
}
