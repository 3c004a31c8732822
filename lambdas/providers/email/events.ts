/** What the readers of both providers' events share. */
import type { Receipt } from '../../core/receipts/ports.ts';

export interface EmailReceipt {
  /** The `ref` of the send it is about, as it came: it may be that of another program on the same account. */
  ref: string;
  receipt: Receipt;
  /** The provider's id of the event, for logs; the same when it is repeated. */
  eventId: string;
}

/** What others wrote, to be looked into: an object with whatever it has, else an empty one. */
export const fields = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** undefined for what is not JSON. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
