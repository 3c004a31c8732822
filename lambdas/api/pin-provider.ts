import { type Circuit, type CircuitName, type Pin, withPin } from '../core/circuit/circuit.ts';
import type { CircuitStore } from '../core/circuit/ports.ts';
import { updateWithRetry } from '../use-cases/update-with-retry.ts';

/** Losing this often means that something writes the circuit without end. */
const MAX_ATTEMPTS = 12;

/**
 * Pins the circuit, or takes its pin off and starts it closed; a circuit without a pin that is to have none stays as
 * automation has it.
 * @param admits throws when the change is not to be made to the circuit as it is
 * @returns the circuit as it is now, and whether this changed it; undefined when others kept changing it
 */
export function createPinProvider(circuits: Pick<CircuitStore, 'get' | 'save'>) {
  return async (
    name: CircuitName,
    pin: Pin | undefined,
    admits: (before: Circuit) => void,
  ): Promise<{ circuit: Circuit; changed: boolean } | undefined> => {
    const done = await updateWithRetry({
      load: () => circuits.get(name),
      decide: (before) => {
        admits(before);
        return pin || before.pin ? withPin(before, pin) : before;
      },
      save: (before, after) => (after === before ? 'saved' : circuits.save(name, before, after)),
      maxAttempts: MAX_ATTEMPTS,
    });
    return done && { circuit: done.decision, changed: done.decision !== done.before };
  };
}
