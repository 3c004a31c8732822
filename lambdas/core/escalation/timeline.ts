/**
 * What a page would do from now on if nobody answered it: a run of the real rules on a clock of its own
 * (docs/spec/api.md#plan). Nothing here decides anything: `nextStep` climbs, `claim` takes copies, `afterFailure` and
 * `applyOutcome` end attempts, `applyReceipt` takes news. Only the providers are made up.
 */
import { type CircuitName, circuitName } from '../circuit/circuit.ts';
import { afterFailure, type Leg } from '../page/attempt.ts';
import { claim, WORKER_LOST } from '../page/claim.ts';
import { applyOutcome, type Conclusion } from '../page/outcome.ts';
import {
  type Channel,
  type Delivery,
  type DeliveryKey,
  deliveryKey,
  type Page,
  type PageStatus,
  PROVIDERS_OF,
  type Provider,
  type Tier,
} from '../page/page.ts';
import { applyReceipt } from '../page/receipt.ts';
import { release, waiting } from '../page/release.ts';
import { ringAgain } from '../page/second-ring.ts';
import { exhaust, start, untouched } from '../page/start.ts';
import { pageStatus } from '../page/status.ts';
import type { Fault } from '../providers/fault.ts';
import type { Receipt } from '../receipts/ports.ts';
import { RING, type Rules } from '../rules.ts';
import { NO_HUMAN } from './activations.ts';
import { nextStep } from './next-step.ts';

/** A send that a provider would take. Seconds from now. */
export interface TimelineEntry {
  atSeconds: number;
  round: number;
  tier: Tier;
  channel: Channel;
  provider: Provider;
}

export interface Timeline {
  entries: TimelineEntry[];
  /** Channels that would be put off because all their providers are down, each at its start. */
  deferred: Omit<TimelineEntry, 'provider'>[];
  /** The status that the page would keep, and since when. */
  end: { atSeconds: number; status: PageStatus };
}

/** Something that comes later: a queue copy of a delivery, or a provider's receipt for it. */
interface Coming {
  at: number;
  key: DeliveryKey;
  what: { copy: number } | { claim: number; leg: number; receipt: Receipt };
}

/**
 * Healthy providers take a send at once; receipts of mails and texts come at once; a call rings out. A provider that is
 * down is one whose circuit is open. Jitter is left out. A page that is held begins when its hold ends, as if it went
 * out alone.
 * @param page as it would be accepted
 */
export function timeline(page: Page, down: ReadonlySet<CircuitName>, rules: Rules): Timeline {
  const run = new Run(page, down, rules);
  run.toTheEnd();
  return { entries: run.entries, deferred: run.deferred, end: run.end };
}

class Run {
  readonly entries: TimelineEntry[] = [];
  readonly deferred: Timeline['deferred'] = [];
  end: Timeline['end'];
  private page: Page;
  private now: number;
  private coming: Coming[] = [];
  private readonly began: number;
  private readonly down: ReadonlySet<CircuitName>;
  private readonly rules: Rules;

  constructor(page: Page, down: ReadonlySet<CircuitName>, rules: Rules) {
    this.page = page;
    this.began = page.createdAt;
    this.now = page.createdAt;
    this.down = down;
    this.rules = rules;
    this.end = { atSeconds: 0, status: pageStatus(page) };
    if (page.held) {
      this.now = page.held.until;
      this.page = release(page, waiting(page), this.now);
    }
    this.queueStarted();
  }

  /** Ends because every wait of the rules does: attempts are five, deferrals last an hour, rounds half of one. */
  toTheEnd(): void {
    for (;;) {
      this.takeWhatIsDue();
      const looksAt = this.climb();
      const status = pageStatus(this.page);
      if (status !== this.end.status) this.end = { atSeconds: this.seconds(), status };
      if (this.coming.some(({ at }) => at <= this.now)) continue;
      const next = Math.min(looksAt, ...this.coming.map(({ at }) => at));
      if (!Number.isFinite(next)) return;
      this.now = next;
    }
  }

  private takeWhatIsDue(): void {
    for (let i = this.dueIndex(); i >= 0; i = this.dueIndex()) {
      const [one] = this.coming.splice(i, 1);
      if (!one) return;
      if ('copy' in one.what) this.attempt(one.key, one.what.copy);
      else this.receive(one.key, one.what, one.what.receipt);
    }
  }

  private dueIndex(): number {
    return this.coming.findIndex(({ at }) => at <= this.now);
  }

