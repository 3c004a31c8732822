/** What is known of contact points that providers have called dead: findings of a send, and marks in a record (ADR 24). */
import type { Channel } from '../page/page.ts';

/** What a provider says of one address. `reason` is for a person and names no address. */
export interface BrokenFinding {
  address: string;
  code: string;
  reason: string;
}

/** A mark in the recipient's record. It counts only while the address is the one that it was made about. */
export interface BrokenContact {
  channel: Channel;
  /** Hash of the address: the record may be listed, and a Teams webhook is a secret. */
  about: string;
  code: string;
  reason: string;
  /** Epoch ms. */
  since: number;
  /** The person and operations have heard of it. */
  told?: true;
  /** When Lifeline itself enabled the push endpoint again, epoch ms. */
  triedAt?: number;
}

/** A mark that counts, with the address that it is about. */
export type CurrentMark = BrokenContact & { address: string };

/** What the providers of one send said of the person's contact points. */
export interface ContactFindings {
  works: readonly string[];
  broken: readonly BrokenFinding[];
}
