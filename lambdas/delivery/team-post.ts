import type { Clock } from '../core/clock.ts';
import { untilNextTry } from '../core/page/attempt.ts';
import { asksForAnswer } from '../core/page/kind.ts';
import type { Page } from '../core/page/page.ts';
import type { DeliveryMessage, DeliveryQueue, PageStore, TeamPosts } from '../core/page/ports.ts';
import { isAnswered } from '../core/page/status.ts';
import type { SlackContent, SlackProvider } from '../core/providers/ports.ts';
import type { Rules } from '../core/rules.ts';
import type { Log } from '../runtime/logger.ts';

interface Deps {
  pages: Pick<PageStore, 'get'>;
  posts: TeamPosts;
  slack: Pick<SlackProvider, 'send'>;
  content: (page: Page) => Promise<SlackContent>;
  /** The lanes of Slack, by which a post that was not taken comes back. */
  queue: DeliveryQueue;
  rules: Rules;
  clock: Clock;
  /** In [0, 1), for jitter. */
  random(): number;
  logger: Pick<Log, 'warn'>;
}

/**
 * One post per incident in the team's channel (docs/spec/delivery.md#slack). It is beside the delivery, which is the
 * direct message, and nothing waits for it. What Slack surely has not posted and may take later comes back by a copy in
 * the lane, five times in all and no earlier than Slack asks for: a channel takes one message a second (ADR 22), and a
 * burst of incidents is when its team looks. A worker that claims the post and dies has it not posted, rather than
 * twice.
 */
export function createPostToTeam(deps: Deps) {
  const { pages, posts, slack, content, queue, rules, clock, random, logger } = deps;

  async function send(page: Page, channel: string, tries: number): Promise<void> {
    const { id: incidentId, priority } = page.incident;
    const result = await slack.send({ ...(await content(page)), to: channel, ref: `team-${page.id.slice(3)}` });
    if (result.outcome === 'accepted') return posts.sent(incidentId, channel, result.providerId);
    const delayMs = untilNextTry(result.fault, tries, rules, random());
    const next = delayMs === undefined ? 'given up' : 'tried again';
    logger.warn('the post in the team channel failed', { pageId: page.id, code: result.fault.code, next });
    if (delayMs === undefined) return;
    const copy = { pageId: page.id, round: page.round, channel: 'slack', claim: 1, teamPost: tries + 1 } as const;
    await queue.send(copy, priority, delayMs);
  }

  return {
    /** After a direct message of the page: posts, unless another page of the incident has. */
    async post(page: Page): Promise<void> {
      const { id: incidentId, team } = page.incident;
      const channel = team?.slackChannel;
      if (!channel || page.test || !asksForAnswer(page)) return;
      if (await posts.claim(incidentId, channel, 1, clock.now())) await send(page, channel, 1);
    },

    /** A copy that is for the post is done with it; whether it was one. An incident that was answered needs none. */
    async again({ pageId, teamPost }: DeliveryMessage): Promise<boolean> {
      if (teamPost === undefined) return false;
      const page = await pages.get(pageId);
      const channel = page?.incident.team?.slackChannel;
      if (!page || !channel || isAnswered(page)) return true;
      if (await posts.claim(page.incident.id, channel, teamPost, clock.now())) await send(page, channel, teamPost);
      return true;
    },
  };
}
