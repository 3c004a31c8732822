import { expect, test } from 'vitest';
import { MINUTE } from '../../../lambdas/core/time.ts';
import { failed, groupWorld } from './world.ts';

test('the first of a cause goes out at once, the others together when 5 minutes are over', async () => {
  const world = groupWorld();
  await world.raise(failed('pg_1'));
  expect(world.told).toMatchObject([{ at: 0, total: 1 }]);
  await world.pass(MINUTE);
  await world.raise(failed('pg_2'));
  await world.raise(failed('pg_3', { priority: 'CRITICAL' }));
  expect(world.told).toHaveLength(1);
  await world.pass(4 * MINUTE);
  expect(world.told.slice(1)).toMatchObject([
    { at: 5 * MINUTE, window: { opening: { since: MINUTE, counts: { HIGH: 1, CRITICAL: 1 } } } },
  ]);
});

test('what goes out together opens the next window: never two within 5 minutes, however many come', async () => {
  const world = groupWorld();
  for (let n = 0; n < 40; n++) {
    await world.raise(failed(`pg_${n}`));
    await world.pass(MINUTE);
  }
  await world.pass(10 * MINUTE);
  const gaps = world.told.slice(1).map(({ at }, n) => at - (world.told[n]?.at ?? 0));
  expect(Math.min(...gaps)).toBe(5 * MINUTE);
  expect(world.told.reduce((sum, { total }) => sum + total, 0)).toBe(40);
});

test('after 5 quiet minutes the next one goes out at once again', async () => {
  const world = groupWorld();
  await world.raise(failed('pg_1'));
  await world.pass(5 * MINUTE);
  await world.raise(failed('pg_2'));
  expect(world.told.map(({ at }) => at)).toEqual([0, 5 * MINUTE]);
});

test('kinds and causes do not wait for one another', async () => {
  const world = groupWorld();
  await world.raise(failed('pg_1'));
  await world.raise(failed('pg_1', { cause: '21610' }));
  await world.raise(failed('pg_1', { kind: 'PERMANENT' }));
  expect(world.told).toHaveLength(3);
});

test('a page that is told of twice counts once', async () => {
  const world = groupWorld();
  for (const id of ['pg_1', 'pg_1', 'pg_2', 'pg_2']) await world.raise(failed(id));
  await world.pass(5 * MINUTE);
  expect(world.told.map(({ total }) => total)).toEqual([1, 1]);
});

test('ten are named, all are counted', async () => {
  const world = groupWorld();
  for (let n = 0; n < 31; n++) await world.raise(failed(`pg_${n}`));
  await world.pass(5 * MINUTE);
  expect(world.told[1]?.total).toBe(30);
  expect(world.told[1]?.window.opening.subjects).toHaveLength(10);
});

test('alerts that are counted at the same time are all counted, and one of them goes out', async () => {
  const world = groupWorld();
  await Promise.all(Array.from({ length: 20 }, (_, n) => world.raise(failed(`pg_${n}`))));
  await world.pass(5 * MINUTE);
  expect(world.told.map(({ total }) => total)).toEqual([1, 19]);
});

test('copies that come at the same time are told once', async () => {
  const world = groupWorld();
  await Promise.all([world.raise(failed('pg_1')), world.raise(failed('pg_1')), world.raise(failed('pg_2'))]);
  await world.pass(10 * MINUTE);
  expect(world.told.map(({ total }) => total)).toEqual([1, 1]);
});

test('what could not be told is told when the alert comes again', async () => {
  const world = groupWorld();
  world.breakTopic(true);
  await expect(world.raise(failed('pg_1'))).rejects.toThrow('down');
  world.breakTopic(false);
  await world.raise(failed('pg_1'), true);
  await world.raise(failed('pg_1'), true);
  expect(world.told).toMatchObject([{ total: 1 }]);
});

test('what could not be told at all goes out with what came after it', async () => {
  const world = groupWorld();
  world.breakTopic(true);
  await expect(world.raise(failed('pg_1'))).rejects.toThrow('down');
  await world.raise(failed('pg_2'));
  world.breakTopic(false);
  await world.pass(5 * MINUTE);
  expect(world.told).toMatchObject([{ total: 2 }]);
});

test('a summary that could not be told is told when its message comes again', async () => {
  const world = groupWorld();
  await world.raise(failed('pg_1'));
  await world.raise(failed('pg_2'));
  world.breakTopic(true);
  await world.pass(5 * MINUTE);
  world.breakTopic(false);
  await world.pass(2 * MINUTE);
  expect(world.told.map(({ total }) => total)).toEqual([1, 1]);
});

test('when the message that ends a window is lost, the next alert brings what waited for it', async () => {
  const world = groupWorld();
  await world.raise(failed('pg_1'));
  await world.raise(failed('pg_2'));
  world.dropMessages();
  await world.pass(6 * MINUTE);
  await world.raise(failed('pg_3'));
  expect(world.told.map(({ total }) => total)).toEqual([1, 2]);
});

test.each(['before', 'after'] as const)('a crash %s a window is written loses no alert', async (when) => {
  let crash = true;
  const world = groupWorld({
    wrap: (windows) => ({
      ...windows,
      async save(...args) {
        if (crash && when === 'before') throw new Error('crashed');
        const result = await windows.save(...args);
        if (crash) throw new Error('crashed');
        return result;
      },
    }),
  });
  await expect(world.raise(failed('pg_1'))).rejects.toThrow('crashed');
  crash = false;
  // SQS brings the message again.
  await world.raise(failed('pg_1'), true);
  await world.pass(10 * MINUTE);
  expect(world.told).toMatchObject([{ at: 0, total: 1 }]);
});
