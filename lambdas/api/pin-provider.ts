import { type Circuit, type CircuitName, type Pin, withPin } from '../core/circuit/circuit.ts';
import type { CircuitStore } from '../core/circuit/ports.ts';

/** Losing this often means that something writes the circuit without end. */
const MOST_TRIES = 12;

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
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const before = await circuits.get(name);
      admits(before);
      const after = pin || before.pin ? withPin(before, pin) : before;
      if (after === before) return { circuit: before, changed: false };
      if ((await circuits.save(name, before, after)) === 'saved') return { circuit: after, changed: true };
    }
    return undefined;
  };
}
