/** Calls, units and messages of every path, and the bill of the happy one. Counted, so every run prints the same. */
import { BILL_BUDGET, bill } from './bill.ts';
import { CLIMBING } from './climbing-paths.ts';
import { type Cost, type Counted, countPath } from './count-path.ts';
import { PATHS } from './paths.ts';
import { progress, table, verdict } from './print.ts';

/** Budgets of docs/spec/inside.md#budgets for a page with one channel. */
const BUDGET = { writes: 10, indexWrites: 5, reads: 3 };

export async function costs(): Promise<void> {
  const counted: Cost[] = [];
  for (const path of [...PATHS, ...CLIMBING]) {
    progress(`counting: ${path.name}`);
    counted.push(await countPath(path));
  }
  table(
    'Calls by path (DynamoDB by operation; provider calls as first + standby)',
    ['path', 'GetItem', 'PutItem', 'UpdateItem', 'other', 'SQS messages', 'provider calls'],
    counted.map(({ name, page }) => [
      name,
      ...operations(page),
      round(page.messages),
      `${round(page.first)} + ${round(page.second)}`,
    ]),
  );
  table(
    'Units by path (afterwards: receipt checks of the ten minutes that follow)',
    [
      'path',
      'write units',
      'of them indexes',
      'read units',
      'transitions',
      'by the machine',
      'afterwards write',
      'afterwards read',
      'afterwards SQS',
    ],
    counted.map(({ name, page, after }) => [
      name,
      ...[page.writes + page.indexWrites, page.indexWrites, page.reads, page.transitions, page.escalations].map(round),
      ...[after.writes + after.indexWrites, after.reads, after.messages].map(round),
    ]),
  );
  const [happy] = counted;
  if (!happy) return;
  const { writes, indexWrites, reads } = happy.page;
  table(
    'Budget of a page from accepted to delivered with two callbacks',
    ['what', 'counted', 'at most', ''],
    [
      ['write units', writes + indexWrites, BUDGET.writes, verdict(writes + indexWrites <= BUDGET.writes)],
      ['of them for indexes', indexWrites, BUDGET.indexWrites, verdict(indexWrites <= BUDGET.indexWrites)],
      ['read units', reads, BUDGET.reads, verdict(reads <= BUDGET.reads)],
    ],
  );
  for (const cost of counted.slice(0, 2)) {
    const { rows, total } = bill(cost);
    table(
      `Dollars per million pages ${cost.name}, everything afterwards included, carriers not`,
      ['$', 'item', 'how'],
      [
        ...rows.map(([item, how, dollars]) => [dollars.toFixed(2), item, how]),
        [total.toFixed(2), 'total', `budget $${BILL_BUDGET}: ${verdict(total <= BILL_BUDGET)}`],
      ],
    );
  }
  const beside = counted.slice(2).map((cost) => ({ name: cost.name, ...bill(cost) }));
  table(
    'Dollars per million pages of the other kinds, reckoned alike; no budget is set for them',
    ['path', ...(beside[0]?.rows ?? []).map(([item]) => item), 'total'],
    beside.map(({ name, rows, total }) => [name, ...rows.map(([, , dollars]) => dollars.toFixed(2)), total.toFixed(2)]),
  );
}

/** Shares of a page that pages have in common are no whole numbers. */
const round = (n: number): number => Math.round(n * 10) / 10;

function operations({ calls }: Counted): number[] {
  const named = ['GetItem', 'PutItem', 'UpdateItem'].map((name) => calls[name] ?? 0);
  const all = Object.values(calls).reduce((sum, n) => sum + n, 0);
  return [...named, all - named.reduce((sum, n) => sum + n, 0)].map(round);
}
