import { FIXED } from '../core/rules.ts';
import { createSnsSms } from '../providers/sms/sns.ts';
import { createTwilioSms } from '../providers/sms/twilio.ts';
import { dynamo, sns } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLateReceipts } from '../stores/late-receipts.ts';
import { createOptOutStore } from '../stores/opt-outs.ts';
import { callbackUrl } from './callback-url.ts';
import { composeWorker } from './compose.ts';
import { createChannel } from './create-channel.ts';
import { unlessOptedOut } from './opted-out.ts';
import { smsWorkerEnv } from './worker.env.ts';

const env = parseEnv(smsWorkerEnv);
const worker = composeWorker('sms', env);
const optOuts = createOptOutStore(dynamo(), env.TABLE_NAME);
const timeoutMs = FIXED.providerTimeout;
const twilio = createTwilioSms({
  credentials: async () => (await worker.secret()).twilio,
  ...(env.TWILIO_API_URL && { apiUrl: env.TWILIO_API_URL }),
  callbackUrl: callbackUrl(env.CALLBACK_BASE_URL, '/webhooks/twilio/sms/status'),
  timeoutMs,
});

export const handler = worker.handlerOf(
  createChannel({
    ...worker,
    providers: [twilio, createSnsSms({ client: sns(), senderId: env.SNS_SENDER_ID, timeoutMs })],
    compose: worker.messages.sms,
    lateReceipts: createLateReceipts(dynamo(), env.TABLE_NAME, worker.clock),
    /** A person whom the provider knows to have opted out is suppressed everywhere. */
    async afterwards({ delivery, legs, conclusion }) {
      const refusedBy = legs.at(-1)?.provider;
      if (conclusion.next === 'failed' && conclusion.error.class === 'opted_out' && refusedBy) {
        await worker.optOut.suppress(delivery.to, refusedBy, conclusion.error.code);
      }
    },
  }),
  (deliver) => unlessOptedOut(deliver, { ...worker, optOuts }),
);
