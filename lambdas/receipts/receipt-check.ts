import * as z from 'zod';
import { type CircuitName, circuitName } from '../core/circuit/circuit.ts';
import type { Clock } from '../core/clock.ts';
import { parseCallbackRef } from '../core/page/callback-ref.ts';
import { deliveryKey, isIn, PROVIDERS } from '../core/page/page.ts';
import type { PageStore } from '../core/page/ports.ts';
import type { AwaitedReceipts, ReceiptCheck, ReceiptChecks, Report } from '../core/receipts/ports.ts';
import type { Rules } from '../core/rules.ts';
import { DAY } from '../core/time.ts';
import { isOneOf, OfNewerVersion } from '../core/versions.ts';
import { readMessage } from '../runtime/read-message.ts';
import type { ReceiveReceipt } from '../use-cases/receive-receipt.ts';

/** How long a message is asked about (docs/spec/delivery.md#receipts). */
const GIVE_UP_AFTER = DAY;

const schema = z.looseObject({
  ref: z.string(),
  provider: z.enum(PROVIDERS),
  providerId: z.string(),
  step: z.enum(['ask', 'alarm', 'again']),
});
const aboutSchema = z.object({ ref: z.string() });

interface Deps {
  pages: PageStore;
  receiveReceipt: ReceiveReceipt;
  checks: ReceiptChecks;
  awaited: AwaitedReceipts;
  /**
   * Asks the provider for the message's status; undefined when it cannot be had, as with e-mail, which nobody can be
   * asked about.
   */
  ask: (providerId: string, circuit: CircuitName) => Promise<Report | undefined>;
  missing: () => void;
  rules: Rules;
  clock: Clock;
}

/**
 * Looks after messages whose provider has not said what became of them: asks at three minutes, counts them for the
 * alarm at five, and asks again every hour for a day. No receipt is never a failure: SENT stays SENT.
 */
export function createReceiptChecks(deps: Deps) {
  const { pages, checks, awaited, rules, clock } = deps;

  /** Whether the message is still the delivery's last word, accepted and nothing more. */
  async function isOpen({ ref, providerId }: ReceiptCheck): Promise<boolean> {
    const parsed = parseCallbackRef(ref);
    const page = parsed && (await pages.get(parsed.pageId, { consistent: true }));
    const delivery = page?.deliveries[deliveryKey(parsed?.round ?? 0, parsed?.channel ?? 'sms')];
    return isIn(delivery, 'SENT') && delivery.sent?.providerId === providerId;
  }

  async function ask({ ref, provider, providerId }: ReceiptCheck): Promise<void> {
    const parsed = parseCallbackRef(ref);
    const receipt = parsed && (await deps.ask(providerId, circuitName(provider, parsed.channel)));
    if (receipt) await deps.receiveReceipt(parsed, receipt);
  }

  return {
    /** One delayed message. */
    async check(body: string): Promise<void> {
      const check: ReceiptCheck = readMessage(body, schema, aboutSchema);
      const isMissing = await isOpen(check);
      if (check.step === 'again') {
        if (isMissing) await ask(check);
        if (!isMissing || !(await isOpen(check))) await awaited.remove(check.ref);
      } else if (isMissing && check.step === 'ask') {
        // The next look is ordered first: asking may fail, and then it has to happen all the more.
        await checks.schedule({ ...check, step: 'alarm' }, rules.receiptAlarm - rules.receiptAsk);
        await ask(check);
      } else if (isMissing) {
        deps.missing();
        await awaited.add(check, clock.now());
      }
    },

    /**
     * Every hour: orders a question about each message that is missing. Each is a queue message of its own, so that a
     * provider which hangs at one keeps no other from being asked about, and a thousand of them outlast no run.
     */
    async sweep(): Promise<void> {
      for (const { check, since } of await awaited.list()) {
        if (isUnderstood(check)) await checks.schedule({ ...check, step: 'again' }, 0);
        if (clock.now() - since >= GIVE_UP_AFTER) await awaited.remove(check.ref);
      }
    },
  };
}

/** What only a newer version can ask about is left to its own sweep (ADR 18). */
function isUnderstood({ ref, provider }: ReceiptCheck): boolean {
  try {
    parseCallbackRef(ref);
    return isOneOf(PROVIDERS, provider);
  } catch (error) {
    if (error instanceof OfNewerVersion) return false;
    throw error;
  }
}
