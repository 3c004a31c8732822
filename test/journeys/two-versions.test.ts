/**
 * A deployment: for some minutes functions of two versions work on the same table and the same queues (ADR 18). The newer
 * one here knows one priority and one provider more; it is the same code with these words added.
 */

import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type * as PageModule from '../../lambdas/core/page/page.ts';
import type * as RulesModule from '../../lambdas/core/rules.ts';
import { MINUTE } from '../../lambdas/core/time.ts';
import { createAwaitedReceipts } from '../../lambdas/stores/awaited-receipts.ts';
import { createCircuitStore } from '../../lambdas/stores/circuits.ts';
import { createCodeStore } from '../../lambdas/stores/codes.ts';
import { createDedupeStore } from '../../lambdas/stores/dedupe.ts';
import { createLateReceipts } from '../../lambdas/stores/late-receipts.ts';
import { createPhoneLocks } from '../../lambdas/stores/leases.ts';
import { createPageStore } from '../../lambdas/stores/pages.ts';
import { createRateLimitStore } from '../../lambdas/stores/rate-limits.ts';
import { createRecipientStore } from '../../lambdas/stores/recipients.ts';
import { createTaskTokens } from '../../lambdas/stores/task-tokens.ts';
import { createTeamPosts } from '../../lambdas/stores/team-posts.ts';
import { startTable, TABLE } from '../support/dynalite.ts';
import { ALICE, createWorld, INCIDENT, type Options } from '../support/world.ts';

const at = (path: string) => new URL(`../../lambdas/${path}`, import.meta.url).pathname;
type World = ReturnType<typeof createWorld>;

/** The module graph of the newer version. */
async function newerVersion(): Promise<typeof createWorld> {
  vi.resetModules();
  vi.doMock(at('core/page/page.ts'), async (original) => {
    const real = (await original()) as typeof PageModule;
    return {
      ...real,
      PRIORITIES: [...real.PRIORITIES, 'SEVERE'],
      PROVIDERS: [...real.PROVIDERS, 'vonage'],
      PROVIDERS_OF: { ...real.PROVIDERS_OF, sms: ['twilio', 'vonage', 'sns'] },
    };
  });
  vi.doMock(at('core/rules.ts'), async (original) => {
    const real = (await original()) as typeof RulesModule;
    return {
      ...real,
      rules(scale?: number) {
        const rules = real.rules(scale);
        for (const by of [rules.successWithin, rules.ackWithin, rules.giveUpAfter])
          Object.assign(by, { SEVERE: by.CRITICAL });
        return rules;
      },
    };
  });
  const module = (await import('../support/world.ts')) as { createWorld: typeof createWorld };
  return module.createWorld;
}

let table: Awaited<ReturnType<typeof startTable>>;
let createNewerWorld: typeof createWorld;
beforeAll(async () => {
  [table, createNewerWorld] = [await startTable(), await newerVersion()];
});
afterAll(() => table.stop());

let older: World;
let newer: World;
beforeEach(async () => {
  await table.stop();
  table = await startTable();
  // Codes and dedupe items of a run expire by its own clock.
  const clock = { now: () => older.now() };
  const options: Options = {
    channels: ['sms'],
    reports: { 'twilio/sms': () => [{ status: 'delivered', after: 2_000 }] },
    stores: {
      pages: createPageStore(table.client, TABLE),
      recipients: createRecipientStore(table.client, TABLE),
      dedupe: createDedupeStore(table.client, TABLE, clock),
      codes: createCodeStore(table.client, TABLE, clock),
      circuits: createCircuitStore(table.client, TABLE),
      awaited: createAwaitedReceipts(table.client, TABLE),
      lateReceipts: createLateReceipts(table.client, TABLE, clock),
      rateLimits: createRateLimitStore(table.client, TABLE),
      taskTokens: createTaskTokens(table.client, TABLE),
      phoneLocks: createPhoneLocks(table.client, TABLE),
      posts: createTeamPosts(table.client, TABLE),
    },
  };
  [older, newer] = [createWorld(options), createNewerWorld(options)];
  expect((await newer.putAlice()).status).toBe(201);
});

const queuesOf = ({ lanes, queues }: World) => [
  ...Object.values(lanes).flatMap(({ urgent, normal }) => [urgent, normal]),
  queues.answers,
  queues.checks,
  queues.escalationChecks,
];
/** From now on the functions of the other version take what is in the queues. */
function handOver(from: World, to: World): void {
  const taking = queuesOf(to);
  for (const [i, queue] of queuesOf(from).entries()) taking[i]?.takeOver(queue);
}
const waiting = (world: World) => queuesOf(world).flatMap(({ messages }) => messages);
const givenUp = (world: World) => [...world.dead, ...queuesOf(world).flatMap(({ dead }) => dead)];
const row = async (id: string) => {
  const Key = { pk: `PAGE#${id}`, sk: 'PAGE' };
  return (await table.client.send(new GetCommand({ TableName: TABLE, Key, ConsistentRead: true }))).Item ?? {};
};

/** The newer dispatcher accepts a page of a priority that the older version does not know. */
async function severePage(): Promise<string> {
  const incident = { ...INCIDENT.incident, priority: 'SEVERE' };
  const { status, body } = await newer.call('dispatchNotification', {
    body: { ...INCIDENT, incident, requireAck: true },
  });
  expect(status).toBe(202);
  return body.notificationId;
}

