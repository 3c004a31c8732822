/** What the benchmarks print: progress while something takes long, then plain tables. */
const started = performance.now();

/** A line of progress, with the seconds since the start. */
export function progress(line: string): void {
  console.log(`${((performance.now() - started) / 1_000).toFixed(1).padStart(7)} s  ${line}`);
}

/** Awaits `work` and says every few seconds that it is still going on. */
export async function during<T>(what: string, work: Promise<T>): Promise<T> {
  progress(what);
  const ticking = setInterval(() => progress(`still ${what}`), 5_000);
  return work.finally(() => clearInterval(ticking));
}

type Cell = string | number;

/** An aligned table. Columns whose cells are all numbers, or begin like one, are aligned to the right. */
export function table(title: string, head: readonly string[], rows: readonly (readonly Cell[])[]): void {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
  const isNumber = head.map((_, i) => rows.every((row) => /^([-+$×]?\d|–|$)/.test(String(row[i] ?? ''))));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (isNumber[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  const [first = [], ...others] = cells;
  console.log(`\n${title}\n`);
  console.log(line(first));
  console.log(widths.map((width) => '-'.repeat(width)).join('  '));
  for (const row of others) console.log(line(row));
  console.log('');
}

/** Whether a budget is kept, for the last column of a table. */
export const verdict = (isKept: boolean): string => (isKept ? 'ok' : 'MISSED');

/** The middle one; of an even number the mean of the two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.floor(half - 0.5)] ?? Number.NaN) + (sorted[Math.floor(half)] ?? Number.NaN)) / 2;
}
