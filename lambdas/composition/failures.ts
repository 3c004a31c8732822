import { type AfterFailure, createAfterFailure, type PropagateToBundled } from '../use-cases/after-failure.ts';
import { createPropagateToBundled } from '../use-cases/bundle.ts';
import type { Ports, Settings } from './ports.ts';

export type FailurePorts = Pick<Ports, 'pages' | 'groups' | 'escalationChecks' | 'alerts' | 'audit' | 'clock'>;

/** What follows when a delivery fails: for its page, and for the pages that shared its message. */
export function failuresOf(
  ports: FailurePorts,
  { rules }: Pick<Settings, 'rules'>,
): { afterFailure: AfterFailure; propagateToBundled: PropagateToBundled } {
  // A page that was bundled into another one's message carried none of its own: no page was bundled into it.
  const ofBundled = createAfterFailure({ ...ports, rules, propagateToBundled: async () => undefined });
  const propagateToBundled = createPropagateToBundled({ ...ports, afterFailure: ofBundled });
  return { propagateToBundled, afterFailure: createAfterFailure({ ...ports, rules, propagateToBundled }) };
}
