/**
 * What docs/spec/replies.md#opt-out says of STOP ("Opt-out"), looked at from outside: what the person said, and what
 * was sent then.
 */
import type { Recipient } from '../../lambdas/core/recipient/recipient.ts';

const OPTED_OUT = '13 no text after STOP';
/** A text whose worker had looked before STOP was heeded is in flight for as long as its lease. */
const IN_FLIGHT = 20_000;

export function createOptOutChecks(violated: (invariant: string, what: string) => void) {
  /** Since when STOP has been heeded, by number. */
  const stopped = new Map<string, number>();
  /** What each person has said last, once it was heeded. */
  const lastWord = new Map<string, 'STOP' | 'START'>();

  return {
    /** STOP was answered, or a provider's refusal was heeded. */
    stopped(phone: string, now: number): void {
      if (!stopped.has(phone)) stopped.set(phone, now);
    },

    /** Somebody says so; from START on texts may go out, heeded or not. */
    says(phone: string, word: 'STOP' | 'START'): void {
      lastWord.delete(phone);
      if (word === 'START') stopped.delete(phone);
    },

    heeded(phone: string, word: 'STOP' | 'START', now: number): void {
      lastWord.set(phone, word);
      if (word === 'STOP') this.stopped(phone, now);
    },

    /** @param queuedAt when the delivery was planned, with what was known of the person then */
    called(ref: string, to: string, queuedAt: number, now: number): void {
      const since = stopped.get(to);
      if (since === undefined) return;
      if (queuedAt > since) violated(OPTED_OUT, `${ref} was planned ${queuedAt - since} ms after STOP`);
      else if (now - since > IN_FLIGHT) violated(OPTED_OUT, `${ref} was sent ${now - since} ms after STOP`);
    },

    /** @param marked whether the number is marked for whoever has it next */
    atEnd({ id, phone = '', smsSuppressed }: Recipient, marked: boolean): void {
      if (lastWord.get(phone) === 'STOP' && !(smsSuppressed && marked)) violated(OPTED_OUT, `${id} said STOP in vain`);
    },
  };
}
