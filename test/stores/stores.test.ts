import { afterAll, beforeAll, describe } from 'vitest';
import { createAuditLog } from '../../lambdas/stores/audit.ts';
import { createCapStore } from '../../lambdas/stores/caps.ts';
import { createCircuitStore } from '../../lambdas/stores/circuits.ts';
import { createCodeStore } from '../../lambdas/stores/codes.ts';
import { createDedupeStore } from '../../lambdas/stores/dedupe.ts';
import { createHealthStore } from '../../lambdas/stores/health.ts';
import { createLateReceipts } from '../../lambdas/stores/late-receipts.ts';
import { createPhoneLocks, createRunLeases } from '../../lambdas/stores/leases.ts';
import { createPageStore } from '../../lambdas/stores/pages.ts';
import { createRecipientStore } from '../../lambdas/stores/recipients.ts';
import { createVerificationStore } from '../../lambdas/stores/verifications.ts';
import { startTable, TABLE } from '../support/dynalite.ts';
import { hasJava, startDynamoDbLocal } from '../support/dynamodb-local.ts';
import { memoryLeases } from '../support/memory-escalation.ts';
import {
  memoryAudit,
  memoryCaps,
  memoryCircuits,
  memoryCodes,
  memoryDedupe,
  memoryHealth,
  memoryLateReceipts,
  memoryPages,
  memoryRecipients,
  memoryVerifications,
} from '../support/memory-ports.ts';
import { T0 } from '../support/pages.ts';
import { leaseSuite } from './lease-suite.ts';
import { operationsSuite } from './operations-suite.ts';
import { storeSuite } from './suite.ts';

const clock = { now: () => T0 };

describe('in memory', () => {
  const stores = {
    pages: memoryPages(),
    recipients: memoryRecipients(),
    dedupe: memoryDedupe(),
    codes: memoryCodes(clock),
    verifications: memoryVerifications(),
    caps: memoryCaps(),
    lateReceipts: memoryLateReceipts(),
  };
  storeSuite(() => stores);
  const operations = { circuits: memoryCircuits(), audit: memoryAudit(), health: memoryHealth() };
  operationsSuite(() => operations);
  const leases = { lines: memoryLeases(), runs: memoryLeases() };
  leaseSuite(() => leases);
});

type Table = Awaited<ReturnType<typeof startTable>>;

describe('on dynalite', () => onTable(startTable));

// Says so where there is no Java: the lane is skipped, not passed.
describe.skipIf(!hasJava)('on Amazon’s DynamoDB Local (needs Java)', () => onTable(startDynamoDbLocal));

function onTable(start: () => Promise<Table>): void {
  let table: Table;
  beforeAll(async () => {
    table = await start();
  });
  afterAll(() => table.stop());

  storeSuite(() => ({
    pages: createPageStore(table.client, TABLE),
    recipients: createRecipientStore(table.client, TABLE),
    dedupe: createDedupeStore(table.client, TABLE, clock),
    codes: createCodeStore(table.client, TABLE, clock),
    verifications: createVerificationStore(table.client, TABLE, clock),
    caps: createCapStore(table.client, TABLE),
    lateReceipts: createLateReceipts(table.client, TABLE, clock),
  }));
  operationsSuite(() => ({
    circuits: createCircuitStore(table.client, TABLE),
    audit: createAuditLog(table.client, TABLE),
    health: createHealthStore(table.client, TABLE),
  }));
  leaseSuite(() => ({ lines: createPhoneLocks(table.client, TABLE), runs: createRunLeases(table.client, TABLE) }));
}
