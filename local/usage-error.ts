/** Says what is wrong with a flag or a variable; the run ends with status 2. */
export class UsageError extends Error {}
