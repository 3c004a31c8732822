import { describe, expect, test } from 'vitest';
import { rules } from '../../lambdas/core/rules.ts';
import { MINUTE } from '../../lambdas/core/time.ts';
import { createWorld } from '../support/world.ts';

const BURST = 300;
const RULES = rules();

type Channel = 'sms' | 'voice';
type Priority = 'CRITICAL' | 'HIGH';

const phoneOf = (n: number) => `+1415555${1_000 + n}`;
const LAST = BURST;

/** People with a phone each, and a page to each of them about one service; then one CRITICAL page about another. */
async function burst(channel: Channel, priority: Priority) {
  const world = createWorld({ channels: [channel], environments: 40 });
  async function page(n: number, service: string, urgency: Priority) {
    const recipientId = `usr_${n}`;
    await world.call('putRecipient', {
      params: { id: recipientId },
      body: { name: `Person ${n}`, phone: phoneOf(n), phoneVerified: true },
    });
    const incident = { id: `INC-${n}`, title: 'Disk full', priority: urgency, service };
    // No answer is asked for, so that follow-ups do not mix with the burst.
    const body = { incident, recipientId, channels: [channel], requireAck: false };
    const { status } = await world.call('dispatchNotification', { body });
    expect(status).toBe(202);
  }
  for (let n = 0; n < BURST; n++) await page(n, 'reports', priority);
  await world.drain();
  const burstAt = world.now();
  await world.advance(5_000);
  await page(LAST, 'payments-api', 'CRITICAL');
  const lastAt = world.now();
  await world.advance(20 * MINUTE);
  const to = (n: number) => world.sent.filter((message) => message.to === phoneOf(n));
  return { world, burstAt, lastAt, to };
}

describe.each<Channel>(['sms', 'voice'])(
  '300 pages for one service by %s, then a CRITICAL one for another',
  (channel) => {
    test('behind HIGH ones, which wait for their turn, it goes out within 10 s', async () => {
      const { burstAt, lastAt, to } = await burst(channel, 'HIGH');
      const [message] = to(LAST);
      expect((message?.at ?? Number.POSITIVE_INFINITY) - lastAt).toBeLessThanOrEqual(RULES.longestWait);
      const times = Array.from({ length: BURST }, (_, n) => to(n)).flat();
      // Each went out once, at the rate of the sender: two minutes and a half are between them and the last.
      expect(times).toHaveLength(BURST);
      expect(Math.max(...times.map(({ at }) => at)) - burstAt).toBeGreaterThan(2.5 * MINUTE);
    });

    test('behind CRITICAL ones it goes out within 10 s, and so do they: on the standby, or at once', async () => {
      const { burstAt, lastAt, to } = await burst(channel, 'CRITICAL');
      const [message] = to(LAST);
      expect((message?.at ?? Number.POSITIVE_INFINITY) - lastAt).toBeLessThanOrEqual(RULES.longestWait);
      // A call that nobody takes rings once more later.
      const times = Array.from({ length: BURST }, (_, n) => to(n).slice(0, 1)).flat();
      expect(times).toHaveLength(BURST);
      expect(Math.max(...times.map(({ at }) => at)) - burstAt).toBeLessThanOrEqual(RULES.longestWait);
      expect(new Set(times.map(({ by }) => by)).size).toBe(2);
    });
  },
);
