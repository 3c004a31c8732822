import { describe, expect, it } from 'vitest';
import { planPage } from '../../../lambdas/core/escalation/plan.ts';
import { type Timeline, timeline } from '../../../lambdas/core/escalation/timeline.ts';
import { newPage, requiresAck } from '../../../lambdas/core/page/new.ts';
import { CHANNELS, type Channel, type Page, PROVIDERS_OF, type Priority } from '../../../lambdas/core/page/page.ts';
import type { Recipient } from '../../../lambdas/core/recipient/recipient.ts';
import { rules } from '../../../lambdas/core/rules.ts';
import { T0 } from '../../support/pages.ts';

const ALICE: Recipient = {
  id: 'usr_alice',
  name: 'Alice',
  email: 'alice@example.com',
  phone: '+14155550100',
  phoneVerified: true,
  smsSuppressed: false,
  slackUserId: 'U0ALICE',
  teamsWebhookUrl: 'https://teams.example/hook',
  pushEndpoints: ['arn:aws:sns:us-east-1:1:endpoint/GCM/app/1'],
  preferences: [],
  version: 1,
  updatedAt: T0,
};

interface Wanted {
  priority: Priority;
  has?: readonly Channel[];
  channels?: Channel[];
  skipTiers?: boolean;
  requireAck?: boolean;
}

/** A page as the dispatch would accept it, in a deployment that has the channels `has`. */
function accepted({ priority, has = CHANNELS, channels, skipTiers = false, requireAck }: Wanted): Page {
  const request = {
    incident: { id: 'INC-1', title: 'High error rate', priority, service: 'payments-api' },
    recipientId: ALICE.id,
    type: 'new_incident' as const,
    escalationLevel: 0,
    skipTiers,
    escalateTo: [],
    requireAck: requireAck ?? requiresAck('new_incident', priority),
    ackScope: 'incident' as const,
    ...(channels && { channels }),
  };
  const plan = planPage({ ...request, priority }, ALICE, new Set(has));
  const ids = { id: 'pg_aaaaaaaaaaaaaaaa', code: '7K3', clientId: 'client', by: 'Test', bodyDigest: 'digest' };
  return newPage({ ...ids, request, plan, now: T0 });
}

const planned = (wanted: Wanted, down: string[] = []): Timeline =>
  timeline(accepted(wanted), new Set(down) as never, rules());
/** `60 1 secondary sms/twilio` */
const lines = ({ entries }: Timeline) =>
  entries.map((e) => `${e.atSeconds} ${e.round} ${e.tier} ${e.channel}/${e.provider}`);

describe('the timeline of a page that nobody answers', () => {
  it('climbs a CRITICAL page through all tiers at 0, 60 and 120 s, then rings and texts every five minutes until 30, and each call rings twice', () => {
    const { end, ...rest } = planned({ priority: 'CRITICAL' });
    const loud = [420, 720, 1020, 1320, 1620].flatMap((at, i) => [
      `${at} ${i + 2} secondary sms/twilio`,
      `${at} ${i + 2} fallback voice/twilio`,
      `${at + 90} ${i + 2} fallback voice/twilio`,
    ]);
    expect(lines({ ...rest, end })).toEqual([
      ...['email/sendgrid', 'slack/slack', 'teams/teams', 'push/sns-push'].map((one) => `0 1 primary ${one}`),
      '60 1 secondary sms/twilio',
      '120 1 fallback voice/twilio',
      '210 1 fallback voice/twilio',
      ...loud,
    ]);
    expect(end).toEqual({ atSeconds: 1_800, status: 'EXHAUSTED' });
  });

  it('texts at 0, 5, 10, 15, 20 and 25 minutes where a CRITICAL page has sms alone, and gives up at 30', () => {
    const found = planned({ priority: 'CRITICAL', channels: ['sms'] });
    expect(found.entries.map(({ atSeconds }) => atSeconds)).toEqual([0, 300, 600, 900, 1_200, 1_500]);
    expect(found.end).toEqual({ atSeconds: 1_800, status: 'EXHAUSTED' });
    expect(planned({ priority: 'CRITICAL', has: ['sms'] })).toEqual(found);
  });

  it('gives a HIGH page two minutes for each tier and twenty in all', () => {
    const found = planned({ priority: 'HIGH', has: ['email', 'sms', 'voice'] });
    expect(found.entries.filter(({ round }) => round === 1).map(({ atSeconds }) => atSeconds)).toEqual([0, 120, 240]);
    expect([...new Set(found.entries.map(({ atSeconds }) => atSeconds))]).toEqual([0, 120, 240, 540, 840, 1_140]);
    expect(found.end).toEqual({ atSeconds: 1_200, status: 'EXHAUSTED' });
  });

  it('ends where the page got through, if nobody has to answer', () => {
    const email = planned({ priority: 'MEDIUM' });
    expect(lines(email)).toHaveLength(4);
    expect(email.end).toEqual({ atSeconds: 0, status: 'DELIVERED' });
    expect(planned({ priority: 'LOW', has: ['slack', 'sms'] }).end).toEqual({ atSeconds: 0, status: 'SENT' });
  });

  it('takes acceptance by push for no success: the text follows when the tier is spent', () => {
    const found = planned({ priority: 'MEDIUM', has: ['push', 'sms'] });
    expect(lines(found)).toEqual(['0 1 primary push/sns-push', '300 1 secondary sms/twilio']);
    expect(found.end).toEqual({ atSeconds: 300, status: 'DELIVERED' });
  });

  it('takes a call that rings out for FAILED after half a minute', () => {
    const found = planned({ priority: 'MEDIUM', channels: ['voice'] });
    expect(found.end).toEqual({ atSeconds: 30, status: 'FAILED' });
  });

  it('sends all at once with skipTiers, and repeats exactly those', () => {
    const found = planned({ priority: 'CRITICAL', has: ['slack', 'sms'], skipTiers: true });
    const perRound = Map.groupBy(found.entries, ({ round }) => round);
    expect([...perRound.values()].map((round) => round.map(({ channel }) => channel))).toEqual(
      Array.from({ length: 6 }, () =>
        ['slack', 'sms'].toSorted((a, b) => CHANNELS.indexOf(a as never) - CHANNELS.indexOf(b as never)),
      ),
    );
  });
});