test('a page of a newer dispatcher waits for newer workers: nothing is sent half-understood, lost or given up', async () => {
  const id = await severePage();
  handOver(newer, older);
  await older.advance(5 * MINUTE);
  await newer.advance(5 * MINUTE);
  expect([older.calls, givenUp(older)]).toEqual([[], []]);
  // Its copy and its look.
  expect(waiting(older).map(({ receives }) => receives > 0)).toEqual([true, true]);
  expect(older.counted).not.toContain('RecordFailed');
  expect(JSON.stringify(older.lines)).toContain('priority \\"SEVERE\\" of a page');

  handOver(older, newer);
  await newer.advance(2 * MINUTE);
  // The first text, and the follow-up that is due by now.
  expect(newer.sent.map(({ body }) => body.slice(0, 8))).toEqual(['[SEVERE]', '[SEVERE]']);
  expect(await newer.page(id)).toMatchObject({ status: 'DELIVERED' });
  expect(givenUp(newer)).toEqual([]);
});

test('the older version shows a page of the newer one, lists it, and takes its answer', async () => {
  const id = await severePage();
  const shown = await older.call('getNotification', { params: { id } });
  expect(shown).toMatchObject({ status: 200, body: { status: 'ACCEPTED', incident: { priority: 'SEVERE' } } });
  const { body } = await older.call('listNotifications');
  expect(body.items.map((item: { notificationId: string }) => item.notificationId)).toEqual([id]);
  const retried = await older.call('retryNotification', { params: { id } });
  expect(retried).toMatchObject({ status: 503, headers: { 'retry-after': '60' } });

  expect(await older.text(ALICE, `ACK ${shown.body.code}`)).toContain('acknowledged');
  handOver(newer, older);
  await older.advance(10 * MINUTE);
  expect([older.calls, waiting(older), givenUp(older)]).toEqual([[], [], []]);
  expect(await newer.page(id)).toMatchObject({ status: 'ACKNOWLEDGED', acknowledgedBy: 'Alice' });
});

test('a copy that is to begin with a provider of the newer version goes out by that one, and only there', async () => {
  const { body } = await newer.call('dispatchNotification', { body: INCIDENT });
  const copy = newer.queues.urgent.messages[0];
  if (!copy) throw new Error('nothing was queued');
  // As a newer worker puts it back whose first provider is too busy for a CRITICAL page to wait.
  copy.body = JSON.stringify({ ...JSON.parse(copy.body), from: 'vonage', paced: true });
  handOver(newer, older);
  await older.advance(MINUTE);
  expect([older.calls, givenUp(older)]).toEqual([[], []]);
  handOver(older, newer);
  await newer.advance(MINUTE + 30_000);
  expect(newer.sent.map(({ by }) => by)).toContain('vonage');
  expect(await older.page(body.notificationId)).toMatchObject({
    status: 'SENT',
    deliveries: [{ channel: 'sms', provider: 'vonage', status: 'SENT' }],
  });
});

test('an older worker sends what it knows of a newer page, and keeps the rest through the whole life of the page', async () => {
  const { body } = await newer.call('dispatchNotification', { body: INCIDENT });
  const id = body.notificationId as string;
  const fax = {
    s: 'QUEUED',
    t: 'primary',
    to: '+14155550199',
    n: 0,
    c: 0,
    l: 0,
    v: 1,
    q: newer.now(),
    ev: ['0|0|0|0'],
  };
  await table.client.send(
    new UpdateCommand({
      TableName: TABLE,
      Key: { pk: `PAGE#${id}`, sk: 'PAGE' },
      UpdateExpression:
        'SET zz = :newer, dl.#fax = :fax, dl.#sms.zz = :newer, dl.#sms.ev = list_append(dl.#sms.ev, :line)',
      ExpressionAttributeNames: { '#fax': '1.fax', '#sms': '1.sms' },
      ExpressionAttributeValues: { ':newer': { score: 3 }, ':fax': fax, ':line': ['translated|1|0|0|vonage|tlh|||x'] },
    }),
  );
  handOver(newer, older);
  await older.advance(7 * MINUTE);
  // One text, and no follow-up: what comes next, only a version knows that knows all of its channels.
  expect(older.sent.map(({ channel, at }) => [channel, at < older.now() - 6 * MINUTE])).toEqual([['sms', true]]);
  expect(givenUp(older)).toEqual([]);
  expect(await row(id)).toMatchObject({
    zz: { score: 3 },
    dl: { '1.fax': fax, '1.sms': { s: 'DELIVERED', zz: { score: 3 } } },
  });
  expect(await older.text(ALICE, 'ACK')).toContain('acknowledged');
  await older.advance(10 * MINUTE);
  const now = await row(id);
  expect(now).toMatchObject({ zz: { score: 3 }, ak: { by: 'Alice' }, dl: { '1.sms': { zz: { score: 3 } } } });
  expect(now.dl['1.sms'].ev).toContain('translated|1|0|0|vonage|tlh|||x');
  expect(now.dl['1.fax']).toMatchObject({ to: '+14155550199', s: 'SKIPPED' });
  expect((await older.page(id)).deliveries[0].events).toContainEqual(expect.objectContaining({ kind: 'translated' }));
  expect([waiting(older), givenUp(older)]).toEqual([[], []]);
});
