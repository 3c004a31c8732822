import { afterAll, beforeAll, describe } from 'vitest';
import { createGroupStore } from '../../lambdas/stores/groups.ts';
import { createHoldStore } from '../../lambdas/stores/holds.ts';
import { createWindowStore } from '../../lambdas/stores/windows.ts';
import { startTable, TABLE } from '../support/dynalite.ts';
import { memoryGroups, memoryHolds, memoryWindows } from '../support/memory-suppression.ts';
import { groupSuite, type SuppressionStores, suppressionSuite } from './suppression-suite.ts';

describe('in memory', () => {
  const stores = { windows: memoryWindows(), holds: memoryHolds() };
  suppressionSuite(() => stores);
  const groups = memoryGroups();
  groupSuite(() => groups);
});

describe('on dynalite', () => {
  let stores: SuppressionStores;
  let table: Awaited<ReturnType<typeof startTable>>;
  beforeAll(async () => {
    table = await startTable();
    const { client } = table;
    stores = { windows: createWindowStore(client, TABLE), holds: createHoldStore(client, TABLE) };
  });
  afterAll(() => table.stop());
  suppressionSuite(() => stores);
  groupSuite(() => createGroupStore(table.client, TABLE));
});
