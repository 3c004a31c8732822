import type { Page } from '../core/page/page.ts';
import { isAnswered } from '../core/page/status.ts';
import type { SlackContent, SlackProvider } from '../core/providers/ports.ts';
import type { Channel } from './channel.ts';

interface Deps {
  slack: Pick<SlackProvider, 'update'>;
  /** What a message shows once somebody has the page. */
  answered: (page: Page) => Promise<SlackContent>;
  postToTeam: (page: Page) => Promise<void>;
}

/**
 * What follows a direct message: the post in the team's channel. One that was accepted while the page was being answered
 * has not been seen by whoever updates messages (replies/after-answer.ts): its id came too late, and its buttons would stay.
 */
export function createAfterDirectMessage({ slack, answered, postToTeam }: Deps): Channel['concluded'] {
  return async ({ page, legs }) => {
    if (!isAnswered(page)) return postToTeam(page);
    const last = legs.at(-1);
    if (last?.result.outcome === 'accepted') await slack.update(last.result.providerId, await answered(page));
  };
}
