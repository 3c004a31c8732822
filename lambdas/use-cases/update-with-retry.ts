interface Update<S, D> {
  load: () => Promise<S>;
  /** Pure but for what it reads; it decides anew on whatever is loaded. */
  decide: (before: S) => D | Promise<D>;
  /** Writes what was decided if nobody has written since `load`; a decision not to write counts as saved. */
  save: (before: S, decision: D) => Promise<'saved' | 'conflict'> | 'saved' | 'conflict';
  maxAttempts: number;
}

/**
 * Compare and set: loads, decides and saves, again from the start whenever somebody else was faster.
 * @returns what was decided last and on what; undefined when others were faster each time
 */
export async function updateWithRetry<S, D>({
  load,
  decide,
  save,
  maxAttempts,
}: Update<S, D>): Promise<{ before: S; decision: D } | undefined> {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const before = await load();
    const decision = await decide(before);
    if ((await save(before, decision)) === 'saved') return { before, decision };
  }
  return undefined;
}
