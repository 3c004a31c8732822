import { alone } from '../composition/alone.ts';
import { contactNews, notingContacts } from '../composition/contact-news.ts';
import { dispatching } from '../composition/dispatching.ts';
import { deployedWording } from '../composition/wording.ts';
import { FIXED } from '../core/rules.ts';
import { createPushEndpoints } from '../providers/push/sns-endpoint.ts';
import { sns, sqs } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { scheduledHandler } from '../runtime/scheduled-handler.ts';
import { createAlertQueue } from '../stores/queues.ts';
import { contactSweepEnv } from './contact-sweep.env.ts';
import { createContactSweep } from './contact-sweep.ts';

const env = parseEnv(contactSweepEnv);
const telemetry = { logger: createLogger('contact-sweep'), count: createCount('contact-sweep') };
const deps = dispatching(env, { now: Date.now });
const alerts = createAlertQueue(sqs(), env.ALERT_QUEUE_URL, env.TIME_SCALE);
const sweep = createContactSweep({
  ...deps,
  endpoints: createPushEndpoints(sns(), FIXED.providerTimeout),
  noteContacts: notingContacts({ ...deps, ...telemetry, alerts }),
  news: contactNews({ ...telemetry, alerts }),
  overrides: deployedWording(),
  logger: telemetry.logger,
});

const sweepAlone = alone(env.TABLE_NAME, telemetry.logger)('contact-sweep', sweep);
export const handler = scheduledHandler(sweepAlone, telemetry);
