import { composeWorker } from '../composition/delivery.ts';
import { FIXED } from '../core/rules.ts';
import { createSnsSms } from '../providers/sms/sns.ts';
import { createTwilioSms } from '../providers/sms/twilio.ts';
import { dynamo, sns } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLateReceipts } from '../stores/late-receipts.ts';
import { createSpendSegments } from '../use-cases/spend-segments.ts';
import { callbackUrl } from './callback-url.ts';
import { createChannel } from './create-channel.ts';
import { smsWorkerEnv } from './worker.env.ts';

const env = parseEnv(smsWorkerEnv);
const worker = composeWorker('sms', env);
const timeoutMs = FIXED.providerTimeout;
const twilio = createTwilioSms({
  credentials: async () => (await worker.secret()).twilio,
  ...(env.TWILIO_API_URL && { apiUrl: env.TWILIO_API_URL }),
  callbackUrl: callbackUrl(env.CALLBACK_BASE_URL, '/webhooks/twilio/sms/status'),
  twoWay: env.TWO_WAY_CALLING_CODES,
  timeoutMs,
});
const sender = { senderId: env.SNS_SENDER_ID, registered: env.SNS_SENDER_ID_CALLING_CODES };

export const handler = worker.handlerOf(
  createChannel({
    ...worker,
    providers: [twilio, createSnsSms({ client: sns(), ...sender, timeoutMs })],
    compose: worker.messages.sms,
    spend: createSpendSegments(worker.limits),
    lateReceipts: createLateReceipts(dynamo(), env.TABLE_NAME, worker.clock),
  }),
);
