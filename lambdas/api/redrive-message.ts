import type { DeadLetter, RedriveOutcome } from '../core/dead-letters/ports.ts';
import { newerState } from '../core/page/newer.ts';
import type { Channel } from '../core/page/page.ts';
import type { DeliveryQueue, PageStore } from '../core/page/ports.ts';
import { latestOn } from '../core/page/retry.ts';
import { copyOf } from '../core/page/start.ts';
import { isStopped, pageStatus } from '../core/page/status.ts';
import { OfNewerVersion } from '../core/versions.ts';
import type { RetryPage } from './retry-page.ts';

export type RedriveMessage = (
  deadLetter: Pick<DeadLetter, 'about'>,
  channel: Channel,
  by: { actor: string; from?: string },
) => Promise<RedriveOutcome>;

interface Deps {
  pages: Pick<PageStore, 'get'>;
  queue: DeliveryQueue;
  retryPage: RetryPage;
}

/**
 * Takes up what a dead letter is about: the retry of its page on its channel. What it answers is durable, so the letter
 * may go, unless it `failed`, or throws `OfNewerVersion`. Repeating it sends nothing twice: a page that has been retried is on its way.
 */
export function createRedriveMessage({ pages, queue, retryPage }: Deps): RedriveMessage {
  return async ({ about }, channel, by) => {
    if (!about) return 'failed';
    const page = await pages.get(about.pageId, { consistent: true });
    const latest = page && latestOn(page, channel);
    // A held page goes out when its hold ends.
    if (!latest || isStopped(page) || page.held) return 'notNeeded';
    const newer = newerState(latest);
    if (newer !== undefined) throw new OfNewerVersion(newer);
    switch (latest.state.status) {
      case 'QUEUED':
      case 'SENDING': {
        // After long trouble all its copies may rest here, and nobody else would wake it. Claims drop what is too many.
        await queue.send(copyOf(page, latest), page.incident.priority);
        return 'requeued';
      }
      case 'FAILED': {
        if (!page.requireAck && pageStatus(page) === 'DELIVERED') return 'notNeeded';
        const { result } = await retryPage(page.id, { ...by, channels: [channel], keepPreferences: true });
        if (result === 'retried' || result === 'completed') return 'retried';
        // Somebody has to look at a page that cannot be sent again; its dead letter stays.
        return result === 'no-usable-channel' || result === 'too-often' ? 'failed' : 'notNeeded';
      }
      default:
        return 'notNeeded';
    }
  };
}
