import { circuitName } from '../core/breaker.ts';
import type { Channel, Provider } from '../core/page/page.ts';
import type { DeliveryMessage, DeliveryQueue } from '../core/ports.ts';
import type { Rules } from '../core/rules.ts';
import type { SenderLimits } from '../operations/sender-limits.ts';

/** SQS holds a message back for at most this long, ms. */
const LONGEST_DELAY = 15 * 60_000;

/** The message as it may go on now, or nothing when it has been put back to wait for its place. */
export type Pace = (message: DeliveryMessage, urgent: boolean) => Promise<DeliveryMessage | undefined>;

/**
 * Waits for a place under the sender's limit, before anything is claimed or written: the copy goes back into its lane
 * with its place reserved. A CRITICAL page that would wait too long goes to the next provider instead; where that has no
 * place either it goes out at once, because a limit of ours never delays CRITICAL (contract §2, "Held").
 */
export function createPace(
  { limits, queue, rules }: { limits: SenderLimits; queue: DeliveryQueue; rules: Rules },
  channel: Channel,
  providers: readonly Provider[],
): Pace {
  return async (message, urgent) => {
    if (message.paced) return message;
    for (const [i, provider] of providers.entries()) {
      const wait = await limits.reserve(
        circuitName(provider, channel),
        urgent ? rules.longestWait : LONGEST_DELAY,
        urgent,
      );
      if (wait === undefined) continue;
      const placed: DeliveryMessage = { ...message, paced: true, ...(i > 0 && { from: provider }) };
      if (wait === 0) return placed;
      await queue.send(placed, urgent ? 'CRITICAL' : 'LOW', wait);
      return undefined;
    }
    if (urgent) return { ...message, paced: true };
    // The queue in front of the sender is longer than SQS can hold back: look again then.
    await queue.send(message, 'LOW', LONGEST_DELAY);
    return undefined;
  };
}
