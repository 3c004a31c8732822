import type { Clock } from '../core/clock.ts';
import { findingsOf } from '../core/contacts/findings.ts';
import type { DeadLetters } from '../core/dead-letters/ports.ts';
import { isOut } from '../core/escalation/activations.ts';
import { afterFailure, isOptOut, type Leg, OPTED_OUT } from '../core/page/attempt.ts';
import { formatCallbackRef } from '../core/page/callback-ref.ts';
import { claim, WORKER_LOST } from '../core/page/claim.ts';
import { hashFraction } from '../core/page/ids.ts';
import { applyOutcome, type Conclusion } from '../core/page/outcome.ts';
import { type Delivery, type DeliveryError, deliveryKey, type Page, type Provider } from '../core/page/page.ts';
import type { DeliveryMessage, DeliveryQueue, PageStore } from '../core/page/ports.ts';
import { type Named, supersededSendOf } from '../core/page/superseded-send.ts';
import type { TellUnknownCode } from '../core/providers/ports.ts';
import { FIXED, type Rules } from '../core/rules.ts';
import { OfNewerVersion } from '../core/versions.ts';
import type { AfterFailure } from '../use-cases/after-failure.ts';
import { changeAndRequeue } from '../use-cases/change-and-requeue.ts';
import type { Circuits } from '../use-cases/circuits.ts';
import type { NoteContacts } from '../use-cases/note-contacts.ts';
import type { OptOut } from '../use-cases/opt-out.ts';
import { tryProviders } from '../use-cases/try-providers.ts';
import type { Channel } from './channel.ts';

/** What becomes of the queue copy: it has done its work, or it must come back at `until` (epoch ms). */
export type CopyResult = { copy: 'done' } | { copy: 'again'; until: number };

