import { runOf } from '../composition/aws/run.ts';
import { secretsOf } from '../composition/aws/secrets.ts';
import * as table from '../composition/aws/table.ts';
import { apiHandler } from '../http/api-handler.ts';
import { parseEnv } from '../runtime/env.ts';
import { sendersEnv } from './senders.env.ts';
import { createSenders } from './senders.ts';

const env = parseEnv(sendersEnv);
const run = runOf('senders');

const getSenders = createSenders({
  twilioSender: secretsOf(env, run).ourNumber,
  voiceOrigination: env.VOICE_ORIGINATION_IDENTITY,
  health: table.health(env),
});

export const handler = apiHandler({ getSenders }, run);
