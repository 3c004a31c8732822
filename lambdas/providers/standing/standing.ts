/**
 * What decides whether a provider that takes our sends can carry them to everybody: sandboxes, limits, senders, where
 * replies go. A standby that was never finished is found out here, and not in the night that needs it (ADR 23).
 */
import type { CheckResult, Limited } from '../../core/health/ports.ts';

/** Asks, and says the first thing that limits the provider. Never throws. */
export type Standing = () => Promise<CheckResult>;

export const limited = (code: string, message: string): Limited => ({ finding: 'limited', code, message });
export const OK: CheckResult = { finding: 'ok' };

/**
 * The finding with the numbers that texts or calls come from. They are asked for whatever limits the provider, because
 * people save them beforehand; where they cannot be had, only the questions that need them go without an answer.
 * @param list asks for the numbers, as the provider describes them
 * @param phoneOf the number itself, E.164
 */
export async function withNumbers<T>(
  list: () => Promise<readonly T[]>,
  phoneOf: (one: T) => string | undefined,
  ...questions: ((numbers: () => Promise<readonly T[]>) => Promise<Limited | undefined>)[]
): Promise<CheckResult> {
  const asked = list();
  const known = asked.catch(() => undefined);
  const result = await firstOf(...questions.map((ask) => () => ask(() => asked)));
  const numbers = (await known)?.flatMap((one) => phoneOf(one) ?? []);
  return numbers && (result.finding === 'ok' || result.finding === 'limited') ? { ...result, numbers } : result;
}

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
