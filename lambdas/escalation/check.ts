import type { Clock } from '../core/clock.ts';
import { nextStep } from '../core/escalation/next-step.ts';
import type { EscalationChecks, Escalations, TaskTokens } from '../core/escalation/ports.ts';
import type { PageStore } from '../core/page/ports.ts';
import type { Rules } from '../core/rules.ts';
import { OfNewerVersion } from '../core/versions.ts';

interface Deps {
  pages: Pick<PageStore, 'get'>;
  taskTokens: TaskTokens;
  escalations: Escalations;
  rules: Rules;
  clock: Clock;
}

/**
 * A look at a page (ADR 10). One that was answered, or delivered where that is enough, starts no execution; else the
 * machine that waits for it is woken, or one is started.
 */
export function createEscalationCheck({ pages, taskTokens, escalations, rules, clock }: Deps) {
  return async (pageId: string): Promise<void> => {
    const page = await pages.get(pageId, { consistent: true });
    const next = page && nextStep(page, clock.now(), rules);
    if (!next || next.step === 'end') return;
    if (next.step === 'newer') throw new OfNewerVersion(next.what);
    const token = await taskTokens.get(pageId);
    if (token !== undefined && (await escalations.wake(token)) === 'woken') return;
    await escalations.start(page);
  };
}

/**
 * Keeps the token of a wait that begins. Whatever made something due while it was being kept has not seen it: so the page
 * is looked at once more, and another look is ordered if there is something to do.
 */
export function createKeepTaskToken({
  pages,
  taskTokens,
  escalationChecks,
  rules,
  clock,
}: Omit<Deps, 'escalations'> & { escalationChecks: EscalationChecks }) {
  return async (pageId: string, token: string, until: number): Promise<void> => {
    await taskTokens.put(pageId, token, until);
    const page = await pages.get(pageId, { consistent: true });
    const next = page && nextStep(page, clock.now(), rules);
    // Answered meanwhile: the machine finds out when its time is up, and nobody waits for that. It also asks again when
    // only a newer version knows the next step.
    if (!next || next.step === 'end' || next.step === 'newer') return;
    if (next.step !== 'wait' || next.until < until) await escalationChecks.send({ pageId }, 0);
  };
}
