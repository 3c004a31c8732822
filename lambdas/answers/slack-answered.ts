import { signActionToken } from '../core/answers/action-token.ts';
import { slackAnswered } from '../core/content/slack.ts';
import { type WordingOverrides, wordingFor } from '../core/content/wording.ts';
import type { Page } from '../core/page/page.ts';
import type { ActionKeys, Clock, SlackContent } from '../core/ports.ts';

interface Deps {
  keys: ActionKeys;
  clock: Clock;
  /** A deployment's own words. */
  overrides?: WordingOverrides;
}

/** Makes what takes the place of a message that was answered: who has it, and a Resolve button until it is over. */
export function createSlackAnswered({ keys, clock, overrides }: Deps) {
  return async (page: Page): Promise<SlackContent> => {
    const { language, timezone } = page.locale ?? {};
    const now = clock.now();
    const { current } = await keys();
    return slackAnswered(page, {
      wording: wordingFor(language, overrides),
      ...(timezone && { timezone }),
      now,
      tokens: { resolve: signActionToken(page.id, 'resolve', current, now) },
    });
  };
}
