/**
 * Every number of phone verification, once. Minutes and hours here are real and never scaled
 * (docs/spec/suppression.md#held).
 */
import { DAY, HOUR, MINUTE } from '../time.ts';

/**
 * Per recipient (docs/spec/api.md#verification). Three codes of five tries make 15 guesses an hour at a million codes.
 */
export const VERIFICATION = {
  digits: 6,
  tries: 5,
  /** How long a code works. The text says it, too. */
  lifetime: 10 * MINUTE,
  /** Codes within any hour, not within the hour of a clock. */
  sends: 3,
  sendWindow: HOUR,
  /** A code waits this long at most for its place under the sender's limit: somebody looks at a form. */
  longestWait: 2_000,
  /**
   * How long a call with a code has the phone's line. Nobody reports its end to us: it rings for 30 s, a greeting of a
   * machine is waited for, and the code is spoken twice.
   */
  call: 90_000,
} as const;

/**
 * Against pumping: somebody with our token who has texts sent to numbers they earn from, or to a victim. Worst case of
 * a day at the dearest carriers ($0.30 a text): 200 texts, $60, into one calling code, and 2,400, $720, in all, where
 * honest use of a company of thousands is some dozen. Who needs more has an admin vouch for the phones.
 */
export const CAPS = {
  /** To one phone, whoever asks and for whichever recipient. */
  phone: { max: 10, window: DAY },
  /** To one country calling code. */
  country: { max: 200, window: DAY },
  /** From this installation. */
  installation: { max: 100, window: HOUR },
} as const satisfies Record<string, { max: number; window: number }>;
