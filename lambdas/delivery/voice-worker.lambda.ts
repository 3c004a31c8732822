import { setTimeout } from 'node:timers/promises';
import { composeWorker } from '../composition/delivery.ts';
import { FIXED } from '../core/rules.ts';
import { createAwsVoice } from '../providers/voice/aws-voice.ts';
import { createTwilioVoice } from '../providers/voice/twilio-voice.ts';
import { dynamo, pinpointVoice } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createCallLines } from '../stores/leases.ts';
import { createAfterCall } from './after-call.ts';
import { onFreeLine } from './call-line.ts';
import { callbackUrl } from './callback-url.ts';
import { createChannel } from './create-channel.ts';
import { createKnownCall } from './known-call.ts';
import { voiceWorkerEnv } from './worker.env.ts';

const env = parseEnv(voiceWorkerEnv);
const worker = composeWorker('voice', env);
const timeoutMs = FIXED.providerTimeout;
const urlOf = (path: string) => callbackUrl(env.CALLBACK_BASE_URL, `/webhooks/twilio/voice/${path}`);
const twilio = createTwilioVoice({
  credentials: async () => (await worker.secret()).twilio,
  ...(env.TWILIO_API_URL && { apiUrl: env.TWILIO_API_URL }),
  callbackUrl: urlOf('status'),
  menuUrl: urlOf('menu'),
  timeoutMs,
});
const aws = createAwsVoice({ client: pinpointVoice(), originationIdentity: env.VOICE_ORIGINATION_IDENTITY, timeoutMs });
const lines = createCallLines(dynamo(), env.TABLE_NAME);

export const handler = worker.handlerOf(
  createChannel({
    ...worker,
    providers: [twilio, aws],
    compose: worker.messages.voice,
    reconcile: createKnownCall({ ...worker, pause: setTimeout }),
    afterwards: createAfterCall({ ...worker, lines, providers: [twilio, aws] }),
  }),
  (deliver, queue) => onFreeLine(deliver, { ...worker, lines, queue }),
);
