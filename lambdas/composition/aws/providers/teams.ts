import { FIXED } from '../../../core/rules.ts';
import { createTeams } from '../../../providers/teams/teams.ts';
import { base } from './base.ts';

const timeoutMs = FIXED.providerTimeout;

export const teams = (env: { TEAMS_API_URL: string }) => createTeams({ timeoutMs, ...base(env.TEAMS_API_URL) });
