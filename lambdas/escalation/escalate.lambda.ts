import { dispatching } from '../composition/dispatching.ts';
import { dynamo, sqs } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createOperationsAlerts } from '../stores/queues.ts';
import { createWatches } from '../stores/watches.ts';
import { createPassOn } from '../use-cases/pass-on.ts';
import { escalateEnv } from './escalate.env.ts';
import { createEscalate } from './escalate.ts';
import { createWatch } from './look.ts';
import { createStep } from './step.ts';

const env = parseEnv(escalateEnv);
const clock = { now: Date.now };
const deps = { ...dispatching(env, clock), alerts: createOperationsAlerts(sqs(), env.ALERT_QUEUE_URL) };

export const handler = createEscalate({
  step: createStep({ ...deps, passOn: createPassOn(deps) }),
  watch: createWatch({ ...deps, watches: createWatches(dynamo(), env.TABLE_NAME) }),
  timeScale: env.TIME_SCALE,
  clock,
});
