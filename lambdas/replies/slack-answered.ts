import type { Clock } from '../core/clock.ts';
import { slackAnswered, slackBundleAnswered } from '../core/content/slack.ts';
import { type WordingOverrides, wordingFor } from '../core/content/wording.ts';
import type { Page } from '../core/page/page.ts';
import { isAnswered } from '../core/page/status.ts';
import type { SlackContent } from '../core/providers/ports.ts';
import { signActionToken } from '../core/replies/action-token.ts';
import type { ActionKeys } from '../core/replies/ports.ts';

interface Deps {
  keys: ActionKeys;
  clock: Clock;
  /** A deployment's own words. */
  overrides: WordingOverrides;
  /** All that messages of the page have listed (ADR 12). */
  listedOf: (page: Page) => Promise<Page[]>;
}

/** Makes what takes the place of a message that was answered: who has it, and a Resolve button until it is over. */
export function createSlackAnswered({ keys, clock, overrides, listedOf }: Deps) {
  return async (page: Page): Promise<SlackContent> => {
    const { language, timezone } = page.locale ?? {};
    const now = clock.now();
    const listed = await listedOf(page);
    if (listed.length > 1 && isAnswered(page) && listed.every(isAnswered)) {
      const options = { wording: wordingFor(language, overrides), ...(timezone && { timezone }) };
      return slackBundleAnswered({ recipientId: page.recipientId, pages: listed }, page, options);
    }
    const { current } = await keys();
    return slackAnswered(page, {
      wording: wordingFor(language, overrides),
      ...(timezone && { timezone }),
      now,
      tokens: { resolve: signActionToken(page.id, 'resolve', current, now) },
    });
  };
}
