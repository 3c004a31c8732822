import * as queues from '../composition/aws/queues.ts';
import { runOf } from '../composition/aws/run.ts';
import * as table from '../composition/aws/table.ts';
import { recipientsApi } from '../composition/recipients-api.ts';
import { apiHandler } from '../http/api-handler.ts';
import { parseEnv } from '../runtime/env.ts';
import { recipientsEnv } from './recipients.env.ts';

const env = parseEnv(recipientsEnv);
const run = runOf('recipients');
const ports = {
  ...run,
  recipients: table.recipients(env),
  releases: queues.releases(env),
  optOuts: table.optOuts(env),
  pages: table.readPages(env),
  audit: table.audit(env),
};

export const handler = apiHandler(recipientsApi(ports, { loopbackWebhooks: env.TEAMS_API_URL !== '' }), run);
