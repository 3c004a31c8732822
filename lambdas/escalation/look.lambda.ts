import * as z from 'zod';
import { queueHandler } from '../composition/aside.ts';
import { rules } from '../core/rules.ts';
import { dynamo, sfn } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { readMessage } from '../runtime/read-message.ts';
import { createEscalations } from '../stores/escalations.ts';
import { createPageStore } from '../stores/pages.ts';
import { createWatches } from '../stores/watches.ts';
import { lookEnv } from './look.env.ts';
import { createLook } from './look.ts';

const env = parseEnv(lookEnv);
const look = createLook({
  pages: createPageStore(dynamo(), env.TABLE_NAME),
  watches: createWatches(dynamo(), env.TABLE_NAME),
  escalations: createEscalations(sfn(), env.STATE_MACHINE_ARN),
  rules: rules(env.TIME_SCALE),
  clock: { now: Date.now },
});
const messageSchema = z.object({ pageId: z.string() });

export const handler = queueHandler(({ body }) => look(readMessage(body, messageSchema, messageSchema).pageId), env, {
  logger: createLogger('look'),
  count: createCount('look'),
});
