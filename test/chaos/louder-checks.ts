/**
 * What docs/spec/api.md#dispatch says of louder pages ("Dispatch") and ADR 15 of taking the place of quieter ones, from
 * outside.
 */
import { type Page, PRIORITIES } from '../../lambdas/core/page/page.ts';
import { isAnswered } from '../../lambdas/core/page/status.ts';

const LOUDER = '1 a louder page takes the place of a quieter one';
const isLouder = (one: Page, other: Page): boolean =>
  PRIORITIES.indexOf(one.incident.priority) < PRIORITIES.indexOf(other.incident.priority);
const newsOf = ({ incident, recipientId, type, escalationLevel }: Page): string =>
  [incident.id, recipientId, type, escalationLevel].join();

export function createLouderChecks(
  violated: (invariant: string, what: string) => void,
  stored: (pageId: string) => Page | undefined,
  accepted: ReadonlyMap<string, number>,
) {
  /** A client has a 202 in hands for this page, or for one that is as loud and brings the same person the same news. */
  function wasPromised(pageId: string): boolean {
    const page = stored(pageId);
    // The next person of an escalation is paged by Lifeline itself, which no client waits for.
    if (accepted.has(pageId) || page?.clientId === 'lifeline') return true;
    // Without a key, a repetition makes a page of its own where the one that the client never heard of has ended.
    return [...accepted.keys()].some((id) => {
      const other = stored(id);
      return page && other && newsOf(page) === newsOf(other) && !isLouder(page, other);
    });
  }

  return {
    /** The louder page is durable and says the same to the same person, or the quieter one must not stop for it. */
    superseded(page: Page, by: string): void {
      const louder = stored(by);
      if (isAnswered(page)) violated(LOUDER, `${page.id} was superseded although it was answered`);
      if (!louder || !isLouder(louder, page))
        violated(LOUDER, `${page.id} was superseded by ${by}, which is not louder`);
      else if (newsOf(louder) !== newsOf(page))
        violated(LOUDER, `${page.id} was superseded by ${by}, about another news`);
    },

    claimed({ id }: Page): void {
      violated(LOUDER, `${id} was claimed after a louder page took its place`);
    },

    atEnd({ id, superseded }: Page): void {
      if (!superseded || wasPromised(superseded.by)) return;
      violated(LOUDER, `${id} was superseded by ${superseded.by}, which no client was promised`);
    },
  };
}
