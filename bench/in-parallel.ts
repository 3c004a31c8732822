/** Does `work` for 0 to `count` - 1, so many at a time. @returns the results in their order */
export async function inParallel<R>(atOnce: number, count: number, work: (n: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (next < count) {
        const n = next++;
        results[n] = await work(n);
      }
    }),
  );
  return results;
}
