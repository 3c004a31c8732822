import { signActionToken } from '../core/answers/action-token.ts';
import type { AnswerAction } from '../core/page/answer.ts';
import type { Page } from '../core/page/page.ts';
import type { ActionKeys, Clock } from '../core/ports.ts';

/** The link that acknowledges or resolves the page for whoever opens it and presses its button (contract §1). */
export type ActionLink = (page: Pick<Page, 'id'>, action: AnswerAction) => Promise<string>;

/** @param publicBaseUrl what links begin with, without a slash at its end */
export function createActionLink(deps: { keys: ActionKeys; publicBaseUrl: string; clock: Clock }): ActionLink {
  return async ({ id }, action) => {
    const { current } = await deps.keys();
    return `${deps.publicBaseUrl}/actions/${signActionToken(id, action, current, deps.clock.now())}`;
  };
}
