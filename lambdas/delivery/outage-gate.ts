import { circuitName } from '../core/circuit/circuit.ts';
import type { Clock } from '../core/clock.ts';
import { untilNextTurn } from '../core/page/attempt.ts';
import { claim } from '../core/page/claim.ts';
import { hashFraction } from '../core/page/ids.ts';
import { deliveryKey, isIn } from '../core/page/page.ts';
import type { DeliveryMessage, DeliveryQueue, PageStore } from '../core/page/ports.ts';
import type { Rules } from '../core/rules.ts';
import type { Circuits } from '../use-cases/circuits.ts';
import type { Channel } from './channel.ts';

/** Whether the copy has been put back because nothing has changed since its delivery was deferred. */
export type OutageGate = (message: DeliveryMessage) => Promise<boolean>;

interface Deps {
  pages: Pick<PageStore, 'get'>;
  queue: DeliveryQueue;
  channel: Channel;
  circuits: Pick<Circuits, 'isOpenFor'>;
  rules: Rules;
  clock: Clock;
  /** In [0, 1), for jitter. */
  random(): number;
}

/**
 * A deferred delivery whose turn has come while every circuit of its channel is open: its copy goes back to wait for the
 * next turn, and the row, which says that it is deferred, is not touched. Claiming it to find the circuits open would be
 * two writes a minute for every page of an outage, of a row that grows with each (docs/bench.md).
 *
 * It comes before the sender's limit, so that what cannot be sent takes nobody's place. Whatever there is to decide or to
 * write, be it an answer, the end of the hour or a probe, is left to `deliver`, as is what cannot be read.
 */
export function createOutageGate({ pages, queue, channel, circuits, rules, clock, random }: Deps): OutageGate {
  return async (message) => {
    // It takes its place under the sender's limit when it comes back.
    const { paced: _, from: __, waits: ___, ...next } = message;
    const { pageId, round, channel: name, claim: copy } = next;
    const key = deliveryKey(round, name);
    const ticket = hashFraction(`${pageId}.${key}`);
    // Stops at the first provider whose circuit admits calls: when all is well that is one read, which the send reuses.
    for (const provider of channel.providers)
      if (!(await circuits.isOpenFor(circuitName(provider.name, name), ticket))) return false;

    const page = await pages.get(pageId);
    const delivery = page?.deliveries[key];
    if (!page || !isIn(delivery, 'QUEUED') || !delivery.deferral) return false;
    const now = clock.now();
    if (claim(page, key, copy, 0, now).decision !== 'claimed') return false;
    const delayMs = untilNextTurn(delivery.deferral.since, rules, now, random());
    if (delayMs === undefined) return false;
    await queue.send(next, page.incident.priority, delayMs);
    return true;
  };
}
