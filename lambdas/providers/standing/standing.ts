/**
 * What decides whether a provider that takes our sends can carry them to everybody: sandboxes, limits, senders, where
 * replies go. A standby that was never finished is found out here, and not in the night that needs it (ADR 23).
 */
import type { CheckResult, Limited } from '../../core/ports.ts';

/** Asks, and says the first thing that limits the provider. Never throws. */
export type Standing = () => Promise<CheckResult>;

export const limited = (code: string, message: string): Limited => ({ finding: 'limited', code, message });
export const OK: CheckResult = { finding: 'ok' };

/** The findings in the order in which they bite; later questions are not asked once something is found. */
export async function firstOf(...questions: (() => Promise<Limited | undefined>)[]): Promise<CheckResult> {
  try {
    for (const ask of questions) {
      const found = await ask();
      if (found) return found;
    }
    return OK;
  } catch (error) {
    // Not allowed to ask, or no answer: sends have permissions and limits of their own.
    const { name = 'error' } = (error ?? {}) as { name?: string };
    return { finding: 'unknown', message: `its set-up could not be looked at: ${name}` };
  }
}
