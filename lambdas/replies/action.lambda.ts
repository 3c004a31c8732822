import { answering } from '../composition/answering.ts';
import { deployedWording } from '../composition/wording.ts';
import { apiHandler } from '../http/api-handler.ts';
import { secretsManager } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { createActionKeys } from '../stores/action-keys.ts';
import { actionEnv } from './action.env.ts';
import { createGetAction, createPostAction } from './action.ts';

const env = parseEnv(actionEnv);
const clock = { now: Date.now };
const deps = {
  ...answering(env, clock),
  keys: createActionKeys(secretsManager(), env.ACTION_KEY_ID, clock),
  overrides: deployedWording(),
};

export const handler = apiHandler(
  { getAction: createGetAction(deps), postAction: createPostAction(deps) },
  { logger: createLogger('action'), count: createCount('action') },
);
