/**
 * One file because these are the sentences of docs/spec/escalation.md#tiers and docs/spec/escalation.md#follow-ups, one
 * after the other.
 */

import { describe, expect, it } from 'vitest';
import { nextStep } from '../../../lambdas/core/escalation/next-step.ts';
import { TIER_OF } from '../../../lambdas/core/escalation/plan.ts';
import type { Channel, Delivery, Page, PlannedTier, Priority } from '../../../lambdas/core/page/page.ts';
import { deliveryKey } from '../../../lambdas/core/page/page.ts';
import { rules } from '../../../lambdas/core/rules.ts';
import { MINUTE, SECOND } from '../../../lambdas/core/time.ts';
import { someDelivery, somePage, T0 } from '../../support/pages.ts';

const SMS: PlannedTier = { tier: 'secondary', channels: [{ channel: 'sms', to: '+14155550100' }] };
const VOICE: PlannedTier = { tier: 'fallback', channels: [{ channel: 'voice', to: '+14155550100' }] };

const error = (code: string, faultClass: string) => ({ code, class: faultClass, message: '' });
const QUEUED = { status: 'QUEUED' };
const SENDING = { status: 'SENDING', claims: 1, leaseUntil: T0 + 20 * SECOND };
const sent = (at = T0, fields: object = {}) => ({
  status: 'SENT',
  claims: 1,
  sentAt: at,
  provider: 'twilio',
  ...fields,
});
const delivered = (at = T0) => ({ ...sent(at), status: 'DELIVERED', deliveredAt: at });
const failed = (code = '21611', faultClass = 'transient') => ({
  status: 'FAILED',
  claims: 1,
  failedAt: T0,
  error: error(code, faultClass),
});
const GONE = failed('21211', 'recipient_permanent');
const NO_HUMAN = { ...failed('no_human', 'recipient_permanent'), sentAt: T0 };
const DEFERRED = { status: 'QUEUED', claims: 1, deferral: { since: T0, count: 1 }, deferredUntil: T0 + 30 * SECOND };

type Given = Partial<Record<Channel, object>>;
/** What a round has, queued at `at`. */
const round = (number: number, at: number, channels: Given): [string, Delivery][] =>
  Object.entries(channels).map(([channel, fields]) => [
    deliveryKey(number, channel as Channel),
    someDelivery({ channel, tier: TIER_OF[channel as Channel], round: number, queuedAt: at, ...fields }),
  ]);
const page = (first: Given, pendingTiers: PlannedTier[] = [SMS, VOICE], fields: Partial<Page> = {}): Page =>
  somePage({ pendingTiers, deliveries: Object.fromEntries(round(1, T0, first)), ...fields });
const ofPriority = (priority: Priority): Partial<Page> => ({ incident: { ...somePage().incident, priority } });
const at = (given: Page, ms: number) => nextStep(given, T0 + ms, rules());
const NO_ACK = { requireAck: false };

