/**
 * Every number of the delivery rules, once (docs/spec/delivery.md#attempts and docs/spec/local-run.md#what-is-scaled).
 * Durations are milliseconds.
 *
 * `rules(timeScale)` shortens the waits for the local run's `--speed N`; docs/spec/local-run.md#what-is-scaled lists
 * which waits are scaled and which stay real. In AWS the scale is 1.
 */

import type { Priority } from './page/page.ts';
import { DAY, HOUR, MINUTE, SECOND } from './time.ts';

/** Providers are told to let a phone ring for so long; Twilio lets it ring for up to 5 s more. */
export const RING = 30 * SECOND;
const RINGS_ON = 5 * SECOND;
/** With `--speed` a phone still waits some seconds for the person in front of it. */
const SHORTEST_CALL = 8 * SECOND;

/** Never scaled. */
export const FIXED = {
  /** Five per delivery, counted in the row (docs/spec/delivery.md#attempts). */
  maxAttempts: 5,
  /** One provider call; two legs and two store writes fit into the function timeout. */
  providerTimeout: 3 * SECOND,
  /** One page of a provider's list: many rows take longer than one send, and the function writes them down after it. */
  longestListing: 8 * SECOND,
  functionTimeout: 15 * SECOND,
  /** Longer than the function timeout, with 5 s for clock skew: a live lease means a live worker. */
  lease: 20 * SECOND,
  /** Six times the function timeout, as AWS asks for SQS event sources. */
  queueVisibility: 90 * SECOND,
  /**
   * A message is given up when it has been received so often. Trouble raises the count, and not only the message's own:
   * a throttled batch, an error of the table, a wait for another worker's lease. 200 receives, 90 s of invisibility
   * apart, are 5 hours of it; 20 were 30 minutes. It may be as many because nothing else rests on it: attempts are
   * counted in the row (docs/spec/inside.md#retrying), and what nobody can read goes to the dead letters at once.
   */
  maxReceiveCount: 200,
  /** No `Retry-After` holds a delivery back longer: later rounds and other channels have to know where it stands. */
  longestRetryAfter: 10 * MINUTE,
  /** Consecutive faults that open a circuit, and within what time (docs/spec/delivery.md#failover). */
  faultsToOpen: 3,
  faultWindow: MINUTE,
  /** What a worker knows of a circuit is at most this old. */
  circuitCache: 2 * SECOND,
  /** What the plan of a delivery knew of the person's opt-out counts for this long; then the worker looks itself. */
  optOutCache: 5 * SECOND,
  /** How long the same Idempotency-Key means the same page (docs/spec/api.md#dispatch). */
  idempotencyWindow: DAY,
  /** A reply code belongs to one page on a phone for this long (docs/spec/api.md#ids). */
  codeLifetime: 7 * DAY,
  /**
   * A receipt may come within this time of `sentAt`; a page that waits for nothing else is open until then (ADR 15).
   */
  receiptsWithin: DAY,
  /** An action link works for this long (docs/spec/api.md#recipients: link expiry is real time). */
  actionLifetime: 7 * DAY,
  /** A page that came within this time may be meant by an ACK without a code, even if it asks for no answer. */
  bareAnswerWindow: HOUR,
  /** One help text per phone in this time, then silence, for texts of which nothing is understood. */
  helpInterval: HOUR,
  /**
   * Replies to one phone in an hour of the clock, of every kind: two machines must not text each other for ever, and a
   * person sends no text a minute for an hour.
   */
  repliesAnHour: 60,
  /** A second copy of an inbound text is answered as the first was; Twilio repeats within minutes. */
  inboundMemory: DAY,
  /** A delivery's history keeps so many receipts whose status Lifeline has no rule for. */
  unknownStatuses: 8,
  /** Records expire (docs/spec/api.md#recipients). */
  retention: 90 * DAY,
  /** An index may lag by this much, so an answered incident is looked over again (docs/spec/replies.md#stopping). */
  indexLag: 2 * SECOND,
} as const;

