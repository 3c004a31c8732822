import { composeWorker } from '../composition/delivery.ts';
import { FIXED } from '../core/rules.ts';
import { createSlack } from '../providers/slack/slack.ts';
import { dynamo } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createTeamPosts } from '../stores/team-posts.ts';
import { createAfterDirectMessage } from './after-direct-message.ts';
import { createChannel } from './create-channel.ts';
import { createPostToTeam } from './team-post.ts';
import { slackWorkerEnv } from './worker.env.ts';

const env = parseEnv(slackWorkerEnv);
const worker = composeWorker('slack', env);
const slack = createSlack({
  credentials: async () => ({ botToken: (await worker.secret()).slack?.botToken ?? '' }),
  ...(env.SLACK_API_URL && { apiUrl: env.SLACK_API_URL }),
  timeoutMs: FIXED.providerTimeout,
});
const posts = createTeamPosts(dynamo(), env.TABLE_NAME);
const content = worker.messages.teamPost;
const team = createPostToTeam({ ...worker, slack, posts, content, random: Math.random });

export const handler = worker.handlerOf(
  createChannel({
    ...worker,
    providers: [slack],
    compose: worker.messages.slack,
    afterwards: createAfterDirectMessage({ slack, answered: worker.messages.answered, postToTeam: team.post }),
    beside: team.again,
  }),
);