describe('a tier is spent', () => {
  it('when every channel of it has failed or was put off, at once', () => {
    for (const second of [failed(), GONE, DEFERRED]) {
      expect(at(page({ email: failed(), slack: second }), 1)).toMatchObject({
        step: 'start_tier',
        tier: SMS,
        why: 'failed',
      });
    }
    for (const second of [QUEUED, SENDING, sent()]) {
      expect(at(page({ email: failed(), slack: second }), 1).step).toBe('wait');
    }
  });

  it.each<[Priority, number]>([
    ['CRITICAL', MINUTE],
    ['HIGH', 2 * MINUTE],
    ['MEDIUM', 5 * MINUTE],
    ['LOW', 5 * MINUTE],
  ])('when nothing in it has succeeded in time: %s', (priority, within) => {
    for (const channel of [QUEUED, SENDING, sent(), failed()]) {
      const given = page({ email: QUEUED, teams: channel }, [SMS], { ...NO_ACK, ...ofPriority(priority) });
      expect(at(given, within - 1)).toEqual({ step: 'wait', until: T0 + within });
      expect(at(given, within)).toMatchObject({ step: 'start_tier', tier: SMS, why: 'no_success' });
    }
  });

  it.each<[string, Given, boolean]>([
    ['a Slack message that was posted', { slack: sent(T0, { provider: 'slack' }) }, true],
    ['a mail that was delivered', { email: delivered() }, true],
    ['a mail that was only accepted', { email: sent(T0, { provider: 'sendgrid' }) }, false],
    ['a text that was delivered', { sms: delivered() }, true],
    ['a text that Twilio accepted', { sms: sent() }, false],
    ['a text that SNS accepted, whose receipts come late or never', { sms: sent(T0, { provider: 'sns' }) }, true],
    ['a text that was accepted without a report being asked for', { sms: sent(T0, { unreported: true }) }, true],
    ['a call that was', { voice: sent(T0, { unreported: true }) }, false],
    ['a call that a person answered', { voice: delivered() }, true],
    ['a call that rings', { voice: sent() }, false],
    ['a one-way call that was accepted', { voice: sent(T0, { provider: 'aws-voice' }) }, false],
    ['a card that Teams accepted', { teams: sent(T0, { provider: 'teams' }) }, false],
    ['a push that was accepted', { push: sent(T0, { provider: 'sns-push' }) }, false],
  ])('%s: success is %s', (_, channels, isSuccess) => {
    const given = page(channels, [VOICE], NO_ACK);
    expect(at(given, 10 * MINUTE).step).toBe(isSuccess ? 'end' : 'start_tier');
  });

  it('a tier starts once: the tier that has started is not in the page’s list any more, and is the one that counts', () => {
    const given = page({ email: failed() }, [VOICE]);
    const climbed = {
      ...given,
      deliveries: { ...given.deliveries, ...Object.fromEntries(round(1, T0 + SECOND, { sms: QUEUED })) },
    };
    expect(at(climbed, 2 * SECOND)).toEqual({ step: 'wait', until: T0 + SECOND + MINUTE });
    // The mail comes through late: that is no success of the tier that runs now.
    const late = {
      ...climbed,
      deliveries: { ...climbed.deliveries, '1.email': someDelivery({ ...delivered(), channel: 'email' }) },
    };
    expect(at(late, SECOND + MINUTE)).toMatchObject({ step: 'start_tier', tier: VOICE });
  });
});

describe('the ack clock', () => {
  it.each<[Priority, number]>([
    ['CRITICAL', MINUTE],
    ['HIGH', 2 * MINUTE],
    ['MEDIUM', 2 * MINUTE],
    ['LOW', 2 * MINUTE],
  ])('runs from the first SENT of the tier: %s', (priority, within) => {
    const given = page(
      { email: delivered(T0 + 5 * SECOND), slack: sent(T0 + 3 * SECOND) },
      [SMS],
      ofPriority(priority),
    );
    const due = 3 * SECOND + within;
    expect(at(given, due - 1)).toEqual({ step: 'wait', until: T0 + due });
    expect(at(given, due)).toMatchObject({ step: 'start_tier', tier: SMS, why: 'overdue' });
  });

  it('starts 60 s after the tier’s start when nothing was sent until then', () => {
    const given = page({ sms: DEFERRED, email: QUEUED }, [VOICE], ofPriority('MEDIUM'));
    expect(at(given, 3 * MINUTE - 1).step).toBe('wait');
    expect(at(given, 3 * MINUTE)).toMatchObject({ step: 'start_tier', why: 'overdue' });
    // A first SENT after that moment does not put it off.
    const late = page({ email: sent(T0 + 90 * SECOND) }, [VOICE], ofPriority('MEDIUM'));
    expect(at(late, 3 * MINUTE)).toMatchObject({ step: 'start_tier', why: 'overdue' });
  });

  it('waits no longer than until it could have run out', () => {
    const given = page({ email: QUEUED, slack: sent(T0 + 20 * SECOND) }, [SMS], ofPriority('CRITICAL'));
    expect(at(given, 30 * SECOND)).toEqual({ step: 'wait', until: T0 + 80 * SECOND });
    const unsent = page({ email: SENDING }, [SMS], ofPriority('MEDIUM'));
    expect(at(unsent, 10 * SECOND)).toEqual({ step: 'wait', until: T0 + 130 * SECOND });
    expect(at(unsent, 70 * SECOND)).toEqual({ step: 'wait', until: T0 + 180 * SECOND });
  });

  it('does not run where no answer is asked for', () => {
    expect(at(page({ email: delivered() }, [SMS], NO_ACK), 60 * MINUTE)).toEqual({ step: 'end' });
  });
});

