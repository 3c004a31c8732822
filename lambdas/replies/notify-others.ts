import { cut } from '../core/content/text.ts';
import { say, type WordingOverrides, wordingFor } from '../core/content/wording.ts';
import { channelAvailability } from '../core/escalation/plan.ts';
import { type Channel, isIn, type Page } from '../core/page/page.ts';
import type { RecipientStore } from '../core/recipient/ports.ts';
import { isOwnAnswer } from '../core/replies/answerer.ts';
import type { AnswerMessage } from '../core/replies/ports.ts';
import type { createDispatch } from '../use-cases/dispatch.ts';

/** @param pages answered pages of one incident */
export type NotifyOthers = (pages: readonly Page[], message: AnswerMessage) => Promise<void>;

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
 * Tells the others who were paged that somebody has it, by one quiet channel each (docs/spec/replies.md#answering). It
 * goes as a page of its own, so it is delivered like any other; its key makes that once, however often this runs. Who
 * dispatched the news themselves tell whom they want to.
 */
export function createNotifyOthers({ recipients, dispatch, available, overrides }: Deps): NotifyOthers {
  return async (pages, message) => {
    const { action, by, via, at } = message;
    if (via === 'dispatch') return;
    const others = new Map(
      pages.filter((page) => isNews(page, at) && hasReached(page)).map((page) => [page.recipientId, page]),
    );
    for (const [recipientId, page] of others) {
      const isToBeTold = !isOwnAnswer(recipientId, message) && !page.test;
      const recipient = isToBeTold ? await recipients.get(recipientId) : undefined;
      if (!recipient || recipient.name === by) continue;
      const type = action === 'resolve' ? 'resolution' : 'acknowledgment';
      const wanted = { priority: page.incident.priority, type } as const;
      const channel = QUIET.find((one) => 'to' in channelAvailability(one, recipient, available, wanted));
      if (!channel) continue;
      const wording = wordingFor(recipient.language, overrides);
      const who = say(wording, action === 'resolve' ? 'resolvedBy' : 'acknowledgedBy', { name: by });
      const title = cut(`${who}: ${page.incident.title}`, MAX_TITLE);
      await dispatch(
        {
          incident: { ...page.incident, title },
          recipientId,
          type,
          escalationLevel: page.escalationLevel,
          channels: [channel],
          skipTiers: false,
          requireAck: false,
          ackScope: 'incident',
          escalateTo: [],
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

/** Whether this answer is the one that the page has: an acknowledgement of an acknowledged page changes nothing. */
const isNews = ({ acknowledged, resolved }: Page, at: number): boolean =>
  (acknowledged?.at === at && !resolved) || (resolved?.at === at && !acknowledged);

/**
 * Whether a message of the page was or is being sent: a notice of the answer would else be the first that its recipient
 * hears.
 */
const hasReached = ({ deliveries }: Page): boolean =>
  Object.values(deliveries).some((one) => one.sentAt !== undefined || isIn(one, 'SENDING'));
