/** What rests in the channels' dead letters, and the redrives that take it up again (docs/spec/api.md#dead-letters). */
import type { Channel, DeliveryError } from '../page/page.ts';
import type { DeliveryMessage } from '../page/ports.ts';

/** A message that was given up. */
export interface DeadLetter {
  /** The queue's own id of the message. */
  id: string;
  /** For giving it back or removing it; good while it is hidden from others. */
  handle: string;
  /** Epoch ms. */
  sentAt: number;
  reason: DeliveryError;
  /** The delivery it is about; absent where the message is none of ours. */
  about?: { pageId: string; round: number; claim: number };
}

export interface DeadLetterQueue {
  /** About how many rest there, those included that somebody has taken. */
  depth(channel: Channel): Promise<number>;
  /** Some of them, at most `max` of 10, hidden from others for `hideMs`; none does not mean that there are none. */
  receive(channel: Channel, max: number, hideMs: number): Promise<DeadLetter[]>;
  release(channel: Channel, deadLetters: readonly DeadLetter[]): Promise<void>;
  remove(channel: Channel, deadLetter: DeadLetter): Promise<void>;
}

/** What became of a letter. Only what `failed` stays where it is. */
export const REDRIVE_OUTCOMES = ['retried', 'requeued', 'notNeeded', 'failed'] as const;
export type RedriveOutcome = (typeof REDRIVE_OUTCOMES)[number];

export interface Redrive extends Record<RedriveOutcome, number> {
  /** `rd_` and 16 characters. */
  id: string;
  channel: Channel;
  /** At most so many dead letters are taken up. */
  total: number;
  /** Letters that failed, by id: they are not tried twice. */
  stays: string[];
  /** For the audit of what it does. */
  actor: string;
  from?: string;
  startedAt: number;
  finishedAt?: number;
}

/** Letters that are gone. */
export const doneOf = ({ retried, requeued, notNeeded }: Redrive): number => retried + requeued + notNeeded;
export const leftOf = (redrive: Redrive): number => redrive.total - doneOf(redrive) - redrive.failed;

export interface RedriveStore {
  create(redrive: Redrive): Promise<void>;
  /** Sees every write answered before. */
  get(id: string): Promise<Redrive | undefined>;
  /** Adds what became of some letters; answers the redrive as it is now. */
  add(id: string, outcomes: readonly { deadLetter: string; outcome: RedriveOutcome }[]): Promise<Redrive>;
  /** Ends it: from now on `total` is what it has taken up. */
  finish(redrive: Redrive, now: number): Promise<void>;
}

/** One stretch of a redrive's work; `empties` counts the stretches in a row that took nothing up. */
export interface RedriveWork {
  redriveId: string;
  empties: number;
}
export interface RedriveQueue {
  /** Durable when it returns. */
  send(work: RedriveWork, delayMs: number): Promise<void>;
}

/** Where a channel's messages rest that nothing more can be done for, with the reason. */
export interface DeadLetters {
  put(message: DeliveryMessage | { unreadable: string }, reason: DeliveryError): Promise<void>;
}
