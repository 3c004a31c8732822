import { composeWorker } from '../composition/delivery.ts';
import { FIXED } from '../core/rules.ts';
import { createTeams } from '../providers/teams/teams.ts';
import { parseEnv } from '../runtime/env.ts';
import { createChannel } from './create-channel.ts';
import { teamsWorkerEnv } from './worker.env.ts';

const env = parseEnv(teamsWorkerEnv);
const worker = composeWorker('teams', env);
const apiUrl = env.TEAMS_API_URL && { apiUrl: env.TEAMS_API_URL };

export const handler = worker.handlerOf(
  createChannel({
    ...worker,
    providers: [createTeams({ timeoutMs: FIXED.providerTimeout, ...apiUrl })],
    compose: worker.messages.teams,
  }),
);
