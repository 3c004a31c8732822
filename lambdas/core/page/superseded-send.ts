/** Messages that got through although nobody heard the provider say so, beside others sent for them (ADR 11). */
import type { Delivery, DeliveryKey, Page, Provider, SentMessage } from './page.ts';
import { isAnswered } from './status.ts';

export interface Named {
  provider: Provider;
  providerId: string;
}

/** What a receipt has said of that very leg already: the message is out, whatever its send looked like. */
export function knownOf(page: Page, key: DeliveryKey, leg: number): Named | undefined {
  const { sent } = page.deliveries[key] ?? {};
  return sent?.leg === leg ? nameOf(sent) : undefined;
}

/**
 * The message that a receipt has named since the claim, where a later leg than its own was accepted too.
 * @param now the delivery before the outcome is written
 * @param leg the accepted one
 */
export function supersededSendOf(claimed: Delivery, now: Delivery | undefined, leg: number): Named | undefined {
  const sent = now?.sent;
  return sent && sent.leg !== claimed.sent?.leg && sent.leg < leg ? nameOf(sent) : undefined;
}

const nameOf = ({ provider, providerId }: SentMessage): Named | undefined =>
  providerId === '' ? undefined : { provider, providerId };

/** Whether the message of this leg is one too many: another one has been placed after it, or the page is answered. */
export const isDuplicateCall = (page: Page, key: DeliveryKey, leg: number): boolean =>
  isAnswered(page) || isSuperseded(page.deliveries[key], leg);

/** Whether a later leg than this one was accepted. */
export const isSuperseded = (delivery: Delivery | undefined, leg: number): boolean =>
  delivery?.events.some((event) => event.kind === 'sent' && event.leg > leg) ?? false;
