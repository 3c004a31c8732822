import type { Leg } from '../core/page/attempt.ts';
import type { Conclusion } from '../core/page/outcome.ts';
import type { Delivery, Page, Provider } from '../core/page/page.ts';
import type { DeliveryMessage } from '../core/page/ports.ts';
import type { Named } from '../core/page/superseded-send.ts';
import type { SendResult } from '../core/providers/ports.ts';

/** What a provider is told to send. */
export interface Shipment {
  page: Page;
  delivery: Delivery;
  /** Comes back as the last path segment of every callback. */
  ref: string;
  now: number;
}

/** One channel as the worker sees it: what differs between texts, calls and mails; everything else is the same code. */
export interface Channel {
  /** In the order they are tried within one attempt. */
  providers: readonly { name: Provider; send(shipment: Shipment): Promise<SendResult> }[];
  /** Whether the copy was for what the channel does beside its deliveries, which is done with it then. */
  beside(message: DeliveryMessage): Promise<boolean>;
  /** Before an acceptance is written: what has to be durable by then, e.g. that somebody asks for the receipt. */
  accepted(message: { provider: Provider; providerId: string; ref: string }): Promise<void>;
  /** After the outcome is written: what is counted, and told to others. `page` is as written, `delivery` as claimed. */
  concluded(outcome: Outcome): Promise<void>;
}

/** What an attempt came to. */
export interface Outcome {
  page: Page;
  delivery: Delivery;
  legs: readonly Leg[];
  conclusion: Conclusion;
  /** An earlier message of the delivery that a receipt said is out, while a later one was being placed (ADR 11). */
  superseded?: Named;
}