describe('follow-ups', () => {
  it('come five minutes after the last start, when no tier is left', () => {
    const given = page({ sms: sent() }, []);
    expect(at(given, 5 * MINUTE - 1)).toEqual({ step: 'wait', until: T0 + 5 * MINUTE });
    expect(at(given, 5 * MINUTE)).toMatchObject({ step: 'start_round', channels: [{ channel: 'sms' }] });
    expect(at(page({ sms: delivered() }, [], NO_ACK), 5 * MINUTE)).toEqual({ step: 'end' });
  });

  const channelsOf = (given: Page, ms = 5 * MINUTE) => {
    const next = at(given, ms);
    return next.step === 'start_round' ? next.channels.map(({ channel }) => channel) : next.step;
  };

  it('interrupt: sms and voice together, and without either whatever there is', () => {
    expect(channelsOf(page({ email: sent(), slack: sent(), sms: sent(), voice: NO_HUMAN }, []))).toEqual([
      'sms',
      'voice',
    ]);
    expect(channelsOf(page({ email: sent(), voice: NO_HUMAN }, []))).toEqual(['voice']);
    expect(channelsOf(page({ email: sent(), push: sent() }, []))).toEqual(['email', 'push']);
  });

  it('repeat exactly what was named, and all of it where tiers were skipped', () => {
    const tried = { email: sent(), voice: NO_HUMAN };
    expect(channelsOf(page(tried, [], { channels: ['email', 'voice'] }))).toEqual(['email', 'voice']);
    expect(channelsOf(page(tried, [], { skipTiers: true }))).toEqual(['email', 'voice']);
  });

  it('leave out what failed for good, and nothing that merely met trouble', () => {
    expect(channelsOf(page({ email: sent(), sms: GONE, voice: NO_HUMAN }, []))).toEqual(['voice']);
    expect(channelsOf(page({ email: sent(), sms: GONE, voice: GONE }, []))).toEqual(['email']);
    for (const trouble of [
      failed(),
      failed('channel_down', 'provider_fault'),
      failed('worker_lost', 'ambiguous'),
      DEFERRED,
    ]) {
      expect(channelsOf(page({ sms: trouble, voice: NO_HUMAN }, []))).toEqual(['sms', 'voice']);
    }
    for (const forGood of ['recipient_permanent', 'opted_out', 'our_bug', 'sender_fault']) {
      expect(channelsOf(page({ sms: failed('x', forGood), voice: NO_HUMAN }, []))).toEqual(['voice']);
    }
  });

  it('go to the address that was used last', () => {
    const given = page({ sms: sent(T0, { to: '+1415555' }) }, [], { round: 2 });
    const deliveries = {
      ...given.deliveries,
      ...Object.fromEntries(round(2, T0 + 5 * MINUTE, { sms: sent(T0, { to: '+49' }) })),
    };
    expect(at({ ...given, deliveries }, 10 * MINUTE)).toMatchObject({ channels: [{ channel: 'sms', to: '+49' }] });
  });

  it('count from the last start, whichever round that was', () => {
    const given = page({ sms: sent() }, [], { round: 2 });
    const deliveries = {
      ...given.deliveries,
      ...Object.fromEntries(round(2, T0 + 6 * MINUTE, { sms: sent(T0 + 6 * MINUTE) })),
    };
    expect(at({ ...given, deliveries }, 11 * MINUTE - 1)).toEqual({ step: 'wait', until: T0 + 11 * MINUTE });
    expect(at({ ...given, deliveries }, 11 * MINUTE).step).toBe('start_round');
  });
});

