import { composeWorker } from '../composition/delivery.ts';
import { FIXED } from '../core/rules.ts';
import { createSnsPush } from '../providers/push/sns-push.ts';
import { sns } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createChannel } from './create-channel.ts';
import { pushWorkerEnv } from './worker.env.ts';

const env = parseEnv(pushWorkerEnv);
const worker = composeWorker('push', env);

export const handler = worker.handlerOf(
  createChannel({
    ...worker,
    providers: [createSnsPush({ client: sns(), timeoutMs: FIXED.providerTimeout })],
    compose: worker.messages.push,
  }),
);
