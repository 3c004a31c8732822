/** Shared by the code that counts and the alarms that watch, so that a renamed metric cannot leave an alarm blind. */
export const METRIC_NAMESPACE = 'Lifeline';

export const METRICS = {
  /** A queue record whose handling threw; it comes back, or ends in the DLQ. */
  recordFailed: 'RecordFailed',
  /** A request that ended in 500 `internal`. */
  internalError: 'InternalError',
  /** A dispatch that no channel of the recipient could take; the caller got 422. */
  noUsableChannel: 'NoUsableChannel',
} as const;
