/** What is known of the codes of one recipient, and what may be done with it. Pure; times in epoch milliseconds. */
import { isSamePhone } from '../recipient/phone.ts';
import type { SealedCode } from './code.ts';
import { VERIFICATION } from './limits.ts';

export interface Verification {
  /** 0 for one that was never written. */
  version: number;
  /** When codes were sent within the last hour, oldest first. */
  sends: number[];
  /** The latest code; the ones before it are void. */
  code?: SealedCode & { expiresAt: number; tries: number };
}

export const NO_VERIFICATION: Verification = { version: 0, sends: [] };

export type SendDecision =
  | { send: 'granted'; after: Verification; sendsLeft: number; expiresAt: number }
  | { send: 'wait'; after?: never; until: number };

/**
 * Counts a send and makes its code the one that works; written before the text goes out.
 * @param sealed asked only when the send is granted: sealing takes a while
 */
export function grantSend({ version, sends }: Verification, sealed: () => SealedCode, now: number): SendDecision {
  const recent = sends.filter((at) => now - at < VERIFICATION.sendWindow);
  const [oldest = now] = recent;
  if (recent.length >= VERIFICATION.sends) return { send: 'wait', until: oldest + VERIFICATION.sendWindow };
  const expiresAt = now + VERIFICATION.lifetime;
  return {
    send: 'granted',
    after: { version: version + 1, sends: [...recent, now], code: { ...sealed(), expiresAt, tries: 0 } },
    sendsLeft: VERIFICATION.sends - recent.length - 1,
    expiresAt,
  };
}

/** Takes back a granted send that no provider would take: it does not count, and the code before it works again. */
export function withdrawSend(
  current: Verification,
  sealed: SealedCode,
  at: number,
  before: Verification,
): Verification {
  const index = current.sends.lastIndexOf(at);
  const sends = current.sends.filter((_, i) => i !== index);
  const code = current.code?.digest === sealed.digest ? before.code : current.code;
  return { version: current.version + 1, sends, ...(code && { code }) };
}

export type TryDecision =
  | { try: 'counted'; after: Verification; code: SealedCode; triesLeft: number }
  /** No code was sent to this phone, or it has been used. */
  | { try: 'no-code' }
  | { try: 'expired' | 'locked' };

/** Counts a try. It is written before the code is compared, so however many try at once, five are compared. */
export function countTry(before: Verification, phone: string, now: number): TryDecision {
  const { code } = before;
  if (!code || !isSamePhone(code.phone, phone)) return { try: 'no-code' };
  if (now >= code.expiresAt) return { try: 'expired' };
  if (code.tries >= VERIFICATION.tries) return { try: 'locked' };
  const tries = code.tries + 1;
  const after = { ...before, version: before.version + 1, code: { ...code, tries } };
  return { try: 'counted', after, code, triesLeft: VERIFICATION.tries - tries };
}

/** The code has done its work. */
export function spendCode(current: Verification, spent: SealedCode): Verification {
  const { code, ...rest } = current;
  return code?.digest === spent.digest ? { ...rest, version: current.version + 1 } : current;
}
