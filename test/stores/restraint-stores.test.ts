import { afterAll, beforeAll, describe } from 'vitest';
import { createHoldStore } from '../../lambdas/stores/holds.ts';
import { createWindowStore } from '../../lambdas/stores/windows.ts';
import { startTable, TABLE } from '../support/dynalite.ts';
import { memoryHolds, memoryWindows } from '../support/memory-restraint.ts';
import { type RestraintStores, restraintSuite } from './restraint-suite.ts';

describe('in memory', () => {
  const stores = { windows: memoryWindows(), holds: memoryHolds() };
  restraintSuite(() => stores);
});

describe('on dynalite', () => {
  let stores: RestraintStores;
  let table: Awaited<ReturnType<typeof startTable>>;
  beforeAll(async () => {
    table = await startTable();
    const { client } = table;
    stores = { windows: createWindowStore(client, TABLE), holds: createHoldStore(client, TABLE) };
  });
  afterAll(() => table.stop());
  restraintSuite(() => stores);
});
