/** What the use cases need from providers, and what providers tell us later. `ports.ts` gives these on. */
import type { Channel, DeliveryError, Provider } from './page/page.ts';

/** A failed provider call, classified. */
export interface Fault extends DeliveryError {
  /** Worth another provider in the same attempt. */
  failsOver: boolean;
  /** Counts toward the provider's circuit. */
  counts: boolean;
  /** Opens the circuit at once. */
  opens: boolean;
  /** Takes the sending number or id out of use. */
  disablesSender: boolean;
}

export type SendResult =
  | { outcome: 'accepted'; providerId: string; providerStatus: string }
  | { outcome: 'failed'; fault: Fault };

export interface SmsRequest {
  to: string;
  body: string;
  /** Comes back as the last path segment of every callback (design §2.4). */
  ref: string;
}
/** One sms provider. `send` never throws: whatever goes wrong is classified. */
export interface SmsProvider {
  readonly name: Provider;
  /** Whether the person can answer by text to what it sends. */
  readonly twoWay: boolean;
  /** How news comes after acceptance: by callback, and it can be asked; or late, through logs that know only its id. */
  readonly receipts: 'callback' | 'late';
  send(request: SmsRequest): Promise<SendResult>;
  /** The message's status now, for providers with callbacks; undefined when it cannot be had. Never throws. */
  ask?(providerId: string): Promise<Receipt | undefined>;
}

/** A look at a message that was accepted: ask the provider, and count it if there is still no word (contract §4). */
export interface ReceiptCheck {
  /** The callback reference of the send. */
  ref: string;
  provider: Provider;
  providerId: string;
  step: 'ask' | 'alarm';
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

/** A provider's later word on a message it accepted, in our terms. */
export interface Receipt {
  provider: Provider;
  providerId: string;
  providerStatus: string;
  /** Order within a leg: later news has a higher rank. */
  rank: number;
  news: 'progress' | 'delivered' | { undelivered: Fault };
}

/** What a look at a provider found. `unknown`: the look could not be taken, which says nothing about the provider. */
export type CheckResult =
  | { finding: 'ok' }
  | { finding: 'failing'; fault: Fault }
  | { finding: 'unknown'; message: string };

/** Looks whether a provider would take sends, without sending. Takes at most a provider's timeout, never throws. */
export interface ProviderCheck {
  readonly provider: Provider;
  readonly channel: Channel;
  check(): Promise<CheckResult>;
}
