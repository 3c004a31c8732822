/** What answering texts and calls from people needs of the world. Times are epoch milliseconds. */
import type { AnswerVia } from '../page/page.ts';

/** Texts from people: how each was answered, and who was sent the help text lately. */
export interface InboundTexts {
  /** Remembers a message until `expiresAt`. Answers when it was first seen, and with what it was answered if it was. */
  begin(messageId: string, now: number, expiresAt: number): Promise<{ at: number; reply?: string }>;
  /**
   * How far the message was answered: `owed` is one that has had its effect and whose reply has yet to be texted. The
   * read may be stale by a second.
   */
  progress(messageId: string): Promise<'unknown' | 'owed' | 'done'>;
  /**
   * Keeps what it was answered with. With `isOwed` the reply has yet to be texted, unless a copy was answered before.
   */
  finish(messageId: string, reply: string, isOwed: boolean): Promise<void>;
  /**
   * True for one of those who would answer a message that was begun and is not done, and until `until` for no other.
   */
  claim(messageId: string, now: number, until: number): Promise<boolean>;
  /** True for the first message of a phone, for every copy of it, and for the first one from `until` on. */
  mayHelp(phone: string, messageId: string, until: number): Promise<boolean>;
  /** Counts a reply to the phone in the clock's hour of `now`; false when there were `most` before it. */
  mayReply(phone: string, now: number, most: number): Promise<boolean>;
}

/** What action links are signed with. After a rotation links signed with the key before it still work. */
export type ActionKeys = () => Promise<{ current: string; previous?: string }>;

/**
 * Wakes the second pass over an incident that was answered, because the index may lag (docs/spec/replies.md#stopping).
 */
export interface AnswerMessage {
  incidentId: string;
  action: 'acknowledge' | 'resolve';
  by: string;
  via: AnswerVia;
  /** Pages created later are not meant. */
  at: number;
  /** Also the pages whose `ackScope` is "recipient": the whole incident was named, not one person's page. */
  everyone: boolean;
  /** This page alone: it was answered for its recipient only. */
  onlyPage?: string;
  /** Id of the recipient who answered, where known: who answers need not be told. */
  answeredBy?: string;
}

export interface AnswerQueue {
  send(message: AnswerMessage, delayMs: number): Promise<void>;
}
