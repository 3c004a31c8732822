import { createGetAction, createPostAction } from '../replies/action.ts';
import { type AnsweringPorts, answering } from './answering.ts';
import type { Ports, Settings } from './ports.ts';

/** Links that acknowledge or resolve. */
export function actionLinks(
  ports: AnsweringPorts & Pick<Ports, 'recipients' | 'keys' | 'clock'>,
  settings: Pick<Settings, 'overrides'>,
) {
  const deps = { ...ports, ...settings, ...answering(ports) };
  return { getAction: createGetAction(deps), postAction: createPostAction(deps) };
}
