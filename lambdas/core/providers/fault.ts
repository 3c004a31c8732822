import type { DeliveryError } from '../page/page.ts';

/** A failed provider call, classified. */
export interface Fault extends DeliveryError {
  /** Worth another provider in the same attempt. */
  failsOver: boolean;
  /** Counts toward the provider's circuit. */
  counts: boolean;
  /** Opens the circuit at once. */
  opens: boolean;
  /** Takes the sending number or id out of use. */
  disablesSender: boolean;
  /** The provider asks for no further call before this long has passed, milliseconds (`Retry-After`). */
  retryAfter?: number;
  /** The address itself is dead: nothing will arrive there until its owner mends it (ADR 24). */
  breaksContact?: true;
}
