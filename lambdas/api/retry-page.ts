import type { AuditLog } from '../core/audit/ports.ts';
import type { Clock } from '../core/clock.ts';
import { nextStep } from '../core/escalation/next-step.ts';
import { channelAvailability, type Plan } from '../core/escalation/plan.ts';
import type { EscalationChecks } from '../core/escalation/ports.ts';
import { isInterruptive } from '../core/page/kind.ts';
import { newerToClimb } from '../core/page/newer.ts';
import type { Channel, Page } from '../core/page/page.ts';
import type { CodeStore, DeliveryQueue, PageStore } from '../core/page/ports.ts';
import { isRetriedOut, retriable, retry } from '../core/page/retry.ts';
import { firstCopies } from '../core/page/start.ts';
import type { Starting } from '../core/page/starting.ts';
import { isAnswered, isHeld, isStopped } from '../core/page/status.ts';
import type { RecipientStore } from '../core/recipient/ports.ts';
import type { Recipient } from '../core/recipient/recipient.ts';
import type { Rules } from '../core/rules.ts';
import { OfNewerVersion } from '../core/versions.ts';
import { changePage } from '../use-cases/change-page.ts';
import { keepCode, withCode } from '../use-cases/reserve-code.ts';

export interface RetryRequest {
  /** Only these channels. */
  channels?: readonly Channel[];
  /** Nobody chose the channels: one that the recipient has switched off stays off. */
  keepPreferences?: true;
  /** For the audit: token subject and client, and the source address where known. */
  actor: string;
  from?: string;
}

export type RetryResult =
  /** A new round is durable and on its way; or one that an interrupted call had left behind is now. */
  | { result: 'retried' | 'completed'; page: Page }
  | { result: 'answered' | 'superseded' | 'too-often' | 'nothing'; page: Page }
  | { result: 'no-usable-channel'; page: Page; unusable: Plan['unusable'] }
  | { result: 'unknown-page' };

export type RetryPage = (pageId: string, request: RetryRequest) => Promise<RetryResult>;

interface Deps {
  pages: PageStore;
  recipients: Pick<RecipientStore, 'get'>;
  codes: Pick<CodeStore, 'reserve'>;
  queue: DeliveryQueue;
  escalationChecks: EscalationChecks;
  audit: AuditLog;
  available: ReadonlySet<Channel>;
  rules: Rules;
  clock: Clock;
}

type Decision =
  | { retry: 'started'; page: Page; channels: Starting[] }
  | { retry: 'answered' | 'superseded' | 'too-often' | 'nothing' }
  | { retry: 'unusable'; unusable: Plan['unusable'] };

/**
 * Sends a page again where it failed, as a new round (docs/spec/api.md#retry). It answers `retried` when round, queue
 * copies and the look that follows them up are durable. The look goes out before the page is written, so that a caller
 * that dies in between leaves a page that climbs; the copies after it, or they could be dropped before their deliveries
 * exist. What such a caller left unqueued the next call queues.
 */
export function createRetryPage(deps: Deps): RetryPage {
  const { pages, queue, escalationChecks, rules, clock } = deps;

  return async (pageId, request) => {
    const { channels: named, actor, from } = request;
    const before = await pages.get(pageId, { consistent: true });
    if (!before) return { result: 'unknown-page' };
    const recipient = await deps.recipients.get(before.recipientId);
    const rings = !isStopped(before) && retriable(before, named).some(({ channel }) => isInterruptive(channel));
    // The number may be another one than at dispatch, and the code's 7 days may be over.
    const code = rings ? await keepCode(deps.codes, before, recipient, clock.now(), { renew: true }) : undefined;
    const changed = await changePage(pages, pageId, (page) => decide(withCode(page, code), recipient, request), {
      start: before,
      prepare: async (decision) => {
        if (decision.retry === 'started') await prepare(decision.page);
      },
    });
    if (!changed) return { result: 'unknown-page' };
    const { page, decision } = changed;
    switch (decision.retry) {
      case 'answered':
      case 'superseded':
      case 'too-often':
        return { result: decision.retry, page };
      case 'unusable':
        return { result: 'no-usable-channel', page, unusable: decision.unusable };
      case 'nothing':
        return { result: (await complete(page, named)) ? 'completed' : 'nothing', page };
      case 'started': {
        const details = { round: page.round, channels: decision.channels.map(({ channel }) => channel).join(' ') };
        const entry = { at: clock.now(), resource: `page/${pageId}`, action: 'page.retried', actor, details } as const;
        await Promise.all([queueCopies(page), deps.audit.record({ ...entry, ...(from !== undefined && { from }) })]);
        return { result: 'retried', page };
      }
    }
  };

  function decide(page: Page, recipient: Recipient | undefined, request: RetryRequest): Decision {
    const { channels: named, keepPreferences } = request;
    if (isAnswered(page)) return { retry: 'answered' };
    if (page.superseded) return { retry: 'superseded' };
    const newer = newerToClimb(page);
    if (newer !== undefined) throw new OfNewerVersion(newer);
    const wanted = retriable(page, named);
    if (wanted.length === 0) return { retry: 'nothing' };
    if (isRetriedOut(page)) return { retry: 'too-often' };
    const { priority } = page.incident;
    // What the caller of the retry names counts like what the dispatch named: it overrides preferences.
    const channels = (keepPreferences ? undefined : named) ?? page.channels;
    const about = { priority, type: page.type, ...(channels && { channels }) };
    const judged = wanted.map(({ channel }) => ({
      channel,
      // Somebody who has been deleted is not paged any more.
      ...(recipient
        ? channelAvailability(channel, recipient, deps.available, about)
        : { reason: 'no-contact' as const }),
    }));
    const usable = judged.flatMap((one) => ('to' in one ? [one] : []));
    const unusable = judged.flatMap((one) => ('reason' in one ? [one] : []));
    if (usable.length === 0) return { retry: 'unusable', unusable };
    return { retry: 'started', channels: usable, page: retry(page, usable, clock.now()) };
  }

  async function prepare(page: Page): Promise<void> {
    const now = clock.now();
    const next = nextStep(page, now, rules);
    if (next.step === 'wait') await escalationChecks.send({ pageId: page.id }, next.until - now);
  }

  /** What is durable but perhaps not queued, and what is overdue: true if there is any. */
  async function complete(page: Page, named: readonly Channel[] | undefined): Promise<boolean> {
    const queued = isHeld(page) ? 0 : await queueCopies(page, named);
    const { step } = nextStep(page, clock.now(), rules);
    const isOverdue = named === undefined && step !== 'wait' && step !== 'end';
    if (isOverdue) await escalationChecks.send({ pageId: page.id }, 0);
    return isOverdue || queued > 0;
  }

  /**
   * Queues what no worker has touched yet, as every other start does: pages that share messages share them here too. An
   * operator who sends twenty pages of a digest again after an outage sends their reader one message.
   * @returns how many copies were queued
   */
  async function queueCopies(page: Page, named?: readonly Channel[]): Promise<number> {
    const copies = firstCopies(page).filter(({ channel }) => named?.includes(channel) ?? true);
    await Promise.all(copies.map((copy) => queue.send(copy, page.incident.priority)));
    return copies.length;
  }
}
