/**
 * What providers tell of a message after they have taken it, and who asks them. Times are epoch milliseconds, durations
 * milliseconds.
 */
import type { Provider } from '../page/page.ts';
import type { Fault } from '../providers/fault.ts';

/** A provider's later word on a message it accepted, in our terms. */
export interface Receipt {
  provider: Provider;
  providerId: string;
  providerStatus: string;
  /** Order within a leg: later news has a higher rank. */
  rank: number;
  /**
   * `unknown`: a status that Lifeline has no rule for; it goes into the history and changes nothing else. `cancelled`:
   * a call that we ended while it rang, so that nobody could answer it.
   */
  news: 'progress' | 'delivered' | 'unknown' | { undelivered: Fault; cancelled?: true };
  /**
   * The address takes nothing more from now on, whatever became of this message: its owner has reported it as spam or
   * unsubscribed, and the provider drops silently what comes next.
   */
  breaksContact?: { code: string; reason: string };
}

/**
 * A receipt as the provider gives it. Of a call that was taken Twilio says how long it lasted and not whether anybody
 * listened: the page's own words decide (core/page/heard.ts).
 */
export type Report = Omit<Receipt, 'news'> & { news: Receipt['news'] | TakenCall };

/** @property seconds from the pick-up to the end; `unheard` is what the call came to where nobody listened */
export interface TakenCall {
  taken: { seconds: number };
  unheard: Fault;
}

/**
 * A look at a message that was accepted: ask the provider, and count it if there is still no word
 * (docs/spec/delivery.md#receipts).
 */
export interface ReceiptCheck {
  /** The callback reference of the send. */
  ref: string;
  provider: Provider;
  providerId: string;
  /** `ask` at three minutes, `alarm` at five, `again` every hour for a day (docs/spec/delivery.md#receipts). */
  step: 'ask' | 'alarm' | 'again';
}

export interface ReceiptChecks {
  schedule(check: ReceiptCheck, delayMs: number): Promise<void>;
}

/** Messages that were still without an answer at the alarm; asked about every hour for a day. */
export interface AwaitedReceipts {
  add(check: ReceiptCheck, since: number): Promise<void>;
  list(): Promise<{ check: ReceiptCheck; since: number }[]>;
  remove(ref: string): Promise<void>;
}

/** Ties a provider's late receipts to our sends by the provider's message id; either side may come first. */
export interface LateReceipts {
  /** Remembers which send (callback reference) the message is; answers the receipt if that came first. */
  sent(messageId: string, ref: string): Promise<Receipt | undefined>;
  /** Remembers the receipt; answers the send's reference if that is known. */
  received(messageId: string, receipt: Receipt): Promise<string | undefined>;
}
