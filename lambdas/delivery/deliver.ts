import { formatCallbackRef } from '../core/callback-ref.ts';
import { afterFailure } from '../core/outcome.ts';
import { claim, WORKER_LOST } from '../core/page/claim.ts';
import type { Conclusion, Leg } from '../core/page/outcome.ts';
import { applyOutcome, toError } from '../core/page/outcome.ts';
import type { DeliveryError, Page } from '../core/page/page.ts';
import { deliveryKey } from '../core/page/page.ts';
import type { AttemptMessage, Clock, DeadLetters, DeliveryQueue, PageStore, SmsProvider } from '../core/ports.ts';
import type { Rules } from '../core/rules.ts';
import { smsText } from '../core/sms/texts.ts';
import { changePage } from '../operations/change-page.ts';

/** What becomes of the queue copy: it has done its work, or it must come back at `until` (epoch ms). */
export type CopyResult = { copy: 'done' } | { copy: 'again'; until: number };

interface Deps {
  pages: PageStore;
  queue: DeliveryQueue;
  deadLetters: DeadLetters;
  /** In the order they are tried within one attempt. */
  chain: readonly SmsProvider[];
  rules: Rules;
  clock: Clock;
  /** In [0, 1), for jitter. */
  random(): number;
}

const UNKNOWN_DELIVERY: DeliveryError = {
  code: 'unknown_delivery',
  class: 'our_bug',
  message: 'The queue message names no delivery that exists.',
};

/**
 * One queue copy of an SMS delivery: claim, send, write the outcome (design §2.2 and §2.3). No provider call happens
 * before its claim is durable, and the copy for the next attempt is queued before this one's failure is written, so a
 * worker may die anywhere and the page still goes on.
 */
export function createDeliver({ pages, queue, deadLetters, chain, rules, clock, random }: Deps) {
  return async function deliver(message: AttemptMessage): Promise<CopyResult> {
    const key = deliveryKey(message.round, message.channel);
    const claimed = await changePage(pages, message.pageId, (page) =>
      claim(page, key, message.attempt, chain.length, clock.now()),
    );
    if (!claimed) return reject();
    const { page, decision } = claimed;
    switch (decision.decision) {
      case 'wait':
        return { copy: 'again', until: decision.until };
      case 'drop':
        return decision.why === 'unknown' ? reject() : { copy: 'done' };
      case 'lost':
        await conclude(page, decision.attempt, []);
        return { copy: 'done' };
      case 'claimed':
        await conclude(page, decision.attempt, await walk(page, decision.attempt, decision.firstLeg));
        return { copy: 'done' };
    }

    async function reject(): Promise<CopyResult> {
      await deadLetters.put(message, UNKNOWN_DELIVERY);
      return { copy: 'done' };
    }

    /** Calls the providers in turn until one accepts or a fault says that no other would do better. */
    async function walk(page: Page, attempt: number, firstLeg: number): Promise<Leg[]> {
      const legs: Leg[] = [];
      for (const provider of chain) {
        const leg = firstLeg + legs.length;
        const result = await provider.send({
          to: page.deliveries[key]?.to ?? '',
          body: smsText(page, page.code === undefined ? {} : { replyCode: page.code }),
          ref: formatCallbackRef({ ...message, attempt, leg }),
        });
        legs.push({ leg, provider: provider.name, at: clock.now(), result });
        if (result.outcome === 'accepted' || !result.fault.failsOver) break;
      }
      return legs;
    }

    async function conclude(page: Page, attempt: number, legs: Leg[]): Promise<void> {
      const conclusion = await prepare(page, attempt, legs);
      const decide = (now: Page) => ({ page: applyOutcome(now, key, attempt, legs, conclusion, clock.now()) });
      await changePage(pages, page.id, decide, page);
    }

    /** What has to be durable before the failure is written: the next attempt's copy, or the dead letter. */
    async function prepare(page: Page, attempt: number, legs: Leg[]): Promise<Conclusion> {
      const result = legs.at(-1)?.result;
      if (result?.outcome === 'accepted') return { next: 'sent' };
      const error = toError(result?.fault ?? WORKER_LOST);
      const after = afterFailure(attempt, error, rules, random());
      if (after.next === 'retry') {
        await queue.send({ ...message, attempt: after.attempt }, page.incident.priority, after.delayMs);
        return { next: 'retry', error };
      }
      if (!after.exhausted) return { next: 'failed', error };
      await deadLetters.put({ ...message, attempt }, error);
      return { next: 'dead_lettered', error };
    }
  };
}
