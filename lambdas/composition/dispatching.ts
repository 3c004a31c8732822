import { createAnswerAlarms, createAnswerIncident } from '../use-cases/answer-incident.ts';
import { createDispatch } from '../use-cases/dispatch.ts';
import { createSuppression } from '../use-cases/hold-page.ts';
import { createReserveCode } from '../use-cases/reserve-code.ts';
import type { Ports, Settings } from './ports.ts';

export type DispatchPorts = Pick<
  Ports,
  | 'pages'
  | 'recipients'
  | 'dedupe'
  | 'codes'
  | 'audit'
  | 'groups'
  | 'holds'
  | 'knownWindows'
  | 'queue'
  | 'escalationChecks'
  | 'answerQueue'
  | 'releases'
  | 'newPageId'
  | 'clock'
>;
export type DispatchSettings = Pick<Settings, 'rules' | 'available' | 'hourlyCap'>;
export type Dispatch = ReturnType<typeof createDispatch>;

/** Accepts pages: for callers, and for every function that pages somebody by itself. */
export function dispatching(ports: DispatchPorts, { rules, available, hourlyCap }: DispatchSettings): Dispatch {
  return createDispatch({
    ...ports,
    rules,
    available,
    reserveCode: createReserveCode(ports.codes),
    answerIncident: createAnswerIncident(createAnswerAlarms(ports.pages, ports.answerQueue), ports.audit),
    suppression: createSuppression({
      ...ports,
      rules,
      hourlyCap,
      // A page that goes out in a window is better than one that does not go out.
      windows: () => ports.knownWindows().catch(() => []),
    }),
  });
}
