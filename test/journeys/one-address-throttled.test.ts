/** A provider that takes no more for one address, for now: the address waits as long as asked, and nobody else does. */
import { describe, expect, test } from 'vitest';
import type { Fault } from '../../lambdas/core/providers/fault.ts';
import type { SendResult } from '../../lambdas/core/providers/ports.ts';
import { ambiguous } from '../../lambdas/providers/faults.ts';
import { slackFault } from '../../lambdas/providers/slack/slack-codes.ts';
import { teamsFault } from '../../lambdas/providers/teams/teams-codes.ts';
import type { Behaviour } from '../support/world/providers.ts';
import { createWorld, INCIDENT } from '../support/world.ts';

const failed = (fault: Fault, retryAfter: number): SendResult => ({
  outcome: 'failed',
  fault: { ...fault, retryAfter },
});
const SLACK = { name: 'slack/slack', channel: 'slack', fault: slackFault(429, 'ratelimited') } as const;
const TEAMS = { name: 'teams/teams', channel: 'teams', fault: teamsFault(429, '') } as const;
const ADDRESSES = {
  slack: { usr_alice: 'U1', usr_bob: 'U2' },
  teams: {
    usr_alice: 'https://a.environment.api.powerplatform.com/1?sig=x',
    usr_bob: 'https://b.environment.api.powerplatform.com/2?sig=y',
  },
};

describe.each([SLACK, TEAMS])('$channel, too many pages to one address', ({ name, channel, fault }) => {
  async function burst(retryAfter: number, refused: (to: string, call: number) => boolean) {
    const behaviour: Behaviour = ({ to }, call) => (refused(to, call) ? failed(fault, retryAfter) : undefined);
    const world = createWorld({ channels: [channel], behave: { [name]: behaviour } });
    const field = channel === 'slack' ? 'slackUserId' : 'teamsWebhookUrl';
    for (const id of ['usr_alice', 'usr_bob'] as const) {
      const body = { name: id, [field]: ADDRESSES[channel][id] };
      expect((await world.call('putRecipient', { params: { id }, body })).status).toBe(201);
    }
    const page = async (recipientId: string, n: number) => {
      const incident = { ...INCIDENT.incident, id: `INC-${recipientId}-${n}` };
      const { body } = await world.call('dispatchNotification', {
        body: { ...INCIDENT, incident, recipientId, requireAck: false },
      });
      return String(body.notificationId);
    };
    return { ...world, page, view: world.page };
  }

  test('three pages a second that are refused leave the circuit closed, and another person is paged at once', async () => {
    const world = await burst(1_000, (to) => to === ADDRESSES[channel].usr_alice);
    for (let n = 0; n < 9; n++) {
      await world.page('usr_alice', n);
      await world.advance(333);
    }
    expect(await world.circuits.get(name)).toMatchObject({ status: 'CLOSED', faults: [] });
    const bob = await world.page('usr_bob', 0);
    await world.drain();
    expect(await world.view(bob)).toMatchObject({ status: 'SENT' });
  });

  test.each([1_000, 90_000, 240_000])(
    'a refused page waits the %i ms that it was told, and at least the usual gap',
    async (wait) => {
      const world = await burst(wait, (_, call) => call === 1);
      const id = await world.page('usr_alice', 0);
      await world.drain();
      const least = Math.max(wait, 30_000);
      await world.advance(least - 100);
      expect(world.calls).toHaveLength(1);
      await world.advance(least * 0.1 + 200);
      expect(world.calls).toHaveLength(2);
      expect(await world.view(id)).toMatchObject({ status: 'SENT' });
    },
  );

  test('a page that is told to wait for a day comes back after ten minutes and the jitter', async () => {
    const world = await burst(86_400_000, (_, call) => call === 1);
    await world.page('usr_alice', 0);
    await world.advance(11 * 60_000);
    expect(world.calls).toHaveLength(2);
  });
});

describe('a post that the channel of a team does not take', () => {
  const CHANNEL = 'C0123';
  const incident = { ...INCIDENT.incident, team: { id: 't1', name: 'Payments', slackChannel: CHANNEL } };
  const busy = (retryAfter: number) => failed(SLACK.fault, retryAfter);

  /** @param answer what Slack makes of the post, by its try from 1 on */
  async function posted(answer: (tries: number) => SendResult | undefined) {
    let tries = 0;
    const behaviour: Behaviour = ({ to }) => (to === CHANNEL ? answer(++tries) : undefined);
    const world = createWorld({ channels: ['slack'], behave: { 'slack/slack': behaviour } });
    await world.call('putRecipient', { params: { id: 'usr_alice' }, body: { name: 'Alice', slackUserId: 'U1' } });
    const { body } = await world.call('dispatchNotification', { body: { ...INCIDENT, incident } });
    await world.drain();
    const posts = () => world.calls.filter(({ to }) => to === CHANNEL).length;
    return { ...world, posts, id: String(body.notificationId) };
  }

  test.each([
    [1_000, 30_000],
    [90_000, 90_000],
    [240_000, 240_000],
    [86_400_000, 600_000],
  ])('waits the %i ms that it was told, at least the usual gap and at most ten minutes', async (asked, least) => {
    const world = await posted((tries) => (tries === 1 ? busy(asked) : undefined));
    expect(world.posts()).toBe(1);
    await world.advance(least - 100);
    expect(world.posts()).toBe(1);
    await world.advance(200);
    expect(world.posts()).toBe(2);
    expect(await world.circuits.get('slack/slack')).toMatchObject({ status: 'CLOSED', faults: [] });
    await world.advance(30 * 60_000);
    expect(world.posts()).toBe(2);
  });

  test('a post that the channel never takes is tried five times and no more', async () => {
    const world = await posted(() => busy(1_000));
    await world.advance(60 * 60_000);
    expect(world.posts()).toBe(5);
    expect(world.lines.filter(({ message }) => message === 'the post in the team channel failed')).toHaveLength(5);
  });

  test.each([
    ['the channel is none', failed(slackFault(200, 'channel_not_found'), 0)],
    ['Slack may have posted it', failed(ambiguous('timeout', 'timed out'), 0)],
  ])('is given up where %s', async (_, result) => {
    const world = await posted(() => result);
    await world.advance(60 * 60_000);
    expect(world.posts()).toBe(1);
  });

  test('a post that the channel of a team does not take is not made any more once the incident was answered', async () => {
    const world = await posted(() => busy(60_000));
    await world.call('acknowledgeNotification', { params: { id: world.id }, body: {} });
    await world.advance(60 * 60_000);
    expect(world.posts()).toBe(1);
  });

  test('a post that the channel of a team does not take is made once though its copy comes twice', async () => {
    const world = await posted((tries) => (tries === 1 ? busy(60_000) : undefined));
    const [copy] = world.lanes.slack?.urgent.messages.filter(({ body }) => body.includes('teamPost')) ?? [];
    world.lanes.slack?.urgent.send(copy?.body, 60_000);
    await world.advance(10 * 60_000);
    expect([copy !== undefined, world.posts()]).toEqual([true, 2]);
  });
});
