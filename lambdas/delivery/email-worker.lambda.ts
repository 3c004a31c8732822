import { composeWorker } from '../composition/delivery.ts';
import { FIXED } from '../core/rules.ts';
import { senderFrom } from '../providers/email/sender.ts';
import { createSendGrid } from '../providers/email/sendgrid.ts';
import { createSes } from '../providers/email/ses.ts';
import { sesv2 } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createChannel } from './create-channel.ts';
import { emailWorkerEnv } from './worker.env.ts';

const env = parseEnv(emailWorkerEnv);
const worker = composeWorker('email', env);
const [from, timeoutMs] = [senderFrom(env.EMAIL_FROM), FIXED.providerTimeout];
const sendGrid = createSendGrid({
  // Without a key the account is refused, and its circuit lets mails go to SES.
  credentials: async () => ({ apiKey: (await worker.secret()).sendgrid?.apiKey ?? '' }),
  ...(env.SENDGRID_API_URL && { apiUrl: env.SENDGRID_API_URL }),
  from,
  timeoutMs,
});
const configurationSet = env.SES_CONFIGURATION_SET && { configurationSet: env.SES_CONFIGURATION_SET };

export const handler = worker.handlerOf(
  createChannel({
    ...worker,
    providers: [sendGrid, createSes({ client: sesv2(), from, timeoutMs, ...configurationSet })],
    compose: worker.messages.email,
  }),
);
