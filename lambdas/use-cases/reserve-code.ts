import type { Plan } from '../core/escalation/plan.ts';
import { replyCode } from '../core/page/ids.ts';
import type { Page } from '../core/page/page.ts';
import type { CodeStore } from '../core/page/ports.ts';
import { isSamePhone } from '../core/recipient/phone.ts';
import { pagedPhone, type Recipient } from '../core/recipient/recipient.ts';
import { FIXED } from '../core/rules.ts';

/** Four characters give 234,256 codes, so this many collisions in a row mean a fault and not bad luck. */
const MAX_ATTEMPTS = 20;

export type ReserveCode = (plan: Plan, pageId: string, now: number) => Promise<string | undefined>;

/**
 * Reserves the page's reply code on the recipient's phone for 7 days. Undefined when no channel of the plan is a phone.
 * The code follows from the page id, so a repeated dispatch gets the same one.
 */
export function createReserveCode(codes: CodeStore): ReserveCode {
  return async (plan, pageId, now) => {
    const phone = plan.tiers.flatMap((t) => t.channels).find((c) => c.channel === 'sms' || c.channel === 'voice')?.to;
    return phone === undefined ? undefined : firstFree(codes, phone, pageId, now);
  };
}

type Codes = Pick<CodeStore, 'reserve'>;

/**
 * The code by which a page that goes on is answered from the recipient's phone of now, reserved there: its own, or a new
 * one where that is another page's by now. A text that names another page's code would answer that one.
 * @param renew also on a phone that the page knows, because the 7 days may be over
 */
export async function keepCode(
  codes: Codes,
  page: Page,
  recipient: Recipient | undefined,
  now: number,
  { renew = false } = {},
): Promise<string | undefined> {
  const phone = recipient && pagedPhone(recipient);
  if (page.code === undefined || phone === undefined) return page.code;
  const places = [...Object.values(page.deliveries), ...page.pendingTiers.flatMap(({ channels }) => channels)];
  if (!renew && places.some(({ to }) => isSamePhone(to, phone))) return page.code;
  if (await codes.reserve(phone, page.code, page.id, now + FIXED.codeLifetime)) return page.code;
  return firstFree(codes, phone, page.id, now);
}

/** The page with the code that was kept for it. */
export const withCode = (page: Page, code: string | undefined): Page =>
  code === undefined || code === page.code ? page : { ...page, code };

async function firstFree(codes: Codes, phone: string, pageId: string, now: number): Promise<string> {
  for (let collision = 0; collision < MAX_ATTEMPTS; collision++) {
    const code = replyCode(pageId, collision);
    if (await codes.reserve(phone, code, pageId, now + FIXED.codeLifetime)) return code;
  }
  throw new Error(`no free reply code after ${MAX_ATTEMPTS} tries`);
}
