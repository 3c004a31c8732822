import { answeringPorts } from '../composition/aws/ports.ts';
import { runOf } from '../composition/aws/run.ts';
import { answerApi } from '../composition/pages-api.ts';
import { apiHandler } from '../http/api-handler.ts';
import { parseEnv } from '../runtime/env.ts';
import { answerEnv } from './answer.env.ts';

const env = parseEnv(answerEnv);
const run = runOf('answer');

export const handler = apiHandler(answerApi({ ...run, ...answeringPorts(env, run) }), run);