  /** Does what is due, as the escalation machine would. Gives the time of its next look. */
  private climb(): number {
    for (;;) {
      const next = nextStep(this.page, this.now, this.rules);
      switch (next.step) {
        case 'end':
        case 'newer':
          return Number.POSITIVE_INFINITY;
        case 'wait':
          return next.until;
        case 'exhaust':
          this.page = exhaust(this.page, this.now);
          break;
        case 'start_tier':
          this.page = start(this.page, next.tier, next.tier.channels, this.now);
          break;
        case 'start_round':
          this.page = start(this.page, 'round', next.channels, this.now);
          break;
      }
      if (next.step !== 'exhaust') {
        this.queueStarted();
        // What starts now is sent now, before anybody looks again.
        return this.now;
      }
    }
  }

  private queueStarted(): void {
    const queued = new Set(this.coming.map(({ key }) => key));
    for (const { round, channel } of untouched(this.page)) {
      const key = deliveryKey(round, channel);
      if (!queued.has(key)) this.coming.push({ at: this.now, key, what: { copy: 1 } });
    }
  }

  private attempt(key: DeliveryKey, copy: number): void {
    const channel = this.page.deliveries[key]?.channel;
    if (channel === undefined) return;
    const taken = claim(this.page, key, copy, PROVIDERS_OF[channel].length, this.now);
    if ('page' in taken) this.page = taken.page;
    const delivery = this.page.deliveries[key];
    if (taken.decision !== 'claimed' || !delivery) return;
    const legs = this.walk(delivery, taken.firstLeg);
    const accepted = legs.at(-1)?.result.outcome === 'accepted';
    const conclusion: Conclusion = accepted
      ? { next: 'sent' }
      : afterFailure(delivery, legs, WORKER_LOST, this.rules, this.now, 0);
    this.page = applyOutcome(this.page, key, taken, legs, conclusion, this.now).page;
    if (conclusion.next === 'retry' || conclusion.next === 'deferred') {
      this.coming.push({ at: this.now + conclusion.delayMs, key, what: { copy: taken.claim + 1 } });
    }
    this.note(delivery, legs.at(-1), taken.claim);
  }

  private walk({ channel, failoverFrom: from }: Delivery, firstLeg: number): Leg[] {
    const chain = PROVIDERS_OF[channel].slice(from ? PROVIDERS_OF[channel].indexOf(from) : 0);
    const legs: Leg[] = [];
    for (const [i, provider] of chain.entries()) {
      const leg = { leg: firstLeg + i, provider, at: this.now };
      if (!this.down.has(circuitName(provider, channel))) {
        legs.push({
          ...leg,
          result: { outcome: 'accepted', providerId: `plan:${leg.leg}`, providerStatus: 'planned' },
        });
        break;
      }
      legs.push({ ...leg, result: { outcome: 'skipped' } });
    }
    return legs;
  }

  private note({ channel, round, tier, deferral }: Delivery, last: Leg | undefined, claim: number): void {
    const at = { atSeconds: this.seconds(), round, tier, channel };
    if (last?.result.outcome !== 'accepted') {
      if (!deferral) this.deferred.push(at);
      return;
    }
    const { provider, leg } = last;
    this.entries.push({ ...at, provider });
    const receipt = receiptOf(channel, provider, last.result.providerId);
    if (receipt) {
      const comesAt = this.now + (channel === 'voice' ? RING : 0);
      this.coming.push({ at: comesAt, key: deliveryKey(round, channel), what: { claim, leg, receipt } });
    }
  }

  private receive(key: DeliveryKey, send: { claim: number; leg: number }, receipt: Receipt): void {
    const applied = applyReceipt(this.page, key, send, receipt, this.now);
    if (applied.decision !== 'applied') return;
    const again = ringAgain(applied.page, key, this.rules, this.now);
    this.page = again?.page ?? applied.page;
    if (again) this.coming.push({ at: this.now + again.delayMs, key, what: { copy: again.copy } });
  }

  private seconds(): number {
    return Math.round((this.now - this.began) / 1_000);
  }
}

/** The news that follows where nobody answers; none where acceptance is all that is ever known. */
function receiptOf(channel: Channel, provider: Provider, providerId: string): Receipt | undefined {
  const about = { provider, providerId, rank: 9 };
  if (channel === 'email' || channel === 'sms') return { ...about, providerStatus: 'delivered', news: 'delivered' };
  if (provider !== 'twilio') return undefined;
  return { ...about, providerStatus: 'no-answer', news: { undelivered: RANG_OUT } };
}

const RANG_OUT: Fault = {
  code: NO_HUMAN,
  class: 'recipient_permanent',
  message: 'not answered',
  failsOver: false,
  counts: false,
  opens: false,
  disablesSender: false,
};
