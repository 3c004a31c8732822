import { say, type WordingOverrides, wordingFor } from '../core/content/wording.ts';
import type { Channel, Page } from '../core/page/page.ts';
import { judge } from '../core/plan.ts';
import type { RecipientStore, StopMessage } from '../core/ports.ts';
import type { createDispatch } from '../operations/dispatch.ts';

/** @param pages answered pages of one incident */
export type TellOthers = (pages: readonly Page[], message: StopMessage) => Promise<void>;

interface Deps {
  recipients: Pick<RecipientStore, 'get'>;
  dispatch: ReturnType<typeof createDispatch>;
  available: ReadonlySet<Channel>;
  overrides: WordingOverrides;
}

/** Quietest first: what shows without ringing. A text is the last that is left to somebody who has nothing else. */
const QUIET: readonly Channel[] = ['slack', 'push', 'teams', 'email', 'sms'];

const MAX_TITLE = 200;

/**
 * Tells the others who were paged that somebody has it, by one quiet channel each (contract §2, "Answering"). It goes as
 * a page of its own, so it is delivered like any other; its key makes that once, however often this runs. Who dispatched
 * the news themselves tell whom they want to.
 */
export function createTellOthers({ recipients, dispatch, available, overrides }: Deps): TellOthers {
  return async (pages, { action, by, via, at, answeredBy }) => {
    if (via === 'dispatch') return;
    const others = new Map(
      pages.filter((page) => isNews(page, at) && hasReached(page)).map((page) => [page.recipientId, page]),
    );
    for (const [recipientId, page] of others) {
      // A button in Slack may be pressed by anybody who sees it, under their own name; other ways in are the recipient's own.
      const isOwnAnswer = recipientId === answeredBy && via !== 'slack';
      const recipient = isOwnAnswer || page.test ? undefined : await recipients.get(recipientId);
      if (!recipient || recipient.name === by) continue;
      const type = action === 'resolve' ? 'resolution' : 'acknowledgment';
      const wanted = { priority: page.incident.priority, type } as const;
      const channel = QUIET.find((one) => 'to' in judge(one, recipient, available, wanted));
      if (!channel) continue;
      const wording = wordingFor(recipient.language, overrides);
      const who = say(wording, action === 'resolve' ? 'resolvedBy' : 'acknowledgedBy', { name: by });
      const title = `${who}: ${page.incident.title}`.slice(0, MAX_TITLE);
      await dispatch(
        {
          ...{ incident: { ...page.incident, title }, recipientId, type, escalationLevel: page.escalationLevel },
          ...{ channels: [channel], skipTiers: false, requireAck: false, ackScope: 'incident', escalateTo: [] },
        },
        {
          clientId: 'lifeline',
          by,
          quiet: true,
          idempotencyKey: `news:${page.incident.id}:${action}:${recipientId}:${at}`,
        },
      );
    }
  };
}

/** This answer is the one the page has: one that was acknowledged before is no news when it is acknowledged again. */
const isNews = ({ acknowledged, resolved }: Page, at: number): boolean =>
  (acknowledged?.at === at && !resolved) || (resolved?.at === at && !acknowledged);

/** The person has heard of it, or may have. */
const hasReached = ({ deliveries }: Page): boolean => Object.values(deliveries).some(({ claims }) => claims > 0);