interface Deps {
  pages: PageStore;
  queue: DeliveryQueue;
  deadLetters: DeadLetters;
  channel: Channel;
  circuits: Circuits;
  unknownCode: TellUnknownCode;
  optOut: Pick<OptOut, 'isSuppressed' | 'suppress'>;
  noteContacts: NoteContacts;
  afterFailure: AfterFailure;
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
 * One queue copy of a delivery: claim, try the providers, write the outcome (docs/spec/inside.md#claiming.3). No
 * provider call happens before its claim is durable, and whatever has to follow from this attempt is durable before its
 * failure is written, so a worker may die anywhere and the page still goes on.
 */
export function createDeliver(deps: Deps) {
  const { queue, deadLetters, channel, circuits, unknownCode, optOut, rules, clock, random } = deps;

  return async function deliver(message: DeliveryMessage): Promise<CopyResult> {
    const key = deliveryKey(message.round, message.channel);
    const providers = channel.providers.length;
    const { pageId, round, channel: name, claim: copy } = message;
    const at = { pageId, round, channel: name };
    const claimed = await changeAndRequeue(deps, at, (page) => claim(page, key, copy, providers, clock.now()));
    if (!claimed) return reject();
    const { page, decision } = claimed;
    switch (decision.decision) {
      case 'wait':
        return { copy: 'again', until: decision.until };
      case 'newer':
        throw new OfNewerVersion(decision.what);
      case 'settled':
        return tellIfOut(page);
      case 'drop':
        // A copy that comes back to a failure: its worker may have died before it told anybody.
        return decision.why === 'unknown' ? reject() : tellIfOut(page);
      case 'lost':
      case 'claimed': {
        if (await mayNotSend(page, decision)) {
          return conclude(page, decision, [], { next: 'failed', error: OPTED_OUT });
        }
        return conclude(page, decision, decision.decision === 'claimed' ? await attempt(page, decision) : []);
      }
    }

    /**
     * Whether STOP has come since the delivery was planned (docs/spec/replies.md#opt-out), by the person or as the
     * answer of a provider that the worker before this one did not live to write down. The plan has looked at the
     * opt-outs, so the usual page, whose first copy comes at once, reads nothing for this; one that waited for its
     * sender's turn or for a throttled table does.
     */
    async function mayNotSend(page: Page, decision: { decision: 'lost' | 'claimed'; claim: number }): Promise<boolean> {
      const { to, queuedAt } = page.deliveries[key] as Delivery;
      const isFirst = decision.decision === 'claimed' && decision.claim === 1;
      if (name !== 'sms' || (isFirst && clock.now() - queuedAt <= FIXED.optOutCache)) return false;
      return optOut.isSuppressed(to);
    }

    async function attempt(page: Page, { claim, firstLeg }: { claim: number; firstLeg: number }): Promise<Leg[]> {
      const delivery = page.deliveries[key] as Delivery;
      const startAt = (from: Provider | undefined) =>
        channel.providers.findIndex((provider) => from === undefined || provider.name === from);
      const start = startAt(delivery.failoverFrom ?? message.from);
      // Busy is not broken: what the first was too busy for goes back to it when the others fail.
      const skipped = delivery.failoverFrom === undefined ? channel.providers.slice(0, start) : [];
      const chain = [...channel.providers.slice(start), ...skipped].map((provider) => ({
        name: provider.name,
        send: (leg: number) => {
          const ref = formatCallbackRef({ ...at, claim, leg });
          return provider.send({ page, delivery, ref, now: clock.now() });
        },
      }));
      return tryProviders(message.channel, chain, firstLeg, hashFraction(`${page.id}.${key}`), {
        circuits,
        unknownCode,
        clock,
      });
    }

    /** @param refusal why nothing was sent, where no provider was asked */
    async function conclude(
      page: Page,
      claim: { claim: number; attempt: number },
      legs: Leg[],
      refusal?: Conclusion,
    ): Promise<CopyResult> {
      const delivery = page.deliveries[key] as Delivery;
      const last = legs.at(-1);
      let after: (() => Promise<void>) | undefined;
      if (last?.result.outcome === 'accepted') {
        const ref = formatCallbackRef({ ...at, claim: claim.claim, leg: last.leg });
        const message = { provider: last.provider, providerId: last.result.providerId, ref };
        // It is out: whatever fails now must not lead to a second text. So the row says SENT first, and then once more.
        after = await channel.accepted(message).then(
          () => undefined,
          () => () => channel.accepted(message),
        );
      }
      const conclusion: Conclusion =
        last?.result.outcome === 'accepted'
          ? { next: 'sent' }
          : (refusal ?? afterFailure(delivery, legs, WORKER_LOST, rules, clock.now(), random()));
      await queueNext(page, claim.claim, conclusion);
      await heedOptOut(delivery, legs, conclusion);
      if (conclusion.next !== 'sent') await noteFindings(page, delivery, legs);
      let superseded: Named | undefined;
      const decide = (now: Page) => {
        superseded =
          conclusion.next === 'sent' && last ? supersededSendOf(delivery, now.deliveries[key], last.leg) : undefined;
        return applyOutcome(now, key, claim, legs, conclusion, clock.now());
      };
      const settled = await changeAndRequeue(deps, at, decide, { start: page });
      await after?.();
      if (conclusion.next === 'sent') await noteFindings(page, delivery, legs);
      // As written, not as concluded: what was accepted just now may be known to have come back.
      await tellIfOut(settled?.page);
      // The page as written: it may have been answered during the call of the provider.
      const written = settled?.page ?? page;
      await channel.concluded({ page: written, delivery, legs, conclusion, ...(superseded && { superseded }) });
      return { copy: 'done' };
    }

    async function tellIfOut(page: Page | undefined): Promise<CopyResult> {
      const delivery = page?.deliveries[key];
      if (delivery && isOut(delivery)) await deps.afterFailure({ pageId, channel: name });
      return { copy: 'done' };
    }

    /** What has to be durable before the failure is written: the next claim's copy, or the dead letter. */
    async function queueNext(page: Page, claim: number, conclusion: Conclusion): Promise<void> {
      const { priority } = page.incident;
      if (conclusion.next === 'retry' || conclusion.next === 'deferred') {
        await queue.send({ ...at, claim: claim + 1 }, priority, conclusion.delayMs);
      } else if (conclusion.next === 'dead_lettered') {
        await deadLetters.put({ ...at, claim }, conclusion.error);
      }
    }

    /**
     * The number is suppressed before the failure is written. A row that says FAILED ends the work of every copy, so a
     * worker that died between the two would leave a number that other pages go on texting.
     */
    async function heedOptOut({ to }: Delivery, legs: readonly Leg[], conclusion: Conclusion): Promise<void> {
      const refusedBy = legs.at(-1)?.provider;
      if (conclusion.next !== 'failed' || refusedBy === undefined || !isOptOut(name, conclusion.error)) return;
      await optOut.suppress(to, refusedBy, conclusion.error.code);
    }

    /**
     * Dead contact points are marked before the failure is written, which ends the work of every copy, and after the
     * acceptance is: then the message is out. Success is noted where it mends a mark, so the usual page reads nothing.
     */
    async function noteFindings({ recipientId }: Page, delivery: Delivery, legs: readonly Leg[]): Promise<void> {
      const { works, broken } = findingsOf(name, delivery.to, legs);
      await deps.noteContacts(recipientId, name, { works: delivery.knownBroken ? works : [], broken });
    }

    async function reject(): Promise<CopyResult> {
      await deadLetters.put(message, UNKNOWN_DELIVERY);
      return { copy: 'done' };
    }
  };
}
