import { circuitName } from '../core/circuit/circuit.ts';
import type { Channel, Provider } from '../core/page/page.ts';
import type { DeliveryMessage, DeliveryQueue } from '../core/page/ports.ts';
import type { Rules } from '../core/rules.ts';
import { DAY, MINUTE } from '../core/time.ts';
import type { SenderLimits } from '../use-cases/sender-limits.ts';

/** SQS holds a message back for at most this long, ms. */
const LONGEST_DELAY = 15 * MINUTE;
/** A copy that has found no place within a day goes out without one. */
const MAX_WAITS = DAY / LONGEST_DELAY;

/** The message as it may go on now, or nothing when it has been put back to wait for its place. */
export type RateLimitGate = (message: DeliveryMessage, urgent: boolean) => Promise<DeliveryMessage | undefined>;

/**
 * Waits for a place under the sender's limit, before anything is claimed or written: the copy goes back into its lane
 * with its place reserved. A CRITICAL page that would wait too long goes to the next provider instead; where that has
 * no place either it goes out at once, because a limit of ours never delays CRITICAL (docs/spec/suppression.md#held).
 *
 * Other pages wait as long as SQS can hold them and look again. Copies that look at the same time win places by chance,
 * so a copy that never wins would go round for ever: after a day it goes out, and the provider's own limit decides.
 */
export function createRateLimitGate(
  { limits, queue, rules }: { limits: Pick<SenderLimits, 'reserve'>; queue: DeliveryQueue; rules: Rules },
  channel: Channel,
  providers: readonly Provider[],
): RateLimitGate {
  return async (message, urgent) => {
    if (message.paced) return message;
    const { waits = 0, ...unplaced } = message;
    for (const [i, provider] of providers.entries()) {
      const wait = await limits.reserve(
        circuitName(provider, channel),
        urgent ? rules.longestWait : LONGEST_DELAY,
        urgent,
      );
      if (wait === undefined) continue;
      const placed: DeliveryMessage = { ...unplaced, paced: true, ...(i > 0 && { from: provider }) };
      if (wait === 0) return placed;
      await queue.send(placed, urgent ? 'CRITICAL' : 'LOW', wait);
      return undefined;
    }
    if (urgent || waits >= MAX_WAITS) return { ...unplaced, paced: true };
    // The queue in front of the sender is longer than SQS can hold back: look again then.
    await queue.send({ ...unplaced, waits: waits + 1 }, 'LOW', LONGEST_DELAY);
    return undefined;
  };
}
