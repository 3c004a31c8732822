/**
 * A queue on the test's clock, with the delays, visibility, receive counts and dead letters of SQS. Like SQS it keeps the
 * trace header of whoever sends.
 */
import { FIXED } from '../../lambdas/core/rules.ts';
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
  /** What was received too often, as it was moved away at the next receive. */
  readonly dead: QueuedMessage[] = [];
  private next = 1;
  private readonly now: () => number;
  readonly name: string;
  readonly visibilityMs: number;

  constructor(name: string, now: () => number, visibilityMs: number = FIXED.queueVisibility) {
    this.name = name;
    this.now = now;
    this.visibilityMs = visibilityMs;
  }

  send(body: unknown, delayMs = 0): void {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    this.messages.push({ id: this.next++, body: text, at: this.now() + delayMs, receives: 0, trace: currentChain() });
  }

  /** Takes over everything that is in another queue, as it is there: its functions were replaced by those of this one. */
  takeOver(other: MemoryQueue): void {
    for (const message of other.messages.splice(0)) this.messages.push({ ...message, id: this.next++ });
  }

  /**
   * Up to `max` messages that are due; they are hidden until the visibility ends. One that has been received as often as a
   * queue allows goes to the dead letters instead: SQS moves it when it would hand it out once more.
   */
  receive(max = 10): QueuedMessage[] {
    const visible = this.messages.filter(({ at }) => at <= this.now());
    for (const message of visible.filter(({ receives }) => receives >= FIXED.maxReceiveCount)) {
      this.delete(message.id);
      this.dead.push(message);
    }
    const due = visible.filter(({ receives }) => receives < FIXED.maxReceiveCount).slice(0, max);
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
    let first: number | undefined;
    for (const { at } of this.messages) if (first === undefined || at < first) first = at;
    return first;
  }
}
