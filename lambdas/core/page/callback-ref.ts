import { isOneOf, OfNewerVersion } from '../versions.ts';
import { CHANNELS, type Channel } from './page.ts';

/** Which send a callback is about. */
export interface CallbackRef {
  pageId: string;
  round: number;
  channel: Channel;
  claim: number;
  leg: number;
}

/** The channel may be any word: a newer version may have made it. */
const PATTERN = /^([a-z2-7]{16})-(\d{1,4})-([a-z][a-z-]{0,15})-(\d{1,4})-(\d{1,4})$/;

/**
 * One URL-safe path segment that names the send, so that a callback needs no look-up by the provider's id and may come
 * before the create call returned. A path and not a query string: REST proxy events carry no raw query, and Twilio
 * re-sorts parameters (docs/spec/inside.md#callbacks). Example: `k3v7q2m4x6b5n3c2-1-sms-2-3`.
 */
export const formatCallbackRef = (ref: CallbackRef): string =>
  `${ref.pageId.slice(3)}-${ref.round}-${ref.channel}-${ref.claim}-${ref.leg}`;

/**
 * The send a segment names; undefined for anything `formatCallbackRef` could not have made.
 * @throws OfNewerVersion for a send by a channel that this version does not know
 */
export function parseCallbackRef(segment: string): CallbackRef | undefined {
  const match = PATTERN.exec(segment);
  if (!match) return undefined;
  const [, id, round, channel = '', claim, leg] = match;
  if (!isOneOf(CHANNELS, channel)) throw new OfNewerVersion(`channel "${channel}" of a callback reference`);
  return { pageId: `pg_${id}`, round: Number(round), channel, claim: Number(claim), leg: Number(leg) };
}

/** The page of the send that a segment names, whatever its channel is; undefined as above. */
export function pageOfCallbackRef(segment: string): string | undefined {
  const match = PATTERN.exec(segment);
  return match ? `pg_${match[1]}` : undefined;
}
