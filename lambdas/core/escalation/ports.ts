/** What escalation needs of the world. Times are epoch milliseconds, durations milliseconds. */
import type { Page } from '../page/page.ts';

/** Wakes whoever looks what a page needs next; the message carries nothing but its id (ADR 10). */
export interface EscalationChecks {
  /** Durable when it returns. `delayMs` at most 15 minutes. */
  send(message: { pageId: string }, delayMs: number): Promise<void>;
}

/** The machines that wait for pages, one execution each. */
export interface Escalations {
  /** Starts one for the page unless one is running. */
  start(page: Pick<Page, 'id' | 'round' | 'rev' | 'deliveries'>): Promise<void>;
  /** Ends the wait that the token stands for; `over` when it has ended already. */
  wake(token: string): Promise<'woken' | 'over'>;
}

/** The token of the wait that a page's machine is in, or was in last. */
export interface TaskTokens {
  put(pageId: string, token: string, expiresAt: number): Promise<void>;
  /** Sees every `put` answered before. */
  get(pageId: string): Promise<string | undefined>;
}
