/** What is done for contact points without a page: Teams workflows are kept alive, dead push endpoints are tried (ADR 24). */

import { describe, expect, test } from 'vitest';
import { contactSweep } from '../../lambdas/composition/contact-sweep.ts';
import { notingContacts } from '../../lambdas/composition/contacts.ts';
import { type Rules, rules as rulesOf } from '../../lambdas/core/rules.ts';
import { DAY, HOUR } from '../../lambdas/core/time.ts';
import type { EndpointState } from '../../lambdas/providers/push/sns-endpoint.ts';
import { teamsFault } from '../../lambdas/providers/teams/teams-codes.ts';
import { createWorld, type Options } from '../support/world.ts';

const PIXEL = 'arn:aws:sns:us-east-1:000000000000:endpoint/GCM/lifeline/pixel';

/** @param more rules that differ, e.g. fewer runs of the sweep so that a year of them is soon over */
function upkeep(options: Options = {}, more: Partial<Rules> = {}) {
  const world = createWorld({ channels: ['push', 'email', 'teams'], ...options });
  const sns = { state: 'enabled' as EndpointState, tries: [] as number[], fails: '' };
  const endpoints = {
    async look(arn: string) {
      if (arn === sns.fails) throw new Error('throttled');
      return sns.state;
    },
    async tryAgain() {
      sns.tries.push(world.now());
      sns.state = 'enabled';
    },
  };
  const sweep = contactSweep({ ...world.ports, endpoints }, { ...world.settings, rules: { ...rulesOf(), ...more } });
  const put = (id: string, more: object) =>
    world.call('putRecipient', { params: { id }, body: { name: id, preferences: [], ...more } });
  /** Hours of the clock, with the sweep as often as it runs. */
  const { contactSweep: every = HOUR } = more;
  const hours = async (count: number) => {
    for (let n = 0; n < (count * HOUR) / every; n++) {
      await sweep();
      await world.advance(every);
    }
  };
  const marks = async (id: string) => (await world.call('getRecipient', { params: { id } })).body.brokenContacts ?? [];
  return { world, sns, sweep, put, hours, marks };
}

describe('a Teams workflow', () => {
  const flowOf = (id: string) => `https://${id}.environment.api.powerplatform.com/1?sig=x`;

  test('that no page uses stays alive for a year, by one quiet card each 30 days, at different hours for each person', async () => {
    const used = new Map<string, number>();
    const longest = new Map<string, number>();
    const behave: Options['behave'] = {
      'teams/teams'({ to }) {
        const now = world.now();
        longest.set(to, Math.max(longest.get(to) ?? 0, now - (used.get(to) ?? start)));
        used.set(to, now);
        return undefined;
      },
    };
    const { world, put, hours } = upkeep({ behave }, { contactSweep: 6 * HOUR });
    const start = world.now();
    const people = Array.from({ length: 20 }, (_, n) => `usr_${n}`);
    for (const id of people) await put(id, { teamsWebhookUrl: flowOf(id) });
    await hours(365 * 24);
    const cards = world.sent.filter(({ by }) => by === 'teams');
    for (const id of people) {
      const own = cards.filter(({ to }) => to === flowOf(id));
      expect(own.length, id).toBeGreaterThanOrEqual(12);
      expect(own.length, id).toBeLessThanOrEqual(13);
      expect(longest.get(flowOf(id)), id).toBeLessThanOrEqual(30 * DAY + 6 * HOUR);
    }
    expect(new Set(cards.map(({ at }) => Math.floor(at / HOUR))).size).toBeGreaterThan(people.length);
    expect(cards.every(({ body }) => body.includes('keeps your Teams workflow alive'))).toBe(true);
    // Nobody is rung or alerted for it.
    expect(world.sent.filter(({ by }) => by !== 'teams')).toEqual([]);
    expect(world.told).toEqual([]);
  }, 60_000);

  test('that is off is found by its card within 30 days, and mended by the card after its owner switched it on', async () => {
    const flow = { isOff: true };
    const off = teamsFault(400, '{"error":{"code":"WorkflowTriggerIsNotEnabled"}}');
    const { world, put, hours, marks } = upkeep({
      behave: { 'teams/teams': () => (flow.isOff ? { outcome: 'failed', fault: off } : undefined) },
    });
    await put('usr_0', { teamsWebhookUrl: flowOf('usr_0'), email: 'alice@example.com' });
    await hours(30 * 24);
    expect(await marks('usr_0')).toMatchObject([{ channel: 'teams' }]);
    expect(world.told).toHaveLength(1);
    flow.isOff = false;
    await hours(30 * 24);
    expect(await marks('usr_0')).toEqual([]);
    expect(world.told).toHaveLength(1);
  }, 30_000);

  test.each([
    ['whose owner has switched Teams off in the preferences', { preferences: [{ channel: 'teams', enabled: false }] }],
    ['that the record does not have', { teamsWebhookUrl: null }],
  ])(
    '%s gets no card',
    async (_, more) => {
      const { world, put, hours } = upkeep();
      await put('usr_0', { teamsWebhookUrl: flowOf('usr_0'), ...more });
      await hours(31 * 24);
      expect(world.sent).toEqual([]);
    },
    30_000,
  );

  test('a second run in the same hour sends no second card', async () => {
    const { world, put, sweep } = upkeep();
    const people = Array.from({ length: 720 }, (_, n) => `usr_${n}`);
    for (const id of people) await put(id, { teamsWebhookUrl: flowOf(id) });
    await sweep();
    await sweep();
    await world.drain();
    const cards = world.sent.map(({ to }) => to);
    expect(cards.length).toBeGreaterThan(0);
    expect(new Set(cards).size).toBe(cards.length);
  });
});

