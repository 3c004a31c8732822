/**
 * The invariants of docs/spec/inside.md#invariants that apply to pages, over everything that happened in a run.
 * One file because they share it.
 */
import type { Circuit } from '../../lambdas/core/circuit/circuit.ts';
import { parseCallbackRef } from '../../lambdas/core/page/callback-ref.ts';
import {
  type Delivery,
  type DeliveryKey,
  deliveryKey,
  isIn,
  type Page,
  type PageStatus,
  PROVIDERS_OF,
} from '../../lambdas/core/page/page.ts';
import { isAnswered, pageStatus } from '../../lambdas/core/page/status.ts';
import { FIXED } from '../../lambdas/core/rules.ts';
import { createClimb } from './climb.ts';
import { createContactChecks } from './contact-checks.ts';
import { createLouderChecks } from './louder-checks.ts';
import type { Message } from './network.ts';
import { createOptOutChecks } from './opt-out-checks.ts';
import { createSuppressionChecks, type Suppressing } from './suppression-checks.ts';

export interface Violation {
  invariant: string;
  what: string;
}

interface Call {
  provider: string;
  ref: string;
  at: number;
  invocation: number;
}

/** What a provider says that cannot reach the person at all: the destination, or its sender. */
const NOT_HERE = new Set(['21408', '21606']);
const TRANSIENT = new Set(['transient', 'provider_fault', 'account_fault', 'ambiguous', 'unknown_code']);
/** Invariant 1: what was accepted is open no more, neither held nor on its way. */
const ENDS: ReadonlySet<PageStatus> = new Set(['SENT', 'DELIVERED', 'ACKNOWLEDGED', 'RESOLVED', 'FAILED', 'EXHAUSTED']);
const FINAL = new Set(['SENT', 'DELIVERED', 'FAILED', 'SKIPPED']);

