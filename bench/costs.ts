/** Calls, units and messages of every path, and the bill of the happy one. Counted, so every run prints the same. */
import { BILL_BUDGET, bill } from './bill.ts';
import { type Cost, type Counted, countPath } from './count-path.ts';
import { PATHS } from './paths.ts';
import { progress, table, verdict } from './print.ts';

/** Budgets of design §9 for a page with one channel. */
const BUDGET = { writes: 10, indexWrites: 5, reads: 3 };

export async function costs(): Promise<void> {
  const counted: Cost[] = [];
  for (const path of PATHS) {
    progress(`counting: ${path.name}`);
    counted.push(await countPath(path));
  }
  table(
    'Calls by path (DynamoDB by operation; provider calls as Twilio + SNS)',
    ['path', 'GetItem', 'PutItem', 'UpdateItem', 'other', 'SQS messages', 'provider calls'],
    counted.map(({ name, page }) => [name, ...operations(page), page.messages, `${page.twilio} + ${page.sns}`]),
  );
  table(
    'Units by path (afterwards: receipt checks of the ten minutes that follow)',
    ['path', 'write units', 'of them indexes', 'read units', 'afterwards write', 'afterwards read', 'afterwards SQS'],
    counted.map(({ name, page, after }) => [
      name,
      page.writes + page.indexWrites,
      page.indexWrites,
      page.reads,
      after.writes + after.indexWrites,
      after.reads,
      after.messages,
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
}

function operations({ calls }: Counted): number[] {
  const named = ['GetItem', 'PutItem', 'UpdateItem'].map((name) => calls[name] ?? 0);
  const all = Object.values(calls).reduce((sum, n) => sum + n, 0);
  return [...named, all - named.reduce((sum, n) => sum + n, 0)];
}
