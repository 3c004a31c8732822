/** Pages that climb: through all tiers and rounds, with nobody answering or an answer on the way. */
import { MINUTE } from '../lambdas/core/time.ts';
import { FULL_DISPATCH } from '../test/support/full-dispatch.ts';
import { EVERYWHERE } from '../test/support/world.ts';
import type { Path, World } from './paths.ts';

const { channels: _, ...BY_TIERS } = FULL_DISPATCH;

/** CRITICAL, by all channels, to somebody who does not answer. `escalateTo` is nobody: who comes next is a page of its own. */
async function dispatch(world: World): Promise<string> {
  const { status, body } = await world.call('dispatchNotification', { body: { ...BY_TIERS, escalateTo: [] } });
  if (status !== 202) throw new Error(`the dispatch answers ${status}: ${JSON.stringify(body)}`);
  return body.notificationId as string;
}

const climbing: Pick<Path, 'recipient' | 'providers'> = {
  recipient: EVERYWHERE,
  /** Everything is taken, e-mail and texts are received, and phones ring until the call is over. */
  providers: () => ({
    channels: ['push', 'email', 'slack', 'teams', 'sms', 'voice'],
    reports: {
      'sendgrid/email': () => [{ status: 'delivered', after: 2_000 }],
      'twilio/sms': () => [
        { status: 'sent', after: 1_000 },
        { status: 'delivered', after: 2_000 },
      ],
      'twilio/voice': () => [
        { status: 'initiated', after: 500 },
        { status: 'ringing', after: 2_000 },
        { status: 'no-answer', after: 30_000 },
      ],
    },
  }),
};

export const CLIMBING: readonly Path[] = [
  {
    ...climbing,
    name: 'all six channels, nobody answers: EXHAUSTED',
    async walk(world) {
      const id = await dispatch(world);
      await world.advance(31 * MINUTE);
      return id;
    },
    ends: 'EXHAUSTED',
  },
  {
    ...climbing,
    name: 'all six channels, acknowledged at minute 3',
    async walk(world) {
      const id = await dispatch(world);
      await world.advance(3 * MINUTE);
      await world.call('acknowledgeNotification', { params: { id }, body: { by: 'usr_alice' } });
      await world.advance(5_000);
      return id;
    },
    ends: 'ACKNOWLEDGED',
  },
];
