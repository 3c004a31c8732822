import { expect, test } from 'vitest';
import type { OperationsAlert } from '../../../lambdas/core/alerts/alert.ts';
import type { Clock } from '../../../lambdas/core/clock.ts';
import type { Page } from '../../../lambdas/core/page/page.ts';
import { rules } from '../../../lambdas/core/rules.ts';
import { createAfterFailure } from '../../../lambdas/use-cases/after-failure.ts';
import { createPropagateToBundled } from '../../../lambdas/use-cases/bundle.ts';
import { memoryAudit, memoryPages } from '../../support/memory-ports.ts';
import { memoryGroups } from '../../support/memory-suppression.ts';
import { someDelivery, somePage, T0 } from '../../support/pages.ts';

const clock: Clock = { now: () => T0 + 1_000 };
const NO_HUMAN = { code: 'no_human', class: 'recipient_permanent' as const, message: '' };
const called = { channel: 'voice', claims: 1, attempts: 1, legs: 1 };
const FAILED = { ...called, status: 'FAILED', failedAt: T0, error: NO_HUMAN };

function inGroup(id: string, voice: object): Page {
  const incident = { ...somePage().incident, id: `INC-${id}` };
  return somePage({ id, incident, group: 'live', deliveries: { '1.voice': someDelivery(voice) } });
}

/** Pages whose messages have listed all of them, on some channel or other. */
async function listingEachOther(pages: Page[]) {
  const [stored, groups] = [memoryPages(), memoryGroups()];
  for (const page of pages) {
    await stored.create(page);
    await groups.list(
      page.id,
      pages.map(({ id }) => id),
      T0,
    );
  }
  const failures: string[] = [];
  const alerts: OperationsAlert[] = [];
  const parts = { pages: stored, groups, clock, rules: rules(), audit: memoryAudit() };
  const after = createAfterFailure({
    ...parts,
    escalationChecks: { send: async () => {} },
    alerts: { raise: async (alert) => void alerts.push(alert) },
    propagateToBundled: (page, delivery) => propagateToBundled(page, delivery),
  });
  const afterFailure: typeof after = async (failed) => {
    failures.push(failed.pageId);
    if (failures.length > 20) throw new Error('told without end');
    await after(failed);
  };
  const propagateToBundled = createPropagateToBundled({ ...parts, afterFailure });
  return { stored, failures, afterFailure };
}

test('two pages that have listed each other and both failed are not told of each other without end', async () => {
  const world = await listingEachOther([inGroup('pg_a', FAILED), inGroup('pg_b', FAILED), inGroup('pg_c', FAILED)]);
  await world.afterFailure({ pageId: 'pg_a', channel: 'voice' });
  expect(world.failures).toEqual(['pg_a']);
});
