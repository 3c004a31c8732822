/**
 * What a bounce says about the address, by the enhanced status code of the receiving server (RFC 3463 and the IANA
 * registry of SMTP enhanced status codes). Both providers pass it on.
 */
import { DEAD_CONTACT, ROUTE, type Row } from '../faults.ts';

/**
 * No other provider finds a mailbox that is not there, and trying costs the sender's reputation: no mailbox, no such
 * host, bad syntax, moved away, a domain that takes no mail (null MX). Everything else a server says of a mail (full,
 * refused by policy, too many, unknown) may depend on who brought it, so it is worth the other provider.
 */
const NO_SUCH_ADDRESS = new Set(['5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10']);

/** The enhanced status in a provider's field, if it is one. */
export const enhancedStatus = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[45]\.\d{1,3}\.\d{1,3}$/.test(value) ? value : undefined;

/** @param isGone the provider itself says that the address does not exist */
export function bounced(status: string | undefined, isGone: boolean): Row {
  const exists = !isGone && !NO_SUCH_ADDRESS.has(status ?? '');
  return exists ? [ROUTE, "refused by the recipient's mail server"] : [DEAD_CONTACT, 'the address does not exist'];
}
