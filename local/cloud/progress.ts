/** What takes longer is told. */
const EVERY_MS = 2_000;

/** Says every two seconds how far the work is, if it takes that long. */
export async function telling<T>(say: (line: string) => void, how: () => string, work: Promise<T>): Promise<T> {
  const timer = setInterval(() => say(how()), EVERY_MS);
  return work.finally(() => clearInterval(timer));
}
