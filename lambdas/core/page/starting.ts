import type { Channel, DeliveryError } from './page.ts';

/** A channel that is about to start; with `unusable` it has become so since it was planned. */
export interface Starting {
  channel: Channel;
  to: string;
  /** The address is marked as broken. */
  knownBroken?: true;
  unusable?: DeliveryError;
}
