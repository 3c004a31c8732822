import { describe, expect, test } from 'vitest';
import { createWorld, INCIDENT } from '../support/world.ts';

/**
 * One phone, two ways to write its number (docs/spec/replies.md#answering): whichever is on the record, the other one
 * is what texts, calls and opt-outs come from.
 */
describe.each([
  ['+525562000000', '+5215562000000'],
  ['+5215562000000', '+525562000000'],
  ['+541123456789', '+5491123456789'],
  ['+5491123456789', '+541123456789'],
])('a phone on the record as %s that answers as %s', (given, other) => {
  async function paged(fields: object = {}, options: Parameters<typeof createWorld>[0] = {}) {
    const world = createWorld(options);
    const put = (id: string, phone: string) =>
      world.call('putRecipient', { params: { id }, body: { name: id, phone, phoneVerified: true } });
    expect((await put('usr_alice', given)).status).toBe(201);
    const dispatch = async (more: object = {}) =>
      (await world.call('dispatchNotification', { body: { ...INCIDENT, ...fields, ...more } })).body;
    const { notificationId: id } = await dispatch();
    await world.advance(1_000);
    const alice = async () => (await world.call('getRecipient', { params: { id: 'usr_alice' } })).body;
    return { world, put, dispatch, id, alice };
  }

  test('a text from the other way acknowledges, and texts go to the number that was given', async () => {
    const { world, id } = await paged();
    expect(world.sent.map(({ to }) => to)).toEqual([given]);
    expect(await world.text(other, 'ACK')).toMatch(/^INC-1042 acknowledged\. /);
    expect(await world.page(id)).toMatchObject({ status: 'ACKNOWLEDGED', acknowledgedBy: 'usr_alice' });
  });

  test('a code acknowledges from either way, and every page on the phone has a code of its own', async () => {
    const { world, put, dispatch, id } = await paged();
    // A second person whose phone is the same one, written the other way.
    await put('usr_ann', other);
    const { notificationId } = await dispatch({
      recipientId: 'usr_ann',
      incident: { ...INCIDENT.incident, id: 'INC-1043' },
    });
    await world.drain();
    const [one, two] = [await world.page(id), await world.page(notificationId)];
    expect(one.code).not.toBe(two.code);
    for (const way of [given, other]) expect(await world.text(way, 'ACK')).toMatch(/^2 incidents are open: /);
    await world.text(given, `ACK ${two.code}`);
    expect([(await world.page(id)).status, (await world.page(notificationId)).status]).toEqual([
      'SENT',
      'ACKNOWLEDGED',
    ]);
  });

  test('STOP ends texts for whichever way is stored, and START brings them back', async () => {
    const { world, put, dispatch, alice } = await paged();
    await world.text(other, 'STOP');
    expect((await alice()).smsSuppressed).toBe(true);
    expect((await dispatch({ type: 'escalation' })).type).toBe('urn:lifeline:problem:no-usable-channel');
    // Whoever is given the number later, or has it written anew, starts suppressed.
    await put('usr_ann', other);
    expect((await world.call('getRecipient', { params: { id: 'usr_ann' } })).body.smsSuppressed).toBe(true);
    await put('usr_alice', other);
    expect(await alice()).toMatchObject({ phone: other, phoneVerified: true, smsSuppressed: true });
    await world.text(given, 'START');
    expect((await alice()).smsSuppressed).toBe(false);
    expect((await dispatch({ type: 'escalation' })).queued).toBe(1);
  });

  test('a call to our number tells what is open, and key 1 acknowledges it', async () => {
    const { world, id } = await paged();
    expect(await world.dial(other)).toContain('Open on this phone: payments-api');
    expect(await world.dial(other, { Digits: '1' })).toContain('You have acknowledged payments-api');
    expect(await world.page(id)).toMatchObject({ status: 'ACKNOWLEDGED', acknowledgedVia: 'voice' });
  });

  test('one call of ours at a time is on the line of the phone', async () => {
    const { world, put, dispatch } = await paged({ channels: ['voice'] }, { channels: ['sms', 'voice'], reports: {} });
    expect(world.calls.map(({ to }) => to)).toEqual([given]);
    await put('usr_ann', other);
    await dispatch({ recipientId: 'usr_ann', incident: { ...INCIDENT.incident, id: 'INC-1043' } });
    await world.drain();
    expect(world.calls).toHaveLength(1);
  });
});
