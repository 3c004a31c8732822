import { parseCallbackRef } from '../core/callback-ref.ts';
import type { ReceiveReceipt } from '../operations/receive-receipt.ts';
import type { EmailReceipt } from '../providers/email/events.ts';

/** `foreign`: the reference is not one of ours. */
export type EmailReceived = Awaited<ReturnType<ReceiveReceipt>> | 'foreign';

/** Applies what a provider of e-mails tells of one. Other programs may send from the same account: their mails are passed over. */
export const createReceiveEmail =
  (receiveReceipt: ReceiveReceipt) =>
  async ({ ref, receipt }: Pick<EmailReceipt, 'ref' | 'receipt'>): Promise<EmailReceived> => {
    const parsed = parseCallbackRef(ref);
    return parsed?.channel === 'email' ? receiveReceipt(parsed, receipt) : 'foreign';
  };
