import type { FaultClass } from './page/page.ts';
import type { Fault } from './ports.ts';
import type { Rules } from './rules.ts';
import { FIXED } from './rules.ts';

/** Classes that another attempt at the same delivery cannot mend (design §4): the delivery is FAILED at once. */
const PERMANENT: ReadonlySet<FaultClass> = new Set(['sender_fault', 'recipient_permanent', 'opted_out', 'our_bug']);

export const isPermanent = (fault: Pick<Fault, 'class'>): boolean => PERMANENT.has(fault.class);

export type AfterFailure = { next: 'retry'; attempt: number; delayMs: number } | { next: 'failed'; exhausted: boolean };

/**
 * What becomes of a delivery whose attempt failed on every leg (contract §2, "Attempts").
 * @param attempt the attempt that failed, from 1
 * @param fault the last leg's fault
 * @param random in [0, 1)
 */
export function afterFailure(attempt: number, fault: Pick<Fault, 'class'>, rules: Rules, random: number): AfterFailure {
  if (isPermanent(fault)) return { next: 'failed', exhausted: false };
  const gap = rules.retryGaps[attempt - 1];
  if (attempt >= FIXED.maxAttempts || gap === undefined) return { next: 'failed', exhausted: true };
  return { next: 'retry', attempt: attempt + 1, delayMs: Math.round(gap * (1 + random * rules.retryJitter)) };
}
