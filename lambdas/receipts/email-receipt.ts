import { parseCallbackRef } from '../core/page/callback-ref.ts';
import type { EmailReceipt } from '../providers/email/events.ts';
import type { ReceiveReceipt } from '../use-cases/receive-receipt.ts';

/** `foreign`: the reference is not one of ours. */
export type EmailReceived = Awaited<ReturnType<ReceiveReceipt>> | 'foreign';

/** Applies what a provider of e-mails tells of one. Other programs may send from the same account: their mails are passed over. */
export const createReceiveEmail =
  (receiveReceipt: ReceiveReceipt) =>
  async ({ ref, receipt }: Pick<EmailReceipt, 'ref' | 'receipt'>): Promise<EmailReceived> => {
    const parsed = parseCallbackRef(ref);
    return parsed?.channel === 'email' ? receiveReceipt(parsed, receipt) : 'foreign';
  };
