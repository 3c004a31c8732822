import { FIXED } from '../core/rules.ts';
import { createHttp } from '../providers/http.ts';
import { createTwilioSms } from '../providers/sms/twilio.ts';
import { createInboundList } from '../providers/sms/twilio-inbound.ts';
import { alone } from '../runtime/alone.ts';
import { secretsManager } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { scheduledHandler } from '../runtime/scheduled-handler.ts';
import { createProviderSecret } from '../stores/provider-secret.ts';
import { answeringTexts } from './compose-texts.ts';
import { inboundSweepEnv } from './inbound-sweep.env.ts';
import { createInboundSweep, SWEEP_WINDOW } from './inbound-sweep.ts';

const env = parseEnv(inboundSweepEnv);
const telemetry = { logger: createLogger('inbound-sweep'), count: createCount('inbound-sweep') };
const clock = { now: Date.now };
const secret = createProviderSecret(secretsManager(), env.PROVIDER_SECRET_ID, clock);
const timeoutMs = FIXED.providerTimeout;
const account = {
  credentials: async () => (await secret()).twilio,
  ...(env.TWILIO_API_URL && { apiUrl: env.TWILIO_API_URL }),
};
const { send } = createTwilioSms({ ...account, callbackUrl: () => undefined, twoWay: [], timeoutMs });
const sweep = createInboundSweep({
  ...answeringTexts(env, clock, telemetry),
  list: createInboundList({ ...account, http: createHttp({ timeoutMs }) }),
  reply: (to, body) => send({ to, body, ref: '' }),
  window: SWEEP_WINDOW / env.TIME_SCALE,
  ...{ clock, ...telemetry },
});

const sweepAlone = alone(env.TABLE_NAME, telemetry.logger)('inbound-sweep', sweep);
export const handler = scheduledHandler(sweepAlone, telemetry);
