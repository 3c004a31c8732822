import { wordingFor } from '../core/content/wording.ts';
import { createAnswerText } from '../operations/answer-text.ts';
import { createOptOut } from '../operations/opt-out.ts';
import { apiHandler } from '../runtime/api-handler.ts';
import { dynamo, secretsManager, sqs } from '../runtime/aws.ts';
import { createTellDropped } from '../runtime/dropped-texts.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { createOptOutNews } from '../runtime/opt-out-news.ts';
import { deployedWording } from '../runtime/wording.ts';
import { createCodeStore } from '../stores/codes.ts';
import { createInboundTexts } from '../stores/inbound-texts.ts';
import { createOptOutStore } from '../stores/opt-outs.ts';
import { createProviderSecret } from '../stores/provider-secret.ts';
import { createAlertQueue } from '../stores/queues.ts';
import { answering } from './compose.ts';
import { twilioSmsInboundEnv } from './twilio-sms-inbound.env.ts';
import { createTwilioSmsInbound } from './twilio-sms-inbound.ts';

const env = parseEnv(twilioSmsInboundEnv);
const telemetry = { logger: createLogger('twilio-sms-inbound'), count: createCount('twilio-sms-inbound') };
const clock = { now: Date.now };
const secret = createProviderSecret(secretsManager(), env.PROVIDER_SECRET_ID, clock);
const shared = answering(env, clock);
const optOuts = createOptOutStore(dynamo(), env.TABLE_NAME);
const news = createOptOutNews({ ...telemetry, alerts: createAlertQueue(sqs(), env.ALERT_QUEUE_URL) });

const dropped = createTellDropped(telemetry);
const receiveTwilioSmsInbound = createTwilioSmsInbound({
  answerText: createAnswerText({
    ...shared,
    codes: createCodeStore(dynamo(), env.TABLE_NAME, clock),
    inbound: createInboundTexts(dynamo(), env.TABLE_NAME, clock),
    optOut: createOptOut({ ...shared, optOuts, news }),
    dropped,
    wording: (language) => wordingFor(language, deployedWording()),
  }),
  authTokenOf: async (sid) => secret().then(({ twilio }) => (twilio.accountSid === sid ? twilio.authToken : undefined)),
  publicBaseUrl: env.PUBLIC_BASE_URL,
  dropped,
});

export const handler = apiHandler({ receiveTwilioSmsInbound }, telemetry);
