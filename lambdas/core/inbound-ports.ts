/** What answering texts and calls from people needs of the world. Times are epoch milliseconds. */

/** Texts from people: how each was answered, and who was sent the help text lately. */
export interface InboundTexts {
  /** Remembers a message until `expiresAt`. Answers when it was first seen, and with what it was answered if it was. */
  begin(messageId: string, now: number, expiresAt: number): Promise<{ at: number; reply?: string }>;
  /** Whether the message was answered to the end. The read may be stale by a second. */
  isDone(messageId: string): Promise<boolean>;
  /** What it was answered with. */
  finish(messageId: string, reply: string): Promise<void>;
  /** True for the first message of a phone, for every copy of it, and for the first one from `until` on. */
  mayHelp(phone: string, messageId: string, until: number): Promise<boolean>;
  /** Counts a reply to the phone in the clock's hour of `now`; false when there were `most` before it. */
  mayReply(phone: string, now: number, most: number): Promise<boolean>;
}
