import { alone } from '../composition/alone.ts';
import { answeringTexts } from '../composition/answering-texts.ts';
import { aside } from '../composition/aside.ts';
import { FIXED } from '../core/rules.ts';
import { createHttp } from '../providers/http.ts';
import { createTwilioSms } from '../providers/sms/twilio.ts';
import { createInboundList } from '../providers/sms/twilio-inbound.ts';
import { secretsManager, sqs } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { scheduleAndQueueHandler } from '../runtime/scheduled-handler.ts';
import { createProviderSecret } from '../stores/provider-secret.ts';
import { createInboundQueue } from '../stores/queues.ts';
import { inboundSweepEnv } from './inbound-sweep.env.ts';
import { createInboundSweep, SWEEP_WINDOW } from './inbound-sweep.ts';

const env = parseEnv(inboundSweepEnv);
const telemetry = { logger: createLogger('inbound-sweep'), count: createCount('inbound-sweep') };
const clock = { now: Date.now };
const secret = createProviderSecret(secretsManager(), env.PROVIDER_SECRET_ID, clock);
const credentials = async () => (await secret()).twilio;
const account = { credentials, ...(env.TWILIO_API_URL && { apiUrl: env.TWILIO_API_URL }) };
const unreported = { callbackUrl: () => undefined, twoWay: [], timeoutMs: FIXED.providerTimeout };
const { send } = createTwilioSms({ ...account, ...unreported });
const { sweep, work } = createInboundSweep({
  ...answeringTexts(env, clock, telemetry),
  list: createInboundList({ ...account, http: createHttp({ timeoutMs: FIXED.longestListing }) }),
  reply: (to, body) => send({ to, body, ref: '' }),
  order: createInboundQueue(sqs(), env.INBOUND_QUEUE_URL),
  window: SWEEP_WINDOW / env.TIME_SCALE,
  clock,
  ...telemetry,
});

const onSchedule = alone(env.TABLE_NAME, telemetry.logger)('inbound-sweep', sweep);
export const handler = scheduleAndQueueHandler(
  { onSchedule, onMessage: aside(env, telemetry)(({ body }) => work(body)) },
  telemetry,
);
