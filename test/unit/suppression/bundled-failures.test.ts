import { expect, test } from 'vitest';
import { failuresOf } from '../../../lambdas/composition/failures.ts';
import type { Clock } from '../../../lambdas/core/clock.ts';
import type { Page } from '../../../lambdas/core/page/page.ts';
import { rules } from '../../../lambdas/core/rules.ts';
import { memoryAlerts } from '../../support/memory-escalation.ts';
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
  const { afterFailure } = failuresOf(
    {
      pages: stored,
      groups,
      clock,
      audit: memoryAudit(),
      escalationChecks: { send: async () => {} },
      alerts: memoryAlerts(clock),
    },
    { rules: rules() },
  );
  return { stored, afterFailure };
}

test('pages that have listed each other and all failed by messages of their own leave each other as they are', async () => {
  const world = await listingEachOther([inGroup('pg_a', FAILED), inGroup('pg_b', FAILED), inGroup('pg_c', FAILED)]);
  const before = world.stored.all();
  await world.afterFailure({ pageId: 'pg_a', channel: 'voice' });
  expect(world.stored.all()).toEqual(before);
});