export interface Rules {
  /** Wait before attempt 2, 3, 4, 5. */
  retryGaps: readonly number[];
  /** Share of the gap added at random, at most. */
  retryJitter: number;
  /** How long an open circuit stays open before it lets one probe through. */
  circuitOpen: number;
  /** A sender that a code disabled is tried again by one page this often (docs/spec/delivery.md#after-sent). */
  senderProbe: number;
  /** After it has closed: the share of sends let through in each step, and how long a step takes. */
  rampSteps: readonly number[];
  rampStep: number;
  /** Wait before a deferred delivery comes back, the last one again and again (docs/spec/delivery.md#channel-down). */
  deferralGaps: readonly number[];
  /** A delivery deferred for this long ends FAILED `channel_down`. */
  deferralLimit: number;
  /** A text that goes out later than this states its original time. */
  lateAfter: number;
  /**
   * Limit of one sender: so many ms between two texts in the long run, so many at once (docs/spec/suppression.md#held).
   */
  senderLimit: { interval: number; burst: number };
  /** A CRITICAL page that would wait longer for its sender goes to the next one. */
  longestWait: number;
  /** Nothing of a tier has succeeded within this: it is spent (docs/spec/escalation.md#tiers). */
  successWithin: Record<Priority, number>;
  /** No answer within this of the ack clock's start: the next tier (docs/spec/escalation.md#follow-ups). */
  ackWithin: Record<Priority, number>;
  /** The ack clock starts with a tier's first SENT, or this long after the tier's start. */
  ackClockLatest: number;
  /**
   * No call of ours lasts longer: it rings for 30 s, then talks for at most 120 s, with some time to be set up. Like
   * the next one shorter than `roundEvery`, or a call whose end nobody reports would keep the next round from ringing.
   */
  longestCall: number;
  /** A call without a keypad rings, waits 2 s, and says twice what takes about 25 s: 300 characters. */
  oneWayCall: number;
  /** After a CRITICAL call that no person took began, it rings once more (docs/spec/delivery.md#attempts). */
  secondRing: number;
  /** A call with an unknown outcome may be ringing: as long as a ring can last. */
  longestRing: number;
  /** How soon a call that found the phone's line taken looks again. */
  lineTaken: number;
  /**
   * A call that has waited this long for the phone's line is given up: the phone was busy
   * (docs/spec/delivery.md#attempts).
   */
  lineLimit: number;
  /** From one start to the next round when no tier is left. */
  roundEvery: number;
  /**
   * So many pages within this time, and the next ones share a message, renewed this often at most
   * (docs/spec/api.md#recipients).
   */
  bundleWithin: number;
  bundleRenew: number;
  /** From the first SENT to EXHAUSTED. */
  giveUpAfter: Record<Priority, number>;
  /** A round that would start this shortly before the end, or less, is left out (ADR 10). */
  roundMargin: number;
  /** After SENT without a receipt: ask the provider, then raise the alarm (docs/spec/delivery.md#receipts). */
  receiptAsk: number;
  receiptAlarm: number;
  /** Operations hears of one cause this often at most (docs/spec/delivery.md#exhausted-attempts). */
  alertEvery: number;
  /** Contact points are looked after this often; lib/constructs/contact-sweep.ts has the same rate. */
  contactSweep: number;
  /** A Teams workflow gets a test card this often; unused for 120 days it is switched off (ADR 24). */
  flowTest: number;
  /** A push endpoint that is disabled is enabled again this often (ADR 24). */
  endpointTry: number;
}

export function rules(timeScale = 1): Rules {
  const scaled = (ms: number) => ms / timeScale;
  const by = (critical: number, high: number, other: number): Record<Priority, number> => ({
    CRITICAL: scaled(critical),
    HIGH: scaled(high),
    MEDIUM: scaled(other),
    LOW: scaled(other),
  });
  const gaps = [30 * SECOND, MINUTE, 2 * MINUTE, 4 * MINUTE].map(scaled);
  return {
    retryGaps: gaps,
    retryJitter: 0.1,
    circuitOpen: scaled(MINUTE),
    senderProbe: scaled(HOUR),
    rampSteps: [0.01, 0.05, 0.25],
    rampStep: scaled(5 * SECOND),
    deferralGaps: [...gaps, scaled(MINUTE)],
    deferralLimit: scaled(HOUR),
    lateAfter: scaled(5 * MINUTE),
    senderLimit: { interval: scaled(MINUTE / 100), burst: 10 },
    longestWait: scaled(10 * SECOND),
    successWithin: by(MINUTE, 2 * MINUTE, 5 * MINUTE),
    ackWithin: by(MINUTE, 2 * MINUTE, 2 * MINUTE),
    ackClockLatest: scaled(MINUTE),
    longestCall: Math.max(scaled(3 * MINUTE), SHORTEST_CALL),
    oneWayCall: Math.max(scaled(90 * SECOND), SHORTEST_CALL),
    secondRing: scaled(90 * SECOND),
    longestRing: scaled(RING + RINGS_ON),
    lineTaken: scaled(10 * SECOND),
    lineLimit: scaled(HOUR),
    roundEvery: scaled(5 * MINUTE),
    bundleWithin: scaled(10 * MINUTE),
    bundleRenew: scaled(MINUTE),
    giveUpAfter: by(30 * MINUTE, 20 * MINUTE, 20 * MINUTE),
    roundMargin: scaled(30 * SECOND),
    receiptAsk: scaled(3 * MINUTE),
    receiptAlarm: scaled(5 * MINUTE),
    alertEvery: scaled(5 * MINUTE),
    contactSweep: scaled(HOUR),
    flowTest: scaled(30 * DAY),
    endpointTry: scaled(7 * DAY),
  };
}
