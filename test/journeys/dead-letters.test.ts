import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../lambdas/core/time.ts';
import { undocumented } from '../support/openapi.ts';
import { redriveWorld } from '../support/redrive-world.ts';

/** As `redriveWorld`; a redrive answers as documented, and gives the bodies. */
async function setUp() {
  const world = await redriveWorld();
  return {
    ...world,
    async redrive(body?: object) {
      const { started, ended } = await world.redrive(body);
      expect([started.status, undocumented('redriveDeadLetters', started)]).toEqual([202, []]);
      expect([ended.status, undocumented('getRedrive', ended)]).toEqual([200, []]);
      return { started: started.body, ended: ended.body };
    },
  };
}

describe('dead letters', () => {
  test('show what was given up with its reason, oldest first, and are all there afterwards', async () => {
    const { world, deadLetters, call, givenUp } = await setUp();
    const [first] = await givenUp(3);
    deadLetters.put({ channel: 'sms' });
    const answer = await call('listDeadLetters', { query: { channel: 'sms' } });
    expect([answer.status, undocumented('listDeadLetters', answer)]).toEqual([200, []]);
    expect(answer.body.items).toHaveLength(4);
    expect(answer.body.items[0]).toEqual({
      id: 'letter-1',
      channel: 'sms',
      notificationId: first,
      deliveryId: `${first}.1.sms`,
      claim: 5,
      reason: { code: '21611', class: 'transient', message: expect.any(String) },
      sentAt: new Date(world.now()).toISOString(),
    });
    expect(answer.body.items[3]).not.toHaveProperty('notificationId');
    expect((await call('listDeadLetters')).body.items).toHaveLength(4);
    expect((await call('listDeadLetters', { query: { channel: 'voice' } })).body.items).toEqual([]);
  });

  test('are refused for a channel that the deployment does not have', async () => {
    const { call } = await setUp();
    for (const answer of [
      await call('listDeadLetters', { query: { channel: 'email' } }),
      await call('redriveDeadLetters', { body: { channel: 'email' } }),
    ]) {
      expect([answer.status, answer.body.errors[0].path]).toEqual([400, 'channel']);
    }
  });
});

