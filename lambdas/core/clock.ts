/** The time of the run: epoch milliseconds. Nothing decides by another clock, so that tests can set it. */
export interface Clock {
  now(): number;
}
