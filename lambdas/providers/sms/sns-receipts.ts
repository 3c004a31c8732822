/** Lines of the SMS delivery log of SNS. Kept apart from sending: their reader must not carry the SNS client. */
import type { Receipt } from '../../core/receipts/ports.ts';
import { unknownStatus } from '../unknown-status.ts';
import { laterFault } from './sns-codes.ts';

/** There is one line for each text, so there is nothing to order. */
const RANK = 1;

/**
 * Reads a line of `sns/<region>/<account>/DirectPublishToPhoneNumber[/Failure]`; undefined when it is none. It names the
 * recipient, so nothing of it may be logged. SUCCESS means that the carrier or the phone took the text; SNS knows no more.
 * A status that is neither SUCCESS nor FAILURE is noted and changes nothing.
 */
export function parseSmsLogLine(line: string): Receipt | undefined {
  const { notification, delivery, status } = fields(parse(line));
  const { messageId } = fields(notification);
  const { providerResponse } = fields(delivery);
  if (typeof messageId !== 'string' || !/^[\w-]{1,64}$/.test(messageId)) return undefined;
  if (typeof status !== 'string' || status.trim() === '') return undefined;
  const providerId = `sns:${messageId}`;
  if (status !== 'SUCCESS' && status !== 'FAILURE') return unknownStatus('sns', providerId, status);
  const reason = typeof providerResponse === 'string' ? providerResponse : '';
  const news = status === 'SUCCESS' ? 'delivered' : { undelivered: laterFault(reason) };
  return { provider: 'sns', providerId, providerStatus: status, rank: RANK, news };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

const fields = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
