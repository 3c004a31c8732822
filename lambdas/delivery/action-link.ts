import type { Clock } from '../core/clock.ts';
import type { AnswerAction } from '../core/page/answer.ts';
import type { Page } from '../core/page/page.ts';
import { signActionToken } from '../core/replies/action-token.ts';
import type { ActionKeys } from '../core/replies/ports.ts';

/** What acknowledges or resolves the page for whoever has it (docs/spec/replies.md#actions). */
export interface ActionLinks {
  /** The address of a page with a button. */
  link(page: Pick<Page, 'id'>, action: AnswerAction, all?: boolean): Promise<string>;
  /** The token alone, for buttons of our own making. With `all` it means every page that the page's message lists. */
  token(page: Pick<Page, 'id'>, action: AnswerAction, all?: boolean): Promise<string>;
}

/** @param publicBaseUrl what links begin with, without a slash at its end */
export function createActionLinks(deps: { keys: ActionKeys; publicBaseUrl: string; clock: Clock }): ActionLinks {
  async function token({ id }: Pick<Page, 'id'>, action: AnswerAction, all = false): Promise<string> {
    const { current } = await deps.keys();
    return signActionToken(id, action, current, deps.clock.now(), all);
  }
  return {
    token,
    link: async (page, action, all) => `${deps.publicBaseUrl}/actions/${await token(page, action, all)}`,
  };
}
