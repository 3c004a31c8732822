import type { Page } from '../core/page/page.ts';
import type { Clock, SlackContent, SlackProvider, TeamPosts } from '../core/ports.ts';
import type { Log } from '../runtime/logger.ts';

interface Deps {
  posts: TeamPosts;
  slack: Pick<SlackProvider, 'send'>;
  content: (page: Page) => Promise<SlackContent>;
  clock: Clock;
  logger: Pick<Log, 'warn'>;
}

/**
 * One post per incident in the team's channel (contract §4). It is beside the delivery, which is the direct message: it
 * is never retried by a page, and nothing waits for it. Who claims it and dies has it not posted, rather than twice.
 */
export function createPostToTeam({ posts, slack, content, clock, logger }: Deps) {
  return async (page: Page): Promise<void> => {
    const { id: incidentId, team } = page.incident;
    const channel = team?.slackChannel;
    if (!channel || page.test || (page.type !== 'new_incident' && page.type !== 'escalation')) return;
    if (!(await posts.claim(incidentId, channel, clock.now()))) return;
    const result = await slack.send({ ...(await content(page)), to: channel, ref: `team-${page.id.slice(3)}` });
    if (result.outcome === 'accepted') await posts.sent(incidentId, channel, result.providerId);
    else logger.warn('the post in the team channel failed', { pageId: page.id, code: result.fault.code });
  };
}
