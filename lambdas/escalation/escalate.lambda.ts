import { rules } from '../core/rules.ts';
import { createDispatch } from '../operations/dispatch.ts';
import { createPassOn } from '../operations/pass-on.ts';
import { createReserveCode } from '../operations/reserve-code.ts';
import { createStopIncident } from '../operations/stop-incident.ts';
import { dynamo, sfn, sqs } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { availableIn } from '../runtime/lanes.ts';
import { createCodeStore } from '../stores/codes.ts';
import { createDedupeStore } from '../stores/dedupe.ts';
import { createEscalations } from '../stores/escalations.ts';
import { createPageStore } from '../stores/pages.ts';
import { createDeliveryQueue, createLooks, createOperationsAlerts, createStopQueue } from '../stores/queues.ts';
import { createRecipientStore } from '../stores/recipients.ts';
import { createWatches } from '../stores/watches.ts';
import { escalateEnv } from './escalate.env.ts';
import { createEscalate } from './escalate.ts';
import { createWatch } from './look.ts';
import { createStep } from './step.ts';

const env = parseEnv(escalateEnv);
const [clock, timeScale] = [{ now: Date.now }, env.TIME_SCALE];
const pages = createPageStore(dynamo(), env.TABLE_NAME);
const shared = {
  ...{ pages, clock, rules: rules(timeScale), available: availableIn(env.LANES) },
  recipients: createRecipientStore(dynamo(), env.TABLE_NAME),
  queue: createDeliveryQueue(sqs(), env.LANES, timeScale),
  looks: createLooks(sqs(), env.LOOK_QUEUE_URL, timeScale),
  alerts: createOperationsAlerts(sqs(), env.ALERT_QUEUE_URL),
};
const dispatch = createDispatch({
  ...shared,
  dedupe: createDedupeStore(dynamo(), env.TABLE_NAME, clock),
  reserveCode: createReserveCode(createCodeStore(dynamo(), env.TABLE_NAME, clock)),
  stopIncident: createStopIncident(pages, createStopQueue(sqs(), env.STOP_QUEUE_URL)),
});
const step = createStep({ ...shared, passOn: createPassOn({ ...shared, dispatch }) });
// Which machine is running knows only the one who starts it: here waits are only ended.
const watch = createWatch({
  ...shared,
  watches: createWatches(dynamo(), env.TABLE_NAME),
  escalations: createEscalations(sfn(), ''),
});

export const handler = createEscalate({ step, watch, timeScale, clock });
