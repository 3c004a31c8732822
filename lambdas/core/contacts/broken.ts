/**
 * Contact points of a person that a provider has called dead: a workflow that is switched off, a Slack user that is gone, a
 * mailbox that does not exist or has reported us as spam, a push endpoint that is disabled. Pages still try them, since
 * the provider may be wrong; the person and operations hear of it once, and whoever dispatches sees it in each answer
 * (ADR 24). Pure decisions.
 */

import { shortHash } from '../page/ids.ts';
import type { Channel } from '../page/page.ts';
import type { Recipient } from '../recipient/recipient.ts';
import { HOUR } from '../time.ts';
import { addressesOf } from './addresses.ts';
import type { BrokenContact, ContactFindings, CurrentMark } from './mark.ts';

/**
 * A push service refuses a token some seconds after SNS has taken the message, so an acceptance within this time of our
 * own try says nothing about the endpoint. Milliseconds.
 */
export const TRY_SETTLES = HOUR;

const aboutOf = (channel: Channel, address: string): string => shortHash('contact', channel, address);

/** The contact points of the record that are broken as far as is known, in the order of their marks. */
export function brokenContacts(recipient: Recipient): CurrentMark[] {
  return (recipient.broken ?? []).flatMap((mark) => {
    const address = addressesOf(recipient, mark.channel).find((one) => aboutOf(mark.channel, one) === mark.about);
    return address === undefined ? [] : [{ ...mark, address }];
  });
}

/** Whether one of the addresses that a delivery on the channel goes to is marked. */
export const isKnownBroken = (recipient: Recipient, channel: Channel): boolean =>
  brokenContacts(recipient).some((mark) => mark.channel === channel);

/**
 * What the record keeps of its marks: those about addresses that it no longer has are dropped, so that an address which
 * comes back later starts unmarked.
 */
export function keptMarks(next: Recipient, stored: Recipient | undefined): BrokenContact[] | undefined {
  const marks = brokenContacts({ ...next, broken: stored?.broken ?? [] }).map(markOf);
  return marks.length > 0 ? marks : undefined;
}

/**
 * The record after what a send has shown, with the marks that are new.
 * @param channel of the send
 * @param now epoch ms
 * @returns undefined where the record says all of it already
 */
export function noteFindings(
  recipient: Recipient,
  channel: Channel,
  { works, broken }: ContactFindings,
  now: number,
): { next: Recipient; added: BrokenContact[]; mended: BrokenContact[] } | undefined {
  const before = brokenContacts(recipient);
  const isMended = (mark: CurrentMark): boolean =>
    mark.channel === channel &&
    works.includes(mark.address) &&
    (mark.triedAt === undefined || now - mark.triedAt > TRY_SETTLES);
  const mended = before.filter(isMended).map(markOf);
  const known = new Set(before.filter((mark) => mark.channel === channel).map(({ about }) => about));
  const current = addressesOf(recipient, channel);
  const added = broken
    .filter(({ address }) => current.includes(address) && !known.has(aboutOf(channel, address)))
    .map(
      ({ address, code, reason }): BrokenContact => ({
        channel,
        about: aboutOf(channel, address),
        code,
        reason,
        since: now,
      }),
    );
  if (added.length === 0 && mended.length === 0) return undefined;
  const kept = before.filter((mark) => !isMended(mark)).map(markOf);
  return { next: withMarks(recipient, [...kept, ...added], now), added, mended };
}

/** The record with one of its marks changed, e.g. told; undefined where the mark is gone or is as wanted already. */
export function changeMark(
  recipient: Recipient,
  { channel, about, since }: Pick<BrokenContact, 'channel' | 'about' | 'since'>,
  change: Pick<BrokenContact, 'told' | 'triedAt'>,
  now: number,
): { next: Recipient } | undefined {
  const marks = brokenContacts(recipient).map(markOf);
  const mark = marks.find((one) => one.channel === channel && one.about === about && one.since === since);
  if (!mark) return undefined;
  const next: BrokenContact = { ...mark, ...change };
  if (next.told === mark.told && next.triedAt === mark.triedAt) return undefined;
  const changed = marks.map((one) => (one === mark ? next : one));
  return { next: withMarks(recipient, changed, now) };
}

/** Marks whose owner may not have been notified; notifying once more is harmless. */
export const untoldMarks = (recipient: Recipient, channel: Channel): BrokenContact[] =>
  brokenContacts(recipient)
    .filter((mark) => mark.channel === channel && !mark.told)
    .map(markOf);

const markOf = ({ address: _, ...mark }: CurrentMark): BrokenContact => mark;

function withMarks(recipient: Recipient, marks: readonly BrokenContact[], updatedAt: number): Recipient {
  const { broken: _, ...others } = recipient;
  const changed = { ...others, version: recipient.version + 1, updatedAt };
  return marks.length > 0 ? { ...changed, broken: [...marks] } : changed;
}
