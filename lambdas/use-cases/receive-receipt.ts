import { circuitName } from '../core/circuit/circuit.ts';
import type { Clock } from '../core/clock.ts';
import { brokenBy } from '../core/contacts/findings.ts';
import { isOptOut } from '../core/page/attempt.ts';
import type { CallbackRef } from '../core/page/callback-ref.ts';
import { judgeCall } from '../core/page/heard.ts';
import { type Delivery, deliveryKey, isIn, type Page } from '../core/page/page.ts';
import type { DeliveryQueue, PageStore } from '../core/page/ports.ts';
import { applyReceipt, revealsDuplicate } from '../core/page/receipt.ts';
import { isDuplicateCall, isSuperseded } from '../core/page/superseded-send.ts';
import type { Fault } from '../core/providers/fault.ts';
import type { TellUnknownCode } from '../core/providers/ports.ts';
import { lockHolder } from '../core/rate-limit/phone-lock.ts';
import type { PhoneLocks } from '../core/rate-limit/ports.ts';
import type { Receipt, Report } from '../core/receipts/ports.ts';
import type { Rules } from '../core/rules.ts';
import { OfNewerVersion } from '../core/versions.ts';
import type { AfterFailure, PropagateToBundled } from './after-failure.ts';
import { changeAndRequeue } from './change-and-requeue.ts';
import type { Circuits } from './circuits.ts';
import type { NoteContacts } from './note-contacts.ts';
import type { OptOut } from './opt-out.ts';

/** `unknown`: no page has this send. */
export type ReceiveReceipt = (ref: CallbackRef, report: Report) => Promise<'applied' | 'repeat' | 'unknown'>;

/** What receipts of calls need. */
export interface ReportedCalls {
  /** A call that is over gives the phone's line back. */
  phoneLocks: Pick<PhoneLocks, 'free'>;
  /** Ends a call that rings although another one was placed after it, or the page is answered (ADR 11). */
  hangUp: (providerId: string) => Promise<unknown>;
}

/** For an entry that hears of texts and e-mails only. */
export const NO_CALLS: ReportedCalls = {
  phoneLocks: { free: async () => undefined },
  hangUp: async () => undefined,
};

/** All of it is required: of two ways that a receipt comes in by, neither may do less than the other. */
interface Deps {
  pages: PageStore;
  queue: DeliveryQueue;
  optOut: Pick<OptOut, 'suppress'>;
  noteContacts: NoteContacts;
  /**
   * Hears what a code says of the account or our sender: of some, like an account that is suspended, only a receipt may
   * tell.
   */
  circuits: Pick<Circuits, 'failed' | 'refusedSender'>;
  unknownCode: TellUnknownCode;
  afterFailure: AfterFailure;
  calls: ReportedCalls;
  /** Pages that shared the message learn what became of it. */
  propagateToBundled: PropagateToBundled;
  /** A person turned out to have a text twice. */
  duplicate(): void;
  rules: Rules;
  clock: Clock;
}

/**
 * Applies a provider's receipt to the send it is about, however it came: by callback, by asking, or from a log. A
 * message that came back is queued for the next provider before its page says so, and a number whose owner opted out is
 * suppressed before its page says so: whatever dies in between, the receipt is still news when it comes again.
 */
export function createReceiveReceipt(deps: Deps): ReceiveReceipt {
  const { optOut, circuits, afterFailure, calls, propagateToBundled, clock } = deps;

  return async (ref, report) => {
    const { pageId, round, channel } = ref;
    const key = deliveryKey(round, channel);
    const applied = await changeAndRequeue(
      deps,
      { pageId, round, channel },
      (page) => {
        const receipt = judgeCall(page, key, ref.leg, report);
        return { ...applyReceipt(page, key, ref, receipt, clock.now()), receipt };
      },
      {
        async before(decision) {
          const { receipt } = decision;
          const fault = faultOf(receipt);
          const to = decision.decision === 'applied' && decision.page.deliveries[key]?.to;
          if (to && fault && isOptOut(channel, fault)) await optOut.suppress(to, receipt.provider, fault.code);
          if (decision.decision === 'applied') await noteBroken(decision.page, decision.page.deliveries[key], receipt);
        },
      },
    );
    if (applied?.decision.decision === 'newer') throw new OfNewerVersion(applied.decision.what);
    const decision = applied?.decision.decision ?? 'unknown';
    const delivery = applied?.page.deliveries[key];
    const receipt = applied?.decision.receipt;
    // A status without a rule is in the history, and that is all that it does (docs/spec/delivery.md#receipts).
    const isNews = decision === 'applied';
    const fault = receipt && faultOf(receipt);
    if (isNews && receipt) tellIfUnknown(ref, receipt, fault);
    if (!applied || !delivery || !receipt || receipt.news === 'unknown') return decision;

    if (channel === 'voice') await afterCallReport(ref, receipt, applied.page, delivery);
    if (isNews && revealsDuplicate(applied.page, key, ref.leg, receipt)) deps.duplicate();
    const isSettled = isIn(delivery, 'DELIVERED', 'SKIPPED');
    if (isSettled) await propagateToBundled(applied.page, delivery);
    if (isNews && fault) await tellCircuit(ref, receipt, fault);
    const isMended = isNews && delivery.knownBroken && receipt.news === 'delivered' && !receipt.breaksContact;
    if (isMended) await deps.noteContacts(applied.page.recipientId, channel, { works: [delivery.to], broken: [] });
    // Repeats too. And what came back after it had been delivered is no success any more, wherever it goes next.
    const isOut = isIn(delivery, 'FAILED', 'QUEUED');
    if (fault && isOut) await afterFailure({ pageId, channel });
    return decision;
  };

  /** Before the page says what became of the message: a receipt that comes again after a crash is still news then. */
  async function noteBroken({ recipientId }: Page, delivery: Delivery | undefined, receipt: Receipt): Promise<void> {
    if (!delivery) return;
    const said = receipt.breaksContact ? [{ address: delivery.to, ...receipt.breaksContact }] : [];
    const broken = [...brokenBy(faultOf(receipt), delivery.to), ...said];
    await deps.noteContacts(recipientId, delivery.channel, { works: [], broken });
  }

  function tellIfUnknown({ channel }: CallbackRef, { provider, providerStatus, news }: Receipt, fault?: Fault): void {
    if (news === 'unknown') deps.unknownCode({ provider, channel, word: providerStatus });
    else if (fault?.class === 'unknown_code') deps.unknownCode({ provider, channel, word: fault.code });
  }

  async function afterCallReport(ref: CallbackRef, receipt: Receipt, page: Page, delivery: Delivery): Promise<void> {
    const isOver = receipt.news !== 'progress';
    // A second call to this phone may have been placed by then; it keeps the phone lock.
    const isLast = !isIn(delivery, 'SENDING') && !isSuperseded(delivery, ref.leg);
    // Repeats too: the one before may have died in between.
    if (isOver && isLast) await calls.phoneLocks.free(delivery.to, lockHolder(ref));
    const isOneTooMany = isDuplicateCall(page, deliveryKey(ref.round, ref.channel), ref.leg);
    if (!isOver && isOneTooMany) await calls.hangUp(receipt.providerId);
  }

  async function tellCircuit({ channel }: CallbackRef, { provider }: Receipt, fault: Fault): Promise<void> {
    const circuit = circuitName(provider, channel);
    if (fault.disablesSender) await circuits.refusedSender(circuit, fault.code);
    else if (fault.opens) await circuits.failed(circuit, fault, false);
  }
}

const faultOf = ({ news }: Receipt): Fault | undefined => (typeof news === 'object' ? news.undelivered : undefined);
