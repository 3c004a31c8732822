import { CHANNELS, type Channel } from './page/page.ts';

/** Which send a callback is about. */
export interface CallbackRef {
  pageId: string;
  round: number;
  channel: Channel;
  claim: number;
  leg: number;
}

const PATTERN = new RegExp(`^([a-z2-7]{16})-(\\d{1,4})-(${CHANNELS.join('|')})-(\\d{1,4})-(\\d{1,4})$`);

/**
 * One URL-safe path segment that names the send, so that a callback needs no look-up by the provider's id and may come
 * before the create call returned. A path and not a query string: REST proxy events carry no raw query, and Twilio
 * re-sorts parameters (design §2.4). Example: `k3v7q2m4x6b5n3c2-1-sms-2-3`.
 */
export const formatCallbackRef = (ref: CallbackRef): string =>
  `${ref.pageId.slice(3)}-${ref.round}-${ref.channel}-${ref.claim}-${ref.leg}`;

/** The send a segment names; undefined for anything `formatCallbackRef` could not have made. */
export function parseCallbackRef(segment: string): CallbackRef | undefined {
  const match = PATTERN.exec(segment);
  if (!match) return undefined;
  const [, id, round, channel, claim, leg] = match;
  return {
    pageId: `pg_${id}`,
    round: Number(round),
    channel: channel as Channel,
    claim: Number(claim),
    leg: Number(leg),
  };
}
