import { describe, expect, test } from 'vitest';
import { parseCallbackRef } from '../../lambdas/core/page/callback-ref.ts';
import { CHANNELS } from '../../lambdas/core/page/page.ts';
import type { SendResult } from '../../lambdas/core/providers/ports.ts';
import { HOUR } from '../../lambdas/core/time.ts';
import { undocumented } from '../support/openapi.ts';
import { delivered } from '../support/world/reports.ts';
import { createWorld, EVERYWHERE, INCIDENT, type Options } from '../support/world.ts';

const DOWN: SendResult = {
  outcome: 'failed',
  fault: {
    code: '503',
    class: 'provider_fault',
    message: 'down',
    failsOver: true,
    counts: true,
    opens: false,
    disablesSender: false,
  },
};
const received = () => delivered(0);

interface Case {
  body?: object;
  down?: string[];
  options?: Options;
}

/** What the plan says, and what then becomes of the very page. */
async function both({ body = {}, down = [], options = {} }: Case) {
  const world = createWorld({
    channels: CHANNELS,
    behave: Object.fromEntries(down.map((name) => [name, () => DOWN])),
    reports: {
      'sendgrid/email': received,
      'ses/email': received,
      'twilio/sms': received,
      'sns/sms': received,
      ...options.reports,
    },
    ...options,
  });
  await world.putAlice(EVERYWHERE);
  const wanted = { ...INCIDENT, ...body };
  const plan = await world.call('planNotification', { body: { ...wanted, providersDown: down } });
  expect(undocumented('planNotification', plan)).toEqual([]);
  expect([world.calls, world.pages.all(), world.alerts.raised]).toEqual([[], [], []]);
  const began = world.now();
  const { body: page } = await world.call('dispatchNotification', { body: wanted });
  await world.advance(2 * HOUR);
  const entries = world.sent
    .filter(({ channel, to }) => channel !== 'slack' || to === EVERYWHERE.slackUserId)
    .map(({ at, ref, channel, by }) => ({
      atSeconds: Math.round((at - began) / 1_000),
      round: parseCallbackRef(ref)?.round,
      channel,
      provider: by,
    }));
  return { plan: plan.body, entries, page: await world.page(page.notificationId) };
}

const sorted = (entries: { atSeconds: number; channel: string }[]) => entries.map((one) => JSON.stringify(one)).sort();

describe('the plan of a page', () => {
  test.each<[string, Case]>([
    ['a CRITICAL page on all channels', {}],
    ['a HIGH page', { body: { incident: { ...INCIDENT.incident, priority: 'HIGH' } } }],
    ['a MEDIUM page', { body: { incident: { ...INCIDENT.incident, priority: 'MEDIUM' } } }],
    ['a page with sms alone', { body: { channels: ['sms'] } }],
    ['a page on all channels at once', { body: { skipTiers: true } }],
    ['a page while Twilio does not text', { down: ['twilio/sms'] }],
    ['a page while SendGrid is down', { down: ['sendgrid/email'] }],
    [
      'a page while nothing of the primary tier works',
      {
        down: ['sendgrid/email', 'ses/email', 'slack/slack', 'teams/teams', 'sns-push/push'],
      },
    ],
  ])('is what becomes of it when nobody answers: %s', async (_name, given) => {
    const { plan, entries, page } = await both(given);
    const told = plan.entries.map(({ tier: _, ...entry }: { tier: string }) => entry);
    expect(sorted(entries)).toEqual(sorted(told));
    expect(page.status).toBe(plan.end.status);
  });

  test('names what cannot be sent, and its end', async () => {
    const { plan } = await both({ body: { channels: ['sms'] }, down: ['twilio/sms', 'sns/sms'] });
    expect(plan.entries).toEqual([]);
    expect(plan.deferred[0]).toEqual({ atSeconds: 0, round: 1, tier: 'secondary', channel: 'sms' });
    expect(plan.end.status).toBe('EXHAUSTED');
  });

  test('refuses providers that the deployment does not have, each by its place', async () => {
    const world = createWorld();
    await world.putAlice();
    const body = { ...INCIDENT, providersDown: ['twilio/sms', 'twilio/voice', 'nobody/sms'] };
    const answer = await world.call('planNotification', { body });
    expect([answer.status, answer.body.errors.map(({ path }: { path: string }) => path)]).toEqual([
      400,
      ['providersDown.1', 'providersDown.2'],
    ]);
    expect(undocumented('planNotification', answer)).toEqual([]);
  });

  test('answers like the dispatch for somebody unknown or whom nothing reaches, and alerts nobody', async () => {
    const world = createWorld();
    const unknown = await world.call('planNotification', { body: INCIDENT });
    expect([unknown.status, unknown.body.type]).toEqual([404, 'urn:lifeline:problem:recipient-not-found']);
    await world.putAlice({ phoneVerified: false });
    const unreachable = await world.call('planNotification', { body: INCIDENT });
    expect([unreachable.status, unreachable.body.channels]).toEqual([
      422,
      [expect.objectContaining({ channel: 'sms', reason: 'phone-unverified' })],
    ]);
    expect(world.counted).toEqual([]);
  });

  test('needs the scope read and no more', async () => {
    const world = createWorld();
    await world.putAlice();
    const as = (scopes: string) => world.call('planNotification', { body: INCIDENT, caller: { scopes } });
    expect((await as('lifeline/read')).status).toBe(200);
    expect((await as('lifeline/send')).status).toBe(403);
  });
});
