import { runOf } from '../composition/aws/run.ts';
import * as table from '../composition/aws/table.ts';
import { readApi } from '../composition/pages-api.ts';
import { apiHandler } from '../http/api-handler.ts';
import { parseEnv } from '../runtime/env.ts';
import { readEnv } from './read.env.ts';

const env = parseEnv(readEnv);
const run = runOf('read');

export const handler = apiHandler(readApi({ ...run, pages: table.readPages(env) }), run);
