/**
 * What the providers' code tables are made of: the classes of fault with their four properties
 * (docs/spec/delivery.md#failover), and the faults that look alike whoever the provider is.
 */
import { cut, oneLine } from '../core/content/text.ts';
import type { FaultClass } from '../core/page/page.ts';
import type { Fault } from '../core/providers/fault.ts';
import type { SendResult } from '../core/providers/ports.ts';
import { maskAnyPhones } from '../core/recipient/mask.ts';
import { HttpFailure, type HttpReply } from './http.ts';

type Does = 'failsOver' | 'counts' | 'opens' | 'disablesSender';
export type Properties = Omit<Fault, 'code' | 'message'>;
/** Properties, and words for a person. */
export type Row = readonly [Properties, string];

const properties = (faultClass: FaultClass, ...does: Does[]): Properties => ({
  class: faultClass,
  failsOver: does.includes('failsOver'),
  counts: does.includes('counts'),
  opens: does.includes('opens'),
  disablesSender: does.includes('disablesSender'),
});

export const ACCOUNT = properties('account_fault', 'failsOver', 'counts', 'opens');
/** The provider as a whole is in trouble. */
export const OVERLOAD = properties('transient', 'failsOver', 'counts');
/** A queue or limit of one sender, one carrier or ours is full: says nothing about the provider's health. */
export const BUSY = properties('transient', 'failsOver');
export const ROUTE = properties('provider_fault', 'failsOver');
export const SENDER = properties('sender_fault', 'failsOver', 'disablesSender');
/** This sender cannot reach that country, carrier or number; others it can (docs/spec/delivery.md#after-sent). */
export const DESTINATION = properties('destination_fault', 'failsOver');
export const RECIPIENT = properties('recipient_permanent');
/** Refused for good on purpose: another provider must not be used to get around it. */
export const STOP = properties('recipient_permanent');
/**
 * The address itself is dead until its owner mends it, or its owner wants no more of our mail (ADR 24). Another
 * provider would meet the same, or would be used to get around what the person said.
 */
export const DEAD_CONTACT: Properties = { ...properties('recipient_permanent'), breaksContact: true };
export const OPTED_OUT = properties('opted_out');
/**
 * A verdict on this one message, on purpose: another provider must not be used to get around it, and a later round may
 * be taken (docs/spec/delivery.md#refused-this-time).
 */
export const THIS_TIME = properties('refused_this_time');
/** The same, of a guard of the provider's own account that is wrong about people who have verified their phone. */
export const GUARD = properties('refused_this_time', 'failsOver');
export const OUR_BUG = properties('our_bug');
/** Our bug, but in an argument that other providers do not have: the page can still get through. */
export const OUR_PROVIDER_BUG = properties('our_bug', 'failsOver');
/**
 * A code that no table of ours has. Providers add codes without notice: the page must get through by another provider,
 * and one provider's news must not open its circuit (docs/spec/delivery.md#after-sent).
 */
export const UNKNOWN = properties('unknown_code', 'failsOver');

/** Answers without a code we know, by HTTP status. */
export function byStatus(status: number): Row {
  if (status === 401 || status === 403) return [ACCOUNT, 'credentials or account refused'];
  if (status === 429) return [OVERLOAD, 'too many requests'];
  if (status >= 500 || status === 408) return [OVERLOAD, 'the provider failed'];
  if (status >= 400) return [UNKNOWN, 'refused for a reason that Lifeline does not know'];
  // 3xx: something other than the provider's API is answering, and it has not taken the message.
  return [properties('provider_fault', 'failsOver', 'counts'), 'unexpected answer'];
}

/** A fault that we find rather than the provider. */
export const ours = (code: string, faultClass: FaultClass, message: string, ...does: Does[]): Fault => ({
  code,
  message,
  ...properties(faultClass, ...does),
});
export const ambiguous = (code: string, message: string): Fault =>
  ours(code, 'ambiguous', message, 'failsOver', 'counts');
export const failed = (fault: Fault): SendResult => ({ outcome: 'failed', fault });

/**
 * A call that no answer came to.
 * @param started whether the request had been handed to the HTTP layer
 */
export function unanswered(error: unknown, started: boolean): Fault {
  if (error instanceof HttpFailure && !error.sent) {
    const code = error.code === 'ETIMEDOUT' ? 'connect_timeout' : error.code.toLowerCase();
    return ours(code, 'provider_fault', `no connection: ${error.code}`, 'failsOver', 'counts');
  }
  if (error instanceof HttpFailure) {
    const timedOut = error.code === 'ETIMEDOUT';
    return ambiguous(timedOut ? 'timeout' : error.code.toLowerCase(), `${error.code} after the request was sent`);
  }
  // A defect of ours. Before the call nothing is lost by trying again; during it the message may be out.
  const words = `unexpected ${error instanceof Error ? error.name : typeof error}`;
  return started ? ambiguous('unexpected', words) : ours('unexpected', 'transient', words, 'failsOver');
}

/** A provider's words may name numbers: kept short, on one line and masked. */
export const presentable = (text: unknown): string | undefined =>
  typeof text === 'string' ? cut(maskAnyPhones(oneLine(text)), 200) : undefined;

/**
 * The fault with the wait that the answer asks for (RFC 9110, `Retry-After`: seconds, or a date). What is neither is
 * passed over.
 * @param now epoch ms, which a date is compared with
 */
export function withRetryAfter(fault: Fault, { headers }: Pick<HttpReply, 'headers'>, now: number): Fault {
  const value = headers['retry-after']?.trim() ?? '';
  const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now;
  return ms > 0 ? { ...fault, retryAfter: ms } : fault;
}
