import type { Clock } from '../core/clock.ts';
import { isIn, type Page } from '../core/page/page.ts';
import type { TeamPosts } from '../core/page/ports.ts';
import type { SlackContent, SlackProvider, VoiceProvider } from '../core/providers/ports.ts';
import type { AnswerMessage } from '../core/replies/ports.ts';
import type { Log } from '../runtime/logger.ts';
import type { BundleOf } from '../use-cases/bundle.ts';
import type { NotifyOthers } from './notify-others.ts';

/** @param pages all alarms of the incident, as they are now */
export type AfterAnswer = (pages: readonly Page[], message: AnswerMessage) => Promise<void>;

interface Deps {
  slack: Pick<SlackProvider, 'update'>;
  voice: Pick<VoiceProvider, 'hangUp'>;
  posts: TeamPosts;
  answered: (page: Page) => Promise<SlackContent>;
  notifyOthers: NotifyOthers;
  /** What a message of the page lists that is open still; without it messages list one page each (ADR 12). */
  bundleOf: BundleOf;
  clock: Clock;
  logger: Pick<Log, 'warn'>;
}

/** A call is over after three minutes; what was sent before that needs no hanging up. */
const CALLS_END_WITHIN = 180_000;

/**
 * Takes back what can be taken back once an incident is answered: calls that still ring are cancelled, Slack messages
 * say who has it, the others are told quietly (docs/spec/replies.md#answering). Repeating it repeats nothing that a
 * person would notice. What fails here is not worth a page: the answer itself counts already.
 */
export function createAfterAnswer(deps: Deps): AfterAnswer {
  const { slack, voice, posts, answered, logger, clock } = deps;

  return async (pages, message) => {
    const isMeant = (page: Page) => message.onlyPage === undefined || page.id === message.onlyPage;
    const done = pages.filter((page) => isMeant(page) && (page.acknowledged || page.resolved));
    await Promise.all(done.map(cancelInFlight));
    const [first] = done;
    if (!first) return;
    // The post in the channel of a team is about the incident, which a page of one person alone does not answer.
    const ofIncident = message.onlyPage === undefined ? await posts.ofIncident(message.incidentId) : [];
    for (const post of ofIncident) await update(post, first);
    await deps.notifyOthers(done, message);
  };

  async function cancelInFlight(page: Page): Promise<void> {
    // The message is about others too, and they are open: it stays, with the buttons that answer them.
    const othersOpen = (await deps.bundleOf(page))?.pages.some((one) => one.id !== page.id);
    if (othersOpen) return;
    for (const delivery of Object.values(page.deliveries)) {
      const { channel, sent, sentAt = 0 } = delivery;
      if (!isIn(delivery, 'SENT') || !sent?.providerId) continue;
      const { providerId } = sent;
      if (channel === 'slack') await update(providerId, page);
      // An answered call goes on, and says who has it.
      if (channel === 'voice' && clock.now() - sentAt < CALLS_END_WITHIN) await voice.hangUp?.(providerId);
    }
  }

  async function update(message: string, page: Page): Promise<void> {
    const result = await slack.update(message, await answered(page));
    if (result.outcome === 'failed') {
      logger.warn('a Slack message still shows an open page', { pageId: page.id, code: result.fault.code });
    }
  }
}
