import type { Answer, Page } from './page.ts';
import { skipQueued } from './skip.ts';

export type AnswerAction = 'acknowledge' | 'resolve';

/**
 * Acknowledges or resolves a page and skips what is still queued, in one change (docs/spec/replies.md#stopping). A
 * delivery that is SENDING ends by its own outcome. Repeated, it returns the page it was given: who was first stays.
 */
export function answer(page: Page, action: AnswerAction, by: Answer): Page {
  const already = action === 'acknowledge' ? (page.acknowledged ?? page.resolved) : page.resolved;
  if (already) return page;
  const answered: Page =
    action === 'acknowledge'
      ? { ...page, rev: page.rev + 1, acknowledged: by }
      : { ...page, rev: page.rev + 1, resolved: by };
  return skipQueued(answered, action === 'acknowledge' ? 'acknowledged' : 'resolved', by.at);
}

/** Whether what the page has of this action is this very answer, and not an earlier one. */
export function isAnsweredBy(page: Page, action: AnswerAction, { at, by, via }: Answer): boolean {
  const has = action === 'acknowledge' ? page.acknowledged : page.resolved;
  return has !== undefined && has.at === at && has.by === by && has.via === via;
}
