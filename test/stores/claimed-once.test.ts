/** What one run does for all copies of it: answers to texts that a sweep found, and posts in channels of teams. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { randomPageId } from '../../lambdas/core/page/ids.ts';
import type { TeamPosts } from '../../lambdas/core/page/ports.ts';
import type { InboundTexts } from '../../lambdas/core/replies/ports.ts';
import { HOUR } from '../../lambdas/core/time.ts';
import { createInboundTexts } from '../../lambdas/stores/inbound-texts.ts';
import { createTeamPosts } from '../../lambdas/stores/team-posts.ts';
import { startTable, TABLE } from '../support/dynalite.ts';
import { memoryInboundTexts } from '../support/memory-answers.ts';
import { memoryTeamPosts } from '../support/memory-escalation.ts';
import { T0 } from '../support/pages.ts';

const clock = { now: () => T0 };

describe('in memory', () => {
  const stores = { inbound: memoryInboundTexts(clock), posts: memoryTeamPosts() };
  suite(async () => stores);
});

describe('on dynalite', () => {
  let table: Awaited<ReturnType<typeof startTable>>;
  beforeAll(async () => {
    table = await startTable();
  });
  afterAll(() => table.stop());
  suite(async () => ({
    inbound: createInboundTexts(table.client, TABLE, clock),
    posts: createTeamPosts(table.client, TABLE),
  }));
});

function suite(open: () => Promise<{ inbound: InboundTexts; posts: TeamPosts }>): void {
  test('a text whose reply was not texted yet is owed it until it is, and finds the same reply meanwhile', async () => {
    const { inbound } = await open();
    const id = randomPageId();
    expect(await inbound.progress(id)).toBe('unknown');
    await inbound.begin(id, T0, T0 + HOUR);
    expect(await inbound.progress(id)).toBe('unknown');
    await inbound.finish(id, 'Done', true);
    expect(await inbound.progress(id)).toBe('owed');
    expect(await inbound.begin(id, T0 + 9, T0 + HOUR)).toEqual({ at: T0, reply: 'Done' });
    await inbound.finish(id, 'Done', false);
    expect(await inbound.progress(id)).toBe('done');
    await inbound.finish(id, 'Done again', true);
    expect(await inbound.progress(id)).toBe('done');
    expect(await inbound.begin(id, T0 + 9, T0 + HOUR)).toEqual({ at: T0, reply: 'Done' });
  });

  test('a text is claimed by one at a time, until it was answered and its reply texted', async () => {
    const { inbound } = await open();
    const id = randomPageId();
    expect(await inbound.claim(id, T0, T0 + 20)).toBe(false);
    await inbound.begin(id, T0, T0 + HOUR);
    const claims = await Promise.all([1, 2, 3].map(() => inbound.claim(id, T0, T0 + 20)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await inbound.claim(id, T0 + 19, T0 + 39)).toBe(false);
    await inbound.finish(id, 'Done', true);
    expect(await inbound.claim(id, T0 + 20, T0 + 40)).toBe(true);
    await inbound.finish(id, 'Done', false);
    expect(await inbound.claim(id, T0 + 60, T0 + 80)).toBe(false);
  });

  test('each try of a post is claimed once, none behind a later one, and none once the post was made', async () => {
    const { posts } = await open();
    const incident = randomPageId();
    const first = await Promise.all([1, 2, 3].map(() => posts.claim(incident, 'C1', 1, T0)));
    expect(first.filter(Boolean)).toHaveLength(1);
    const second = await Promise.all([1, 2, 3].map(() => posts.claim(incident, 'C1', 2, T0)));
    expect(second.filter(Boolean)).toHaveLength(1);
    expect([await posts.claim(incident, 'C1', 4, T0), await posts.claim(incident, 'C1', 3, T0)]).toEqual([true, false]);
    await posts.sent(incident, 'C1', 'C1/1.2');
    expect([await posts.claim(incident, 'C1', 5, T0), await posts.claim(incident, 'C2', 1, T0)]).toEqual([false, true]);
    expect(await posts.ofIncident(incident)).toEqual(['C1/1.2']);
  });
}
