/**
 * A provider says that the person has opted out, and the function that hears it dies at any call that it makes. Whatever
 * brings the message, the callback or the log line again finds the work half done, and completes it.
 */

import { describe, expect, test } from 'vitest';
import type { SendResult } from '../../lambdas/core/providers/ports.ts';
import type { Receipt } from '../../lambdas/core/receipts/ports.ts';
import { MINUTE } from '../../lambdas/core/time.ts';
import { callFault as snsFault } from '../../lambdas/providers/sms/sns-codes.ts';
import { callFault, laterFault } from '../../lambdas/providers/sms/twilio-codes.ts';
import { smsLogLine } from '../support/log-event.ts';
import { mortalPorts } from '../support/mortal-ports.ts';
import { ALICE, createWorld, INCIDENT, type Options, type Sent } from '../support/world.ts';

type World = ReturnType<typeof createWorld>;

const failed = (fault: Extract<SendResult, { outcome: 'failed' }>['fault']) => (): SendResult => ({
  outcome: 'failed',
  fault,
});
const optedOut = failed(callFault(400, 21610));
const down = failed(callFault(503, undefined));
const told = (providerId: string): Receipt => ({
  provider: 'twilio',
  providerId,
  providerStatus: 'undelivered',
  rank: 4,
  news: { undelivered: laterFault('undelivered', 21610) },
});

interface Way {
  options: Options;
  /** What the provider tells some time after it has accepted the message. */
  tell?: (world: World) => Promise<unknown>;
}

/** Tells of everything that was sent by the provider, of each until it is taken, as providers do. */
async function tellOfAll(sent: Sent[], by: Sent['by'], isTaken: (message: Sent) => Promise<boolean>, times: number) {
  for (const message of sent.filter((one) => one.by === by)) {
    for (let n = 0; n < times && !(await isTaken(message)); n++);
  }
}
const callback = (world: World, times: number) =>
  tellOfAll(
    world.sent,
    'twilio',
    async ({ ref, providerId }) =>
      (await world.callback(ref, providerId, 'undelivered', { ErrorCode: '21610' })).status === 204,
    times,
  );

const WAYS: Record<string, Way> = {
  'Twilio refuses the text': { options: { provider: optedOut, standby: () => undefined } },
  'Twilio refuses the text, and then is down': {
    options: {
      provider: (_, call) => (call === 1 ? optedOut() : down()),
      standby: failed(snsFault(400, 'OptedOutException')),
    },
  },
  'SNS refuses the text': {
    options: { provider: down, standby: failed(snsFault(400, 'OptedOutException')) },
  },
  'a callback of Twilio tells it': { options: { standby: () => undefined }, tell: (world) => callback(world, 5) },
  'Twilio tells it when it is asked': { options: { standby: () => undefined, ask: told } },
  'a callback of Twilio tells it once, and Twilio is asked later': {
    options: { standby: () => undefined, ask: told },
    tell: (world) => callback(world, 1),
  },
  'the log of SNS tells it': {
    options: { provider: down, standby: () => undefined },
    tell: (world) =>
      tellOfAll(
        world.sent,
        'sns',
        ({ providerId }) =>
          world.snsLog(smsLogLine(providerId.slice('sns:'.length), 'Phone number is opted out')).then(
            () => true,
            () => false,
          ),
        5,
      ),
  },
  'the log of SNS tells it before SNS has answered': {
    options: {
      provider: down,
      async standby() {
        const line = smsLogLine('early', 'Phone number is opted out');
        await worlds.at(-1)?.snsLog(line);
        return { outcome: 'accepted', providerId: 'sns:early', providerStatus: 'accepted' };
      },
    },
  },
};
const worlds: World[] = [];

/** Pages Alice by text; the function dies at the n-th call from the dispatch on. */
async function run({ options, tell }: Way, n: number, after: boolean) {
  const mortal = mortalPorts();
  const world = createWorld({ channels: ['email', 'sms'], ...options, surroundings: mortal.surroundings });
  worlds.push(world);
  await world.putAlice({ email: 'alice@example.com' });
  const { body } = await world.call('dispatchNotification', {
    body: { ...INCIDENT, channels: ['sms'], requireAck: false },
  });
  mortal.dieAt(n, after);
  await world.drain();
  // A message whose worker died comes back after its visibility.
  await world.advance(2 * MINUTE);
  await tell?.(world);
  await world.advance(70 * MINUTE);
  await world.sweepReceipts().catch(() => world.sweepReceipts());
  await world.advance(10 * MINUTE);
  return { world, mortal, id: body.notificationId as string };
}

/** What has to be true in the end. */
async function expectStopped({ world, id }: Awaited<ReturnType<typeof run>>): Promise<void> {
  const page = await world.page(id);
  expect(page.deliveries).toMatchObject([{ channel: 'sms', status: 'FAILED', error: { class: 'opted_out' } }]);
  expect(await world.optOuts.has(ALICE)).toBe(true);
  const { body: alice } = await world.call('getRecipient', { params: { id: 'usr_alice' } });
  expect(alice.smsSuppressed).toBe(true);
  const suppressions = world.audit.entries.filter(({ action }) => action === 'recipient.sms_suppressed');
  expect(suppressions).toHaveLength(1);
  // Alice hears of it by e-mail: one page, whatever was repeated.
  const notices = world.pages.all().filter(({ incident }) => incident.id === 'lifeline-texts-usr_alice');
  expect(notices).toHaveLength(1);
  expect(world.sent.filter(({ channel, to }) => channel === 'email' && to === 'alice@example.com')).not.toEqual([]);
}

describe.each(Object.entries(WAYS))('the person opted out: %s', (_, way) => {
  test('the number is suppressed and the person is told once', async () => {
    await expectStopped(await run(way, Number.POSITIVE_INFINITY, false));
  });

  test.each([
    ['before', false],
    ['after', true],
  ])('a function that dies at any of its calls, %s its effect, loses nothing of that', async (_, after) => {
    const { mortal } = await run(way, Number.POSITIVE_INFINITY, after);
    const calls = mortal.made();
    expect(calls).toBeGreaterThan(10);
    for (let n = 1; n <= calls; n++) {
      const outcome = await run(way, n, after);
      const where = `call ${n} of ${calls}, ${outcome.mortal.died.join()}`;
      await expectStopped(outcome).catch((error: Error) => {
        throw new Error(`after a death at ${where}: ${error.message}`, { cause: error });
      });
    }
  });
});

test('a number that a dead worker had suppressed is texted by nobody when the message comes back, the standby included', async () => {
  const way: Way = {
    options: { provider: (_, call) => (call === 1 ? optedOut() : down()), standby: () => undefined },
  };
  let deaths = 0;
  for (let n = 1; n < 30; n++) {
    const mortal = mortalPorts();
    const world = createWorld({ ...way.options, surroundings: mortal.surroundings });
    await world.putAlice();
    await world.call('dispatchNotification', { body: { ...INCIDENT, requireAck: false } });
    mortal.dieAt(n, true);
    await world.drain();
    if (!(await world.optOuts.has(ALICE)) || mortal.died.length === 0) continue;
    deaths += 1;
    await world.advance(10 * MINUTE);
    expect(world.calls.map(({ by }) => by)).toEqual(['twilio']);
  }
  expect(deaths).toBeGreaterThan(5);
});
