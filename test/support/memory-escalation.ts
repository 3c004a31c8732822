import type { OperationsAlert } from '../../lambdas/core/alerts/alert.ts';
import type { AlertWindows, OperationsAlerts } from '../../lambdas/core/alerts/ports.ts';
import type { AlertGroup, AlertWindow } from '../../lambdas/core/alerts/window.ts';
import type { Clock } from '../../lambdas/core/clock.ts';
import type { TaskTokens } from '../../lambdas/core/escalation/ports.ts';
import type { Leases } from '../../lambdas/core/lease/ports.ts';
import type { TeamPosts } from '../../lambdas/core/page/ports.ts';
import { phoneKey } from '../../lambdas/core/recipient/phone.ts';

/** What escalation, calls and team posts keep, in memory, with the conditions of the real stores. */
export function memoryTaskTokens(): TaskTokens {
  const tokens = new Map<string, string>();
  return {
    put: async (pageId, token) => void tokens.set(pageId, token),
    get: async (pageId) => tokens.get(pageId),
  };
}

/** Of phones and of runs: a phone is one name, whichever way its number is written, and a run has but its own. */
export function memoryLeases(): Leases {
  const leases = new Map<string, { holder: string; until: number }>();
  return {
    async take(name, holder, now, until) {
      const lease = leases.get(phoneKey(name));
      if (lease && lease.holder !== holder && lease.until > now) return false;
      leases.set(phoneKey(name), { holder, until });
      return true;
    },
    async free(name, holder) {
      if (leases.get(phoneKey(name))?.holder === holder) leases.delete(phoneKey(name));
    },
  };
}

export const memoryPhoneLocks = memoryLeases;

export function memoryTeamPosts(): TeamPosts {
  const posts = new Map<string, { incidentId: string; tries: number; providerId?: string }>();
  const nameOf = (incidentId: string, channel: string) => `${incidentId} ${channel}`;
  return {
    async claim(incidentId, channel, tries) {
      const known = posts.get(nameOf(incidentId, channel));
      if (known && (tries === 1 || known.providerId !== undefined || known.tries >= tries)) return false;
      posts.set(nameOf(incidentId, channel), { incidentId, tries });
      return true;
    },
    async sent(incidentId, channel, providerId) {
      const { tries = 1 } = posts.get(nameOf(incidentId, channel)) ?? {};
      posts.set(nameOf(incidentId, channel), { incidentId, tries, providerId });
    },
    ofIncident: async (incidentId) =>
      [...posts.values()].flatMap((post) =>
        post.incidentId === incidentId && post.providerId ? [post.providerId] : [],
      ),
  };
}

/** What operations was told, and when; `onRaise` may take it from there. */
export function memoryAlerts(
  clock: Clock,
  onRaise: (alert: OperationsAlert) => void = () => undefined,
): OperationsAlerts & { raised: (OperationsAlert & { at: number })[] } {
  const raised: (OperationsAlert & { at: number })[] = [];
  return {
    raised,
    async raise(alert) {
      raised.push({ ...alert, at: clock.now() });
      onRaise(alert);
    },
  };
}

export function memoryAlertWindows(): AlertWindows {
  const windows = new Map<string, AlertWindow>();
  const nameOf = ({ kind, cause }: AlertGroup) => `${kind} ${cause}`;
  return {
    get: async (group) => windows.get(nameOf(group)),
    async save(group, before, after) {
      if (windows.get(nameOf(group))?.version !== before?.version) return 'conflict';
      windows.set(nameOf(group), after);
      return 'saved';
    },
  };
}