describe('a push endpoint that SNS has disabled', () => {
  async function disabled(state: EndpointState = 'disabled') {
    const run = upkeep();
    await run.put('usr_0', { pushEndpoints: [PIXEL], email: 'alice@example.com' });
    const note = notingContacts(run.world.ports);
    const broken = [{ address: PIXEL, code: 'EndpointDisabled', reason: 'the token has expired' }];
    const found = () => note('usr_0', 'push', { works: [], broken });
    await found();
    await run.world.drain();
    run.sns.state = state;
    return { ...run, note, found };
  }

  test('a push endpoint that SNS has disabled is kept in the record, and enabled again once a week', async () => {
    const { hours, marks, sns, world, put: _ } = await disabled();
    const since = world.now();
    await hours(7 * 24);
    expect(sns.tries).toEqual([]);
    await hours(1);
    expect(sns.tries).toHaveLength(1);
    for (let week = 2; week <= 4; week++) {
      sns.state = 'disabled';
      await hours(7 * 24);
      expect(sns.tries).toHaveLength(week);
    }
    expect(Math.min(...sns.tries) - since).toBeGreaterThanOrEqual(7 * DAY);
    expect(await marks('usr_0')).toMatchObject([{ channel: 'push', pushEndpoint: PIXEL }]);
    expect((await world.recipients.get('usr_0'))?.pushEndpoints).toEqual([PIXEL]);
    expect(world.told).toHaveLength(1);
  }, 30_000);

  test('a push endpoint that SNS has disabled is mended when it is enabled still, an hour after it was tried', async () => {
    const { hours, marks, sns, world } = await disabled();
    await hours(7 * 24 + 1);
    expect(sns.tries).toHaveLength(1);
    await hours(1);
    expect(await marks('usr_0')).toHaveLength(1);
    await hours(1);
    expect(await marks('usr_0')).toEqual([]);
    expect(world.told).toHaveLength(1);
  }, 30_000);

  test('a push endpoint that SNS has disabled is not mended by a notification that SNS takes within an hour of the try, and tells nobody once more when it is refused then', async () => {
    const { hours, marks, note, found, world } = await disabled();
    await hours(7 * 24 + 1);
    await note('usr_0', 'push', { works: [PIXEL], broken: [] });
    expect(await marks('usr_0')).toHaveLength(1);
    await found();
    await world.drain();
    expect(world.told).toHaveLength(1);
  }, 30_000);

  test('a push endpoint that SNS has disabled is mended at once when its app has enabled it', async () => {
    const { sweep, marks } = await disabled('enabled');
    await sweep();
    expect(await marks('usr_0')).toEqual([]);
  });

  test('a push endpoint that SNS has disabled is never tried when SNS does not have it any more', async () => {
    const { hours, marks, sns } = await disabled('gone');
    await hours(15 * 24);
    expect(sns.tries).toEqual([]);
    expect(await marks('usr_0')).toHaveLength(1);
  }, 30_000);
});

test('news of a broken contact that got lost with their function are sent by the sweep, once', async () => {
  const { world, put, hours, sns } = upkeep();
  sns.state = 'gone';
  await put('usr_0', { pushEndpoints: [PIXEL], email: 'alice@example.com' });
  const lost = { send: () => Promise.reject(new Error('the function died')) };
  const note = notingContacts({ ...world.ports, alertQueue: lost });
  const broken = [{ address: PIXEL, code: 'NotFound', reason: 'there is no such endpoint' }];
  await note('usr_0', 'push', { works: [], broken });
  await world.drain();
  expect(world.told).toEqual([]);
  await world.advance(11 * 60_000);
  await hours(3);
  expect(world.told).toHaveLength(1);
  expect(world.sent.filter(({ by }) => by === 'sendgrid')).toHaveLength(1);
});

test('one person whose contact point cannot be looked after keeps nobody else from it, and the run fails in the end', async () => {
  const { world, put, sweep, sns, marks } = upkeep();
  const note = notingContacts(world.ports);
  for (const id of ['usr_0', 'usr_1']) {
    const address = `${PIXEL}-${id}`;
    await put(id, { pushEndpoints: [address] });
    await note(id, 'push', { works: [], broken: [{ address, code: 'EndpointDisabled', reason: 'x' }] });
  }
  sns.fails = `${PIXEL}-usr_0`;
  await expect(sweep()).rejects.toThrow('of 1 recipients');
  expect(await marks('usr_0')).toHaveLength(1);
  expect(await marks('usr_1')).toEqual([]);
});
