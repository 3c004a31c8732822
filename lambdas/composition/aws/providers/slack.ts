import { FIXED } from '../../../core/rules.ts';
import { createSlack } from '../../../providers/slack/slack.ts';
import type { Secrets } from '../secrets.ts';
import { base } from './base.ts';

const timeoutMs = FIXED.providerTimeout;

export const slack = (env: { SLACK_API_URL: string }, secrets: Secrets) =>
  createSlack({ credentials: secrets.slack, ...base(env.SLACK_API_URL), timeoutMs });