export function createChecker(
  stored: (pageId: string) => Page | undefined,
  circuitOf: (name: string) => Circuit,
  suppressing: Suppressing,
) {
  const violations: Violation[] = [];
  const violated = (invariant: string, what: string) => void violations.push({ invariant, what });
  const accepted = new Map<string, number>();
  const answeredAt = new Map<string, number>();
  const claims = new Map<string, { at: number; afterAnswer: boolean }>();
  const openSince = new Map<string, number>();
  const probes = new Map<string, { invocation: number; calls: number }>();
  const blind = new Set<number>();
  const climb = createClimb(violated);
  const suppression = createSuppressionChecks(violated, suppressing);
  const optOuts = createOptOutChecks(violated);
  const contacts = createContactChecks(violated);
  const louder = createLouderChecks(violated, stored, accepted);

  /**
   * Transient trouble ends a delivery after five attempts, an outage after an hour, and these runs have none so long.
   */
  function failedForAReason(page: Page, delivery: Delivery): void {
    if (!isIn(delivery, 'FAILED')) return;
    const { class: faultClass, code } = delivery.state.error;
    const wasSent = delivery.sentAt !== undefined;
    const usedUp = delivery.attempts === FIXED.maxAttempts;
    if (code === 'channel_down' || (TRANSIENT.has(faultClass) && !usedUp && !wasSent)) {
      violated('3 at most five attempts', `${page.id} FAILED with ${code} after ${delivery.attempts} attempts`);
    }
  }

  /**
   * One provider's refusal for the destination is no reason while the other has not been asked; it may only be down.
   */
  function refusedByAll(page: Page, delivery: Delivery): void {
    if (!isIn(delivery, 'FAILED') || delivery.state.error.code !== '21408') return;
    if (delivery.failoverFrom !== undefined) return;
    // What became of the message that told of it is looked at where that was sent.
    if (delivery.bundledInto !== undefined) return;
    const asked = new Set(delivery.events.filter((e) => NOT_HERE.has(e.code ?? '')).map((e) => e.provider));
    if (asked.size < PROVIDERS_OF[delivery.channel].length) {
      violated('1 nothing accepted is lost', `${page.id} FAILED although only ${[...asked]} refused it`);
    }
  }

  /** A text that is known to have come back is sent on or FAILED, never left as SENT. */
  function sentForAReason(page: Page, delivery: Delivery): void {
    if (!isIn(delivery, 'SENT')) return;
    const cameBack = delivery.events.some((e) => e.kind === 'receipt' && e.code && e.leg === delivery.sent?.leg);
    if (cameBack) violated('1 nothing accepted is lost', `${page.id} rests in SENT and came back`);
  }

  /**
   * A call that we were never told of, or whose worker died with it, may ring beside the next: nobody can know better.
   */
  function oneCallAtATime(messages: readonly Message[]): void {
    const wasLost = ({ ref }: Message) => {
      const { pageId = '', round = 0 } = parseCallbackRef(ref) ?? {};
      const events = stored(pageId)?.deliveries[deliveryKey(round, 'voice')]?.events ?? [];
      return events.some(({ code }) => code === 'worker_lost');
    };
    const known = messages.filter((one) => one.until && !one.untold && !one.invocation?.dead && !wasLost(one));
    for (const [i, call] of known.entries()) {
      const other = known.slice(i + 1).find((one) => one.to === call.to && one.at < (call.until ?? 0));
      if (other) violated('8 one call at a time on a phone', `${call.ref} rang when ${other.ref} was placed`);
    }
  }

  /** A call makes its page DELIVERED only where somebody took it and heard it out. */
  function heard(pages: readonly Page[], messages: readonly Message[]): void {
    const takenBy = new Map(messages.map(({ id, ended }) => [id, ended]));
    for (const delivery of pages.flatMap(({ deliveries }) => Object.values(deliveries))) {
      const isCall =
        delivery.channel === 'voice' && delivery.sent?.provider === 'twilio' && delivery.bundledInto === undefined;
      const ended = takenBy.get(delivery.sent?.providerId ?? '');
      // Without its finding, or before it comes, a machine is as good as a person.
      const ofCall = delivery.events.filter(({ leg }) => leg === delivery.sent?.leg);
      const kinds = ofCall.map(({ kind, providerStatus }) => `${kind} ${providerStatus}`);
      const isFound = kinds.indexOf('receipt machine_end_other') < kinds.indexOf('delivered completed');
      const isTold =
        ended === 'screened' ? isFound && kinds.includes('receipt machine_end_other') : ended !== 'completed';
      if (isCall && isIn(delivery, 'DELIVERED') && isTold) {
        violated(
          '14 a call counts only where it was heard',
          `${delivery.sent?.providerId} is DELIVERED and was ${ended}`,
        );
      }
    }
  }

  return {
    violations,
    optOuts,
    contacts,
    calm: suppression.calm,

    /** The caller has a 202 in hands. */
    accepted(pageId: string, at: number): void {
      accepted.set(pageId, at);
      if (!stored(pageId)) violated('1 nothing accepted is lost', `${pageId} was accepted and is not there`);
    },

    answered(pageId: string, at: number): void {
      if (!answeredAt.has(pageId)) answeredAt.set(pageId, at);
    },

    created(page: Page): void {
      climb.created(page);
      suppression.created(page);
    },

    /** A page was written. */
    saved(before: Page, after: Page, at: number): void {
      climb.saved(before, after, at);
      suppression.saved(before, after, at);
      if (after.superseded && !before.superseded) louder.superseded(before, after.superseded.by);
      for (const [key, is] of Object.entries(after.deliveries) as [DeliveryKey, Delivery][]) {
        const was = before.deliveries[key];
        if (!was || was === is) continue;
        if (is.attempts > FIXED.maxAttempts) violated('3 at most five attempts', `${after.id} has ${is.attempts}`);
        if (is.claims < was.claims) violated('3 at most five attempts', `${after.id} counted claims back`);
        // A mail may come back after a server has taken it.
        const hasBounced = is.channel === 'email' && is.events.some((e) => e.kind === 'receipt' && e.code);
        if (isIn(was, 'DELIVERED') && !isIn(is, 'DELIVERED') && !hasBounced) {
          violated('2 what was sent is not sent again', `${after.id} went from DELIVERED to ${is.state.status}`);
        }
        const reopened = isIn(was, 'SENT') && isIn(is, 'QUEUED', 'SENDING');
        if (reopened && !is.events.some((e) => e.kind === 'receipt' && e.code)) {
          violated('2 what was sent is not sent again', `${after.id} was reopened without an undelivered receipt`);
        }
        if (isIn(is, 'SENDING') && is.claims > was.claims) {
          if (before.superseded) louder.claimed(after);
          claims.set(`${after.id} ${key} ${is.claims}`, { at, afterAnswer: isAnswered(after) });
        }
      }
    },

    /** A provider call begins. */
    called(call: Call): void {
      const ref = parseCallbackRef(call.ref);
      const page = ref && stored(ref.pageId);
      const key = ref && deliveryKey(ref.round, ref.channel);
      const claim = claims.get(`${ref?.pageId} ${key} ${ref?.claim}`);
      if (!page || !ref || !claim) {
        violated('6 no call without a durable claim', `${call.ref} was not claimed`);
        return;
      }
      const delivery = page.deliveries[key as DeliveryKey];
      if ((delivery?.claims ?? 0) > ref.claim)
        violated('6 no call without a durable claim', `${call.ref} was taken over`);
      const answered = answeredAt.get(ref.pageId);
      if (claim.afterAnswer || (answered !== undefined && claim.at > answered)) {
        violated('4 an answer stops what is not yet under way', `${call.ref} was claimed after the answer`);
      }
      suppression.called(call.ref, page);
      if (delivery?.channel === 'sms') optOuts.called(call.ref, delivery.to, delivery.queuedAt, call.at);
      this.calledThroughCircuit(call, `${call.provider}/${ref.channel}`);
    },

    /** While a circuit is open, only its one probe may call; workers know it 2 s late at most. */
    calledThroughCircuit(call: Call, name: string): void {
      const circuit = circuitOf(name);
      const since = openSince.get(name);
      if (circuit.status === 'CLOSED' || since === undefined || blind.has(call.invocation)) return;
      if (call.at - since <= FIXED.circuitCache + FIXED.providerTimeout) return;
      const probe = probes.get(name);
      if (probe?.invocation !== call.invocation) {
        violated('5 one probe', `${name} is ${circuit.status} and was called by another than the probe`);
      }
    },

    /** A circuit was written by an invocation. */
    circuitSaved(name: string, before: Circuit, after: Circuit, at: number, invocation: number): void {
      if (after.status === 'OPEN' && before.status !== 'OPEN') openSince.set(name, openSince.get(name) ?? at);
      if (after.status === 'CLOSED') openSince.delete(name);
      if (after.status !== 'HALF_OPEN') return;
      if (before.status === 'HALF_OPEN' && at < before.probeUntil) {
        violated('5 one probe', `${name} gave a second probe under a live lease`);
      }
      probes.set(name, { invocation, calls: 0 });
    },

    /** This invocation could not read a circuit; it may send, because a table in trouble must not stop pages. */
    couldNotReadCircuit(invocation: number): void {
      blind.add(invocation);
    },

    /**
     * When nothing is left to do. `logs` is all that the functions wrote, `moved` what queues gave up by themselves.
     */
    atEnd(pages: Page[], logs: string, messages: readonly Message[], moved: readonly { body: string }[]): void {
      for (const { body } of moved) violated('1 nothing accepted is lost', `received too often: ${body}`);
      for (const pageId of accepted.keys()) {
        const page = stored(pageId);
        if (!page) {
          violated('1 nothing accepted is lost', `${pageId} is gone`);
          continue;
        }
        climb.atEnd(page);
        louder.atEnd(page);
        if (!ENDS.has(pageStatus(page)))
          violated('1 nothing accepted is lost', `${pageId} rests in ${pageStatus(page)}`);
        for (const delivery of Object.values(page.deliveries)) {
          if (!FINAL.has(delivery.state.status)) {
            violated(
              '1 nothing accepted is lost',
              `${pageId} rests in ${delivery.state.status} with nobody to take it on`,
            );
          }
        }
      }
      for (const page of pages) {
        for (const delivery of Object.values(page.deliveries)) {
          failedForAReason(page, delivery);
          refusedByAll(page, delivery);
          sentForAReason(page, delivery);
        }
      }
      oneCallAtATime(messages);
      heard(pages, messages);
      suppression.atEnd(pages, messages);
      const leak = /\+?1415555\d{4}|token-of-tests/.exec(logs);
      if (leak) violated('9 nothing personal or secret in logs', leak[0]);
    },
  };
}

export type Checker = ReturnType<typeof createChecker>;
