/** Where circuits are kept. */
import type { Circuit, CircuitName } from './circuit.ts';

export interface CircuitStore {
  /** `consistent` sees every save answered before; without it the read costs half and may be stale. */
  get(name: CircuitName, read?: { consistent: boolean }): Promise<Circuit>;
  /** Writes if the stored version is still the one it was decided on. */
  save(name: CircuitName, before: Circuit, after: Circuit): Promise<'saved' | 'conflict'>;
  list(): Promise<{ name: CircuitName; circuit: Circuit }[]>;
}