describe('a redrive', () => {
  test('retries each page on its channel, and its letter goes', async () => {
    const { world, deadLetters, givenUp, redrive, mend } = await setUp();
    const ids = await givenUp(25);
    expect(deadLetters.rests()).toHaveLength(25);
    mend();
    const { started, ended } = await redrive();
    expect(started).toEqual({ redriveId: expect.stringMatching(/^rd_[a-z2-7]{16}$/), total: 25 });
    expect(ended).toMatchObject({ status: 'FINISHED', total: 25, done: 25, failed: 0, retried: 25 });
    expect(deadLetters.rests()).toEqual([]);
    await world.advance(MINUTE);
    for (const id of ids) expect(await world.page(id)).toMatchObject({ status: 'SENT', round: 2 });
    expect(world.sent).toHaveLength(25);
    expect(world.audit.entries).toContainEqual(
      expect.objectContaining({
        resource: 'dead-letters/sms',
        action: 'dead_letters.redriven',
        actor: 'test-client/test-subject',
      }),
    );
  });

  test('takes up as many as asked for and no more', async () => {
    const { deadLetters, givenUp, redrive } = await setUp();
    await givenUp(15);
    const { started, ended } = await redrive({ channel: 'sms', limit: 12 });
    expect([started.total, ended.done, deadLetters.rests().length]).toEqual([12, 12, 3]);
  });

  test('a redrive is done with pages that were answered, are gone or got through, without sending anything', async () => {
    const { world, deadLetters, givenUp, redrive, mend } = await setUp();
    const [answered, retried] = await givenUp(2);
    deadLetters.put({ channel: 'sms', about: { pageId: 'pg_zzzzzzzzzzzzzzzz', round: 1, claim: 5 } });
    await world.call('acknowledgeNotification', { params: { id: answered as string } });
    mend();
    await world.call('retryNotification', { params: { id: retried as string } });
    await world.advance(MINUTE);
    const { ended } = await redrive();
    expect(ended).toMatchObject({ total: 3, done: 3, notNeeded: 3, retried: 0 });
    await world.advance(MINUTE);
    expect([world.sent.length, deadLetters.rests()]).toEqual([1, []]);
  });

  test('leaves what cannot be read or cannot reach anybody, says so, and goes on with the others', async () => {
    const { world, deadLetters, givenUp, redrive, mend } = await setUp();
    await givenUp(12);
    deadLetters.put({ channel: 'sms' });
    await world.recipients.delete('usr_alice', (await world.recipients.get('usr_alice'))?.version ?? 0);
    const gone = await redrive();
    expect(gone.ended).toMatchObject({ status: 'FINISHED', total: 13, done: 0, failed: 13 });
    expect(deadLetters.rests()).toHaveLength(13);
    await world.putAlice();
    mend();
    await world.advance(2 * MINUTE);
    const again = await redrive();
    expect(again.ended).toMatchObject({ total: 13, done: 12, failed: 1 });
    expect(deadLetters.rests()).toHaveLength(1);
  });

  test('keeps the letter of a page that must not be sent again so often', async () => {
    const { world, deadLetters, redrive, givenUp } = await redriveWorld();
    const [id = ''] = await givenUp(1);
    const before = await world.pages.get(id);
    if (!before) throw new Error('unreachable');
    const failed = before.deliveries['1.sms'];
    if (!failed) throw new Error('unreachable');
    const more = Array.from({ length: 39 }, (_, n) => [`${n + 2}.sms`, { ...failed, round: n + 2 }] as const);
    const deliveries = { ...before.deliveries, ...Object.fromEntries(more) };
    await world.pages.save(before, { ...before, round: 40, rev: before.rev + 1, deliveries });
    const { ended } = await redrive();
    expect(ended.body).toMatchObject({ total: 1, done: 0, failed: 1 });
    expect(await deadLetters.depth('sms')).toBe(1);
  });

  test('queues a delivery again that waits for copies which all ended in the dead letters', async () => {
    const { world, deadLetters, page, redrive, mend } = await setUp();
    const id = await page(1);
    for (const queue of [world.queues.urgent, world.queues.normal]) queue.messages.splice(0);
    deadLetters.put({ channel: 'sms', about: { pageId: id, round: 1, claim: 1 } });
    mend();
    const { ended } = await redrive();
    expect(ended).toMatchObject({ done: 1, requeued: 1, retried: 0 });
    await world.advance(MINUTE);
    expect(await world.page(id)).toMatchObject({ status: 'SENT', round: 1 });
    expect(world.sent).toHaveLength(1);
  });

  test('does the same for the third claim of a delivery, whichever claims its letters were for', async () => {
    const { world, deadLetters, page, redrive, mend } = await setUp();
    const id = await page(1);
    await world.advance(45_000);
    expect((await world.page(id)).deliveries[0].attempts).toBe(2);
    for (const queue of [world.queues.urgent, world.queues.normal]) queue.messages.splice(0);
    for (const claim of [1, 3]) deadLetters.put({ channel: 'sms', about: { pageId: id, round: 1, claim } });
    mend();
    await redrive();
    await world.advance(MINUTE);
    expect([(await world.page(id)).deliveries[0].attempts, world.sent.length]).toEqual([3, 1]);
  });

  test('keeps its letters when what they lead to cannot be made durable', async () => {
    const { world, deadLetters, faults, givenUp, redrive, mend } = await setUp();
    const [id] = await givenUp(1);
    mend();
    faults.queue = true;
    expect((await redrive()).ended).toMatchObject({ done: 0, failed: 1 });
    expect(deadLetters.rests()).toHaveLength(1);
    faults.queue = false;
    await world.advance(2 * MINUTE);
    expect((await redrive()).ended).toMatchObject({ done: 1, failed: 0 });
    await world.advance(MINUTE);
    // The first one had written its round before the queue failed: the second completes that one.
    expect(await world.page(id as string)).toMatchObject({ status: 'SENT', round: 2 });
    expect(world.sent).toHaveLength(1);
  });

  test('that dies in the middle goes on when its message comes back, and nobody is paged twice', async () => {
    const { world, deadLetters, redrives, call, givenUp, worker, work, runWorker, mend } = await setUp();
    await givenUp(20);
    mend();
    const { body } = await call('redriveDeadLetters', { body: { channel: 'sms' } });
    const add = redrives.add;
    redrives.add = async () => {
      throw new Error('killed');
    };
    const [first] = work.receive();
    await expect(worker(first?.body ?? '')).rejects.toThrow('killed');
    redrives.add = add;
    await world.advance(2 * MINUTE);
    const [again] = work.receive();
    expect(again?.id).toBe(first?.id);
    await worker(again?.body ?? '');
    work.delete(again?.id ?? 0);
    await runWorker();
    const ended = await call('getRedrive', { params: { id: body.redriveId } });
    expect(ended.body.status).toBe('FINISHED');
    expect(ended.body.done + ended.body.failed).toBe(ended.body.total);
    await world.advance(MINUTE);
    expect([deadLetters.rests(), world.sent.length]).toEqual([[], 20]);
  });

  test('a redrive of an empty queue ends by itself; an unknown redrive is 404', async () => {
    const { call, redrive } = await setUp();
    expect((await redrive()).ended).toMatchObject({ status: 'FINISHED', total: 0, done: 0, failed: 0 });
    const unknown = await call('getRedrive', { params: { id: 'rd_zzzzzzzzzzzzzzzz' } });
    expect([unknown.status, unknown.body.type]).toEqual([404, 'urn:lifeline:problem:redrive-not-found']);
  });

  test('needs the scope admin; looking needs read', async () => {
    const { call } = await setUp();
    const caller = { scopes: 'lifeline/read' };
    expect((await call('redriveDeadLetters', { body: { channel: 'sms' }, caller })).status).toBe(403);
    expect((await call('listDeadLetters', { caller })).status).toBe(200);
  });
});
