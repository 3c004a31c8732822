import { type CallbackRef, parseCallbackRef } from '../core/page/callback-ref.ts';
import type { LateReceipts, Receipt } from '../core/receipts/ports.ts';
import { parseSmsLogLine } from '../providers/sms/sns-receipts.ts';
import type { Log } from '../runtime/logger.ts';
import type { LineHandler } from '../runtime/logs-handler.ts';

interface Deps {
  lateReceipts: LateReceipts;
  receiveReceipt: (ref: CallbackRef, receipt: Receipt) => Promise<'applied' | 'repeat' | 'unknown'>;
  logger: Pick<Log, 'warn'>;
}

/**
 * One line of the SMS delivery log of SNS. The log is the account's: it has the texts of other senders too, which nothing
 * of ours will ever ask for, and it may be ahead of our own note of a send, which then finds the receipt (ADR 1).
 */
export function createSnsSmsLog({ lateReceipts, receiveReceipt, logger }: Deps): LineHandler {
  return async (line) => {
    const receipt = parseSmsLogLine(line);
    if (!receipt) {
      logger.warn('a line of the SMS log could not be read');
      return;
    }
    const { providerId } = receipt;
    const ref = await lateReceipts.received(providerId, receipt);
    if (ref === undefined) return;
    const parsed = parseCallbackRef(ref);
    const done = parsed ? await receiveReceipt(parsed, receipt) : 'unknown';
    if (done === 'unknown') logger.warn('a receipt for a send that is not known', { providerId });
  };
}
