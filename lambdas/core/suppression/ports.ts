import type { WindowStore } from './window.ts';

export type { WindowStore };

/** A held page, beside its row: so that what is held is found by recipient and by time. */
export interface HoldItem {
  recipientId: string;
  pageId: string;
  until: number;
}

export interface HoldStore {
  /** Writes or moves it; repeated, it stays as it is. */
  put(hold: HoldItem): Promise<void>;
  remove(hold: Pick<HoldItem, 'recipientId' | 'pageId'>): Promise<void>;
  /** Sees every `put` answered before. */
  ofRecipient(recipientId: string): Promise<HoldItem[]>;
  /** All of them, of whoever. `consistent` sees every `put` answered before; without it the list may lag by a second. */
  list(read?: { consistent: boolean }): Promise<HoldItem[]>;
}

/** Has the held pages of one recipient, or of everybody, re-evaluated. */
export interface Releases {
  /** Durable when it returns. `delayMs` at most 15 minutes. */
  send(message: ReleaseMessage, delayMs: number): Promise<void>;
}
export type ReleaseMessage = { recipientId: string } | { all: true };

/** Comes back to a recipient at a time that a queue cannot wait for. */
export interface ReleaseSchedules {
  /** At least one run at or soon after `at`; asking again for the same time asks once. */
  comeBack(recipientId: string, at: number, now: number): Promise<void>;
}