describe('the end', () => {
  const inRound = (number: number, startedAt: number, fields: Partial<Page> = {}, firstSentAt = 0): Page => {
    const given = page({ sms: sent(T0 + firstSentAt) }, [], { round: number, ...fields });
    const last = round(number, T0 + startedAt, { sms: sent(T0 + startedAt) });
    return { ...given, deliveries: { ...given.deliveries, ...Object.fromEntries(last) } };
  };

  it.each<[Priority, number]>([
    ['CRITICAL', 30 * MINUTE],
    ['HIGH', 20 * MINUTE],
    ['MEDIUM', 20 * MINUTE],
    ['LOW', 20 * MINUTE],
  ])('is so long after the first SENT: %s', (priority, giveUp) => {
    const given = inRound(6, giveUp - 4 * MINUTE, ofPriority(priority), 2 * SECOND);
    expect(at(given, giveUp + 2 * SECOND - 1)).toEqual({ step: 'wait', until: T0 + giveUp + 2 * SECOND });
    expect(at(given, giveUp + 2 * SECOND)).toEqual({ step: 'exhaust', why: 'time' });
  });

  it('the end of a page is counted from the first ack clock, 60 s after the start, when nothing was ever sent', () => {
    const given = page({ sms: DEFERRED }, [], { round: 1 });
    expect(at(given, 31 * MINUTE - 1).step).not.toBe('exhaust');
    expect(at(given, 31 * MINUTE)).toEqual({ step: 'exhaust', why: 'time' });
  });

  it('leaves out a round that would start within its last half minute', () => {
    const left = inRound(6, 24.5 * MINUTE);
    expect(at(left, 29.6 * MINUTE)).toEqual({ step: 'wait', until: T0 + 30 * MINUTE });
    const taken = inRound(6, 24.5 * MINUTE - 1);
    expect(at(taken, 29.5 * MINUTE - 1)).toMatchObject({ step: 'start_round' });
  });

  it('comes at once when no channel is left, but not before every tier has started', () => {
    expect(at(page({ sms: GONE }, []), 1)).toEqual({ step: 'exhaust', why: 'no_channel' });
    expect(at(page({ sms: GONE }, [VOICE]), 1)).toMatchObject({ step: 'start_tier', tier: VOICE });
    expect(at(page({ sms: GONE }, [], NO_ACK), 1)).toEqual({ step: 'end' });
  });

  it('nothing is due of a page that was answered, given up, held or a test', () => {
    const by = { at: T0, by: 'Alice', via: 'api' } as const;
    const ended: Partial<Page>[] = [
      { acknowledged: by },
      { resolved: by },
      { exhausted: { at: T0 } },
      { held: { until: T0 + MINUTE, reason: 'maintenance' } },
      { test: true },
      { deliveries: {} },
    ];
    for (const fields of ended) expect(at(page({ sms: GONE }, [VOICE], fields), 60 * MINUTE)).toEqual({ step: 'end' });
  });

  it('counts from the retry on when a page is retried', () => {
    const given = inRound(2, 40 * MINUTE, { since: T0 + 40 * MINUTE });
    expect(at(given, 45 * MINUTE).step).toBe('start_round');
    expect(at(given, 70 * MINUTE)).toEqual({ step: 'exhaust', why: 'time' });
  });
});

it('the clock scales as a whole: ten times faster, ten times sooner', () => {
  const fast = rules(10);
  const given = page({ sms: sent() }, []);
  expect(nextStep(given, T0 + 30 * SECOND - 1, fast)).toEqual({ step: 'wait', until: T0 + 30 * SECOND });
  expect(nextStep(given, T0 + 3 * MINUTE, fast)).toEqual({ step: 'exhaust', why: 'time' });
});
