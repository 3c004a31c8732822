import { describe, expect, test } from 'vitest';
import { CHANNELS } from '../../lambdas/core/page/page.ts';
import { HOUR } from '../../lambdas/core/time.ts';
import { undocumented } from '../support/openapi.ts';
import { createWorld, EVERYWHERE } from '../support/world.ts';

const ALICE = { params: { id: 'usr_alice' } };

async function withAlice(fields: object = EVERYWHERE) {
  const world = createWorld({ channels: CHANNELS });
  await world.putAlice(fields);
  return world;
}

describe('a test page', () => {
  test('goes out on every channel at once, says that it is a test, and is never followed up', async () => {
    const world = await withAlice();
    const answer = await world.call('testRecipient', ALICE);
    expect([answer.status, undocumented('testRecipient', answer)]).toEqual([202, []]);
    expect(answer.body.channels.map(({ channel }: { channel: string }) => channel).sort()).toEqual(
      [...CHANNELS].sort(),
    );
    await world.advance(2 * HOUR);
    expect(world.sent.map(({ channel }) => channel).sort()).toEqual([...CHANNELS].sort());
    for (const { body } of world.sent) expect(body).toMatch(/test/i);
    expect(world.sent.find(({ channel }) => channel === 'sms')?.body).toMatch(/^\[TEST\]/);
    const page = await world.call('getNotification', { params: { id: answer.body.notificationId } });
    expect(undocumented('getNotification', page)).toEqual([]);
    expect(page.body).toMatchObject({
      test: true,
      requireAck: false,
      round: 1,
      incidentId: expect.stringMatching(/^test-/),
    });
    expect(world.machine.executions()).toEqual([]);
  });

  test('keeps to the channels that are named, and to verification', async () => {
    const world = await withAlice({ ...EVERYWHERE, phoneVerified: false });
    const named = await world.call('testRecipient', { ...ALICE, body: { channels: ['email', 'sms'] } });
    expect(named.body.channels.map(({ channel }: { channel: string }) => channel)).toEqual(['email']);
    const none = await world.call('testRecipient', { ...ALICE, body: { channels: ['sms'] } });
    expect([none.status, none.body.channels]).toEqual([
      422,
      [expect.objectContaining({ channel: 'sms', reason: 'phone-unverified' })],
    ]);
    expect(undocumented('testRecipient', none)).toEqual([]);
  });

  test('a test page is another page each time, and the same one for the same key', async () => {
    const world = await withAlice();
    const ids = [];
    for (const headers of [{}, {}, { 'Idempotency-Key': 'k' }, { 'Idempotency-Key': 'k' }]) {
      const { body } = await world.call('testRecipient', { ...ALICE, headers });
      ids.push(body.notificationId);
    }
    expect(new Set(ids).size).toBe(3);
    expect(ids[2]).toBe(ids[3]);
  });

  test('needs the scope recipients; somebody unknown is 404', async () => {
    const world = await withAlice();
    const wrong = await world.call('testRecipient', { ...ALICE, caller: { scopes: 'lifeline/send lifeline/read' } });
    expect(wrong.status).toBe(403);
    const unknown = await world.call('testRecipient', { params: { id: 'usr_nobody' } });
    expect([unknown.status, undocumented('testRecipient', unknown)]).toEqual([404, []]);
  });
});
