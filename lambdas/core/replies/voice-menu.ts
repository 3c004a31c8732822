/** What a call does next, from what it has heard so far. Pure: the handler speaks and acts. */
import type { CallbackRef } from '../page/callback-ref.ts';
import { deliveryKey, type Page } from '../page/page.ts';
import { isAnswered } from '../page/status.ts';

/** What the person or machine on the line did. */
export interface Heard {
  /** How often the menu was said in this call before. */
  said: number;
  /** Undefined in the first request of a call; empty when nothing was pressed in time. */
  digits: string | undefined;
  /** A machine took the call, and its greeting is over. */
  machine: boolean;
  /** Who is on the line, as answers name them. */
  name: string;
}

export type MenuStep =
  /** Say this, with the keys, and wait for one. */
  | { do: 'menu'; say: 'script' | 'details' | 'unknown-key' }
  /** Everything else ends the call. */
  | { do: 'acknowledge' | 'confirm' | 'escalate' | 'say-who-has-it' | 'leave-message' | 'goodbye' };

/** The keys are said at most so often in one call: a line left open must end. Into silence they are said twice. */
export const MENUS = 3;
const MENUS_INTO_SILENCE = 2;

/**
 * The next step of a call about this page (docs/spec/delivery.md#texts: press 1 to acknowledge, 2 for details, 9 to
 * escalate). An answered page is told and nothing else, whatever is pressed.
 */
export function nextStep(page: Page, { said, digits, machine, name }: Heard): MenuStep {
  if (isAnswered(page)) return { do: digits === '1' && isOwn(page, name) ? 'confirm' : 'say-who-has-it' };
  if (!digits) {
    if (machine && said === 0) return { do: 'leave-message' };
    return said < MENUS_INTO_SILENCE ? { do: 'menu', say: 'script' } : { do: 'goodbye' };
  }
  if (digits === '1') return { do: 'acknowledge' };
  if (digits === '9') return { do: 'escalate' };
  if (said >= MENUS) return { do: 'goodbye' };
  return { do: 'menu', say: digits === '2' ? 'details' : 'unknown-key' };
}

/** The same key of the same person, told twice: Twilio asks again when an answer of ours was lost. */
const isOwn = ({ acknowledged, resolved }: Page, name: string): boolean =>
  resolved === undefined && acknowledged?.via === 'voice' && acknowledged.by === name;

/**
 * Whether the page has made the call with this reference. Where the id of that very call is known it has to agree; the
 * phone may be answered before the request that placed the call has returned.
 */
export function hasCall(page: Page, { round, channel, claim, leg }: CallbackRef, callId: string): boolean {
  const delivery = page.deliveries[deliveryKey(round, channel)];
  if (channel !== 'voice' || !delivery) return false;
  const wasMade = claim >= 1 && claim <= delivery.claims && leg >= 1 && leg <= delivery.legs;
  return wasMade && (delivery.sent?.leg !== leg || delivery.sent.providerId === callId);
}

const SEGMENT = /^([^~]+)(?:~(\d))?$/;

/** The path segment of the request after the menu was said so often: the reference, with the count behind `~`. */
export const menuSegment = (ref: string, said: number): string => `${ref}~${said}`;

/** Reads it. In the first request of a call the reference stands alone. */
export function parseMenuSegment(segment: string): { ref: string; said: number } | undefined {
  const [, ref, said = '0'] = SEGMENT.exec(segment) ?? [];
  return ref === undefined ? undefined : { ref, said: Number(said) };
}