describe('the timeline with providers down', () => {
  it('takes the next provider of the chain, at the same time', () => {
    const healthy = planned({ priority: 'CRITICAL' });
    const found = planned({ priority: 'CRITICAL' }, ['twilio/sms', 'sendgrid/email']);
    const expected = { 'twilio/sms': 'sns', 'sendgrid/email': 'ses' } as Record<string, string>;
    expect(found.entries.map(({ atSeconds, channel }) => [atSeconds, channel])).toEqual(
      healthy.entries.map(({ atSeconds, channel }) => [atSeconds, channel]),
    );
    for (const [i, { channel, provider }] of found.entries.entries()) {
      const usual = healthy.entries[i]?.provider;
      expect(provider).toBe(expected[`${usual}/${channel}`] ?? usual);
    }
    expect(found.deferred).toEqual([]);
  });

  it('starts the next tier at once when every channel of a tier is deferred', () => {
    const found = planned({ priority: 'CRITICAL', has: ['slack', 'sms'] }, ['slack/slack']);
    expect(found.deferred).toEqual([{ atSeconds: 0, round: 1, tier: 'primary', channel: 'slack' }]);
    expect(lines(found)[0]).toBe('0 1 secondary sms/twilio');
  });

  it('ends FAILED after the hour a deferral may last, where nothing else is left', () => {
    const found = planned({ priority: 'MEDIUM', has: ['slack'] }, ['slack/slack']);
    expect(found.entries).toEqual([]);
    expect(found.end.status).toBe('FAILED');
    expect(found.end.atSeconds).toBeGreaterThanOrEqual(3_600);
    expect(found.end.atSeconds).toBeLessThanOrEqual(3_660);
  });

  it('exhausts a page whose only channel is down, thirty minutes after its clock began', () => {
    const found = planned({ priority: 'CRITICAL', has: ['sms'] }, ['twilio/sms', 'sns/sms']);
    expect(found.entries).toEqual([]);
    expect(found.end).toEqual({ atSeconds: 1_860, status: 'EXHAUSTED' });
    expect(found.deferred.map(({ atSeconds }) => atSeconds)).toEqual([0, 300, 600, 900, 1_200, 1_500, 1_800]);
  });

  it('begins when the hold ends, of a page that is held', () => {
    const page = { ...accepted({ priority: 'MEDIUM' }), held: { until: T0 + 60_000, reason: 'maintenance' as const } };
    const found = timeline(page, new Set(), rules());
    expect([...new Set(found.entries.map(({ atSeconds }) => atSeconds))]).toEqual([60]);
    expect(found.end).toEqual({ atSeconds: 60, status: 'DELIVERED' });
    const climbing = {
      ...accepted({ priority: 'CRITICAL' }),
      held: { until: T0 + 60_000, reason: 'maintenance' as const },
    };
    expect(timeline(climbing, new Set(), rules()).end).toEqual({ atSeconds: 1_860, status: 'EXHAUSTED' });
  });

  it('comes to an end for every priority, deployment and provider that is down', () => {
    const all = CHANNELS.flatMap((channel) => PROVIDERS_OF[channel].map((provider) => `${provider}/${channel}`));
    for (const priority of ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'] as const) {
      for (const down of [...all.map((one) => [one]), all]) {
        const { end } = planned({ priority }, down);
        expect(['EXHAUSTED', 'DELIVERED', 'SENT', 'FAILED']).toContain(end.status);
      }
    }
  });
});
