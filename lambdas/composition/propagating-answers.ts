import { createAfterAnswer } from '../replies/after-answer.ts';
import { createNotifyOthers } from '../replies/notify-others.ts';
import { createPropagateAnswer } from '../replies/propagate-answer.ts';
import { createSlackAnswered } from '../replies/slack-answered.ts';
import type { RecordHandler } from '../runtime/sqs-handler.ts';
import { createBundleOf, createListedOf } from '../use-cases/bundle.ts';
import { type DispatchPorts, type DispatchSettings, dispatching } from './dispatching.ts';
import type { Ports, Settings } from './ports.ts';
import type { CallControl } from './receipts.ts';

/** The second pass over an incident that was answered, and what follows: calls end, messages change, others are told. */
export function propagatingAnswers(
  ports: DispatchPorts &
    Pick<Ports, 'posts' | 'keys' | 'logger'> & { slack: Pick<Ports['slack'], 'update'> } & Pick<CallControl, 'hangUp'>,
  settings: DispatchSettings & Pick<Settings, 'overrides'>,
): RecordHandler {
  const deps = { ...ports, ...settings, dispatch: dispatching(ports, settings) };
  const afterAnswer = createAfterAnswer({
    ...deps,
    voice: { hangUp: ports.hangUp },
    answered: createSlackAnswered({ ...deps, listedOf: createListedOf(ports) }),
    notifyOthers: createNotifyOthers(deps),
    bundleOf: createBundleOf(ports),
  });
  return createPropagateAnswer(ports.pages, afterAnswer);
}
