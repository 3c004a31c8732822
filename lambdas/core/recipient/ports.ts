/** Where recipients are kept. */
import type { Recipient } from './recipient.ts';

export interface RecipientStore {
  get(id: string): Promise<Recipient | undefined>;
  /** Writes if the stored version is still `expected` (0: must not exist). */
  put(recipient: Recipient, expected: number): Promise<'saved' | 'conflict'>;
  delete(id: string, expected: number): Promise<'deleted' | 'conflict'>;
  /** By id, those behind `after`, at most `limit`. */
  list(limit: number, after?: string): Promise<Recipient[]>;
  /** Everybody whose texts go to this number now (`textedPhone`), by id. Sees every `put` answered before. */
  byPhone(phone: string): Promise<Recipient[]>;
  /** Everybody whose Slack user this is, by id. Sees every `put` answered before. */
  bySlackUser(userId: string): Promise<Recipient[]>;
}
