import { expect, test } from 'vitest';
import type { SendResult } from '../../lambdas/core/providers/ports.ts';
import { SECOND } from '../../lambdas/core/time.ts';
import { voiceCallFault } from '../../lambdas/providers/voice/twilio-voice-codes.ts';
import type { AnyRequest } from '../support/world/providers.ts';
import { ALICE, createWorld, INCIDENT, type Options } from '../support/world.ts';

const CALL = `CA${'d'.repeat(32)}`;
type World = ReturnType<typeof createWorld>;

/** Twilio's answer got lost; whether it has placed the call is not known. */
const unclear: SendResult = {
  outcome: 'failed',
  fault: { ...voiceCallFault(503, undefined), code: 'timeout', class: 'ambiguous', message: 'no answer in time' },
};

const called = { channels: ['voice'], requireAck: false };

/** Alice, who is called about an incident. `first` is what Twilio does with the first call to it. */
async function calling(
  first: (request: AnyRequest, world: World) => Promise<unknown>,
  more: (world: () => World) => Options = () => ({}),
): Promise<{ world: World; id: string; ref: string }> {
  const options = more(() => world);
  const world: World = createWorld({
    channels: ['sms', 'voice'],
    ...options,
    behave: {
      'twilio/voice': async (request, n) => {
        if (n > 1) return undefined;
        await first(request, world);
        return unclear;
      },
      ...options.behave,
    },
  });
  await world.putAlice();
  const { body } = await world.call('dispatchNotification', { body: { ...INCIDENT, ...called } });
  await world.drain();
  return { world, id: body.notificationId, ref: world.calls[0]?.ref ?? '' };
}
const by = (world: World) => world.calls.map((call) => call.by);
const nothing = async () => {};

test('a call whose provider reports it before its answer is missed is not followed by the standby', async () => {
  const { world, id, ref } = await calling((request, w) => w.callStatus(request.ref, CALL, 'initiated'));
  expect(by(world)).toEqual(['twilio']);
  expect((await world.page(id)).deliveries[0]).toMatchObject({ status: 'SENT', provider: 'twilio', providerId: CALL });
  expect(world.counted).not.toContain('PossibleDuplicate');
  await world.callStatus(ref, CALL, 'completed', { AnsweredBy: 'human', CallDuration: '20' });
  expect((await world.page(id)).status).toBe('DELIVERED');
});

test('nor one that is reported a moment after its answer is missed', async () => {
  let pauses = 0;
  const { world } = await calling(nothing, (world) => ({
    pause: async () => {
      pauses += 1;
      if (pauses === 2) await world().callStatus(world().calls[0]?.ref ?? '', CALL, 'initiated');
    },
  }));
  expect(by(world)).toEqual(['twilio']);
  expect(pauses).toBe(2);
});

test('one of which nothing is heard goes to the standby at once, within the same attempt', async () => {
  const { world, id } = await calling(nothing);
  expect(by(world)).toEqual(['twilio', 'aws-voice']);
  expect(world.calls[1]?.at).toBe(world.calls[0]?.at);
  expect((await world.page(id)).deliveries[0]).toMatchObject({ status: 'SENT', provider: 'aws-voice', attempts: 1 });
  expect(world.counted).toContain('PossibleDuplicate');
});

test('one that is reported while the standby calls is cancelled as soon as the standby has called', async () => {
  const { world, id } = await calling(nothing, (world) => ({
    behave: {
      'aws-voice/voice': async () => {
        await world().callStatus(world().calls[0]?.ref ?? '', CALL, 'initiated');
        return undefined;
      },
    },
  }));
  expect(world.hangUps).toEqual([CALL]);
  expect((await world.page(id)).deliveries[0]).toMatchObject({ status: 'SENT', provider: 'aws-voice' });
});

test('one that is reported after the standby has called is cancelled', async () => {
  const { world, ref } = await calling(nothing);
  await world.callStatus(ref, CALL, 'initiated');
  expect(world.hangUps).toEqual([CALL]);
  expect(world.counted).toContain('Duplicate');
});

test('one that is reported after the page was answered is cancelled', async () => {
  const { world, id, ref } = await calling(nothing, () => ({ behave: { 'aws-voice/voice': () => unclear } }));
  await world.call('acknowledgeNotification', { params: { id } });
  await world.drain();
  expect(world.hangUps).toEqual([]);
  await world.callStatus(ref, CALL, 'ringing');
  expect(world.hangUps).toEqual([CALL]);
});

test('a phone that may be ringing is not called about anything else before it would have stopped', async () => {
  const { world } = await calling(nothing, () => ({ behave: { 'aws-voice/voice': () => unclear } }));
  const start = world.now();
  const other = { ...INCIDENT, incident: { ...INCIDENT.incident, id: 'INC-2' }, ...called };
  await world.call('dispatchNotification', { body: other });
  await world.advance(29 * SECOND);
  expect(world.calls).toHaveLength(2);
  await world.advance(31 * SECOND);
  const [, , next] = world.calls;
  expect(next?.to).toBe(ALICE);
  expect((next?.at ?? 0) - start).toBeGreaterThanOrEqual(30 * SECOND);
});
