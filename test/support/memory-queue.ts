/**
 * A queue on the test's clock: delays, visibility, receive counts, and duplicates or losses when a test asks. Like SQS it
 * keeps the trace header of whoever sends.
 */
import { currentChain } from './chain.ts';

export interface QueuedMessage {
  id: number;
  body: string;
  /** When it can be received next. */
  at: number;
  receives: number;
  /** Trace header of the run that sent it. */
  trace: string | undefined;
}

export class MemoryQueue {
  readonly messages: QueuedMessage[] = [];
  private next = 1;
  private readonly now: () => number;
  readonly name: string;
  readonly visibilityMs: number;

  constructor(name: string, now: () => number, visibilityMs = 90_000) {
    this.name = name;
    this.now = now;
    this.visibilityMs = visibilityMs;
  }

  send(body: unknown, delayMs = 0): void {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    this.messages.push({ id: this.next++, body: text, at: this.now() + delayMs, receives: 0, trace: currentChain() });
  }

  /** Up to `max` messages that are due; they are hidden until the visibility ends. */
  receive(max = 10): QueuedMessage[] {
    const due = this.messages.filter(({ at }) => at <= this.now()).slice(0, max);
    for (const message of due) {
      message.at = this.now() + this.visibilityMs;
      message.receives++;
    }
    return due;
  }

  hide(id: number, ms: number): void {
    const message = this.messages.find((m) => m.id === id);
    if (message) message.at = this.now() + ms;
  }

  delete(id: number): void {
    const index = this.messages.findIndex((m) => m.id === id);
    if (index >= 0) this.messages.splice(index, 1);
  }

  /** When the next message is due; undefined when there is none. */
  nextAt(): number | undefined {
    return this.messages.length === 0 ? undefined : Math.min(...this.messages.map(({ at }) => at));
  }
}
