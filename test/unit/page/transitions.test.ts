/** Whatever happens to a delivery, in any order: what is counted, and which states may be left. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answer } from '../../../lambdas/core/page/answer.ts';
import { afterFailure, type Leg } from '../../../lambdas/core/page/attempt.ts';
import { claim, WORKER_LOST } from '../../../lambdas/core/page/claim.ts';
import { applyOutcome } from '../../../lambdas/core/page/outcome.ts';
import { type DeliveryStatus, FAULT_CLASSES, isIn, type Page } from '../../../lambdas/core/page/page.ts';
import { applyReceipt } from '../../../lambdas/core/page/receipt.ts';
import { refuse } from '../../../lambdas/core/page/refuse.ts';
import { ringAgain } from '../../../lambdas/core/page/second-ring.ts';
import { supersede } from '../../../lambdas/core/page/supersede.ts';
import type { Receipt } from '../../../lambdas/core/receipts/ports.ts';
import { FIXED, rules } from '../../../lambdas/core/rules.ts';
import { fromItem, toItem } from '../../../lambdas/stores/page-item.ts';
import { someDelivery, somePage, T0 } from '../../support/pages.ts';

const CHANNELS = ['sms', 'voice', 'email'] as const;
const PROVIDERS = { sms: ['twilio', 'sns'], voice: ['twilio', 'aws-voice'], email: ['sendgrid', 'ses'] } as const;
type Name = (typeof CHANNELS)[number];

const fault = fc.record({
  code: fc.constantFrom('x', 'no_human'),
  class: fc.constantFrom(...FAULT_CLASSES),
  message: fc.constant('said no'),
  failsOver: fc.boolean(),
  counts: fc.boolean(),
  opens: fc.constant(false),
  disablesSender: fc.constant(false),
});
const news = fc.oneof(
  fc.constantFrom('progress' as const, 'delivered' as const, 'unknown' as const),
  fc.record({ undelivered: fault }),
);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('claim' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('accepted' as const), which: fc.nat(1), claimsBack: fc.nat(1) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('failed' as const), fault, claimsBack: fc.nat(1) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('receipt' as const), news, legsBack: fc.nat(3), rank: fc.nat(5) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('answer', 'supersede', 'refuse', 'ring') }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function taken(page: Page, channel: Name, what: Step, now: number): Page {
  const key = `1.${channel}` as const;
  const delivery = page.deliveries[key] ?? someDelivery();
  const { claims, attempts, legs } = delivery;
  const first = Math.max(1, legs - 1);
  switch (what.do) {
    case 'claim': {
      const decided = claim(page, key, claims + 1, 2, now);
      return 'page' in decided ? decided.page : page;
    }
    case 'accepted': {
      if (claims === 0) return page;
      const result = { outcome: 'accepted', providerId: `id-${first}`, providerStatus: 'queued' } as const;
      const leg: Leg = {
        leg: first + what.which,
        provider: PROVIDERS[channel][what.which === 0 ? 0 : 1],
        at: now,
        result,
      };
      const of = { claim: Math.max(1, claims - what.claimsBack), attempt: attempts };
      return applyOutcome(page, key, of, [leg], { next: 'sent' }, now).page;
    }
    case 'failed': {
      if (claims === 0) return page;
      const result = { outcome: 'failed', fault: what.fault } as const;
      const leg: Leg = { leg: first, provider: PROVIDERS[channel][0], at: now, result };
      const of = { claim: Math.max(1, claims - what.claimsBack), attempt: attempts };
      const after = afterFailure(delivery, [leg], WORKER_LOST, rules(), now, 0);
      return applyOutcome(page, key, of, [leg], after, now).page;
    }
    case 'receipt': {
      const leg = Math.max(1, legs - what.legsBack);
      const providerId = delivery.sent?.leg === leg ? delivery.sent.providerId : `id-${leg}`;
      const receipt: Receipt = {
        provider: PROVIDERS[channel][0],
        providerId,
        providerStatus: `${what.rank}`,
        rank: what.rank,
        news: what.news,
      };
      const applied = applyReceipt(page, key, { claim: Math.max(1, claims), leg }, receipt, now);
      return 'page' in applied ? applied.page : page;
    }
    default:
      if (what.do === 'answer') return answer(page, 'acknowledge', { at: now, by: 'Alice', via: 'api' });
      if (what.do === 'supersede') return supersede(page, somePage({ id: 'pg_louderlouderloud' }), now);
      if (what.do === 'ring') return ringAgain(page, key, rules(), now)?.page ?? page;
      return refuse(page, key, claims + 1, { code: 'busy', class: 'transient', message: '' }, now);
  }
}

/** What may follow a state: a final one is left only where a mail bounces, or a call rings once more. */
const MAY_FOLLOW: Record<DeliveryStatus, readonly DeliveryStatus[]> = {
  QUEUED: ['SENDING', 'SENT', 'DELIVERED', 'FAILED', 'SKIPPED'],
  SENDING: ['SENDING', 'QUEUED', 'SENT', 'DELIVERED', 'FAILED', 'SKIPPED'],
  SENT: ['QUEUED', 'DELIVERED', 'FAILED', 'SKIPPED'],
  // A mail that was taken by a server and then bounced; the answer to its page is no reason to skip it any more.
  DELIVERED: ['QUEUED', 'FAILED'],
  FAILED: ['QUEUED', 'DELIVERED'],
  SKIPPED: ['DELIVERED'],
};

test('over any sequence of transitions no count falls, and a state is left only for one that may follow it', () => {
  const steps = fc.array(fc.record({ what: step, wait: fc.nat(30_000), stored: fc.boolean() }), { maxLength: 40 });
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.constantFrom(...CHANNELS), fc.constantFrom('CRITICAL', 'LOW'), steps, (channel, priority, all) => {
      const { incident } = somePage();
      const key = `1.${channel}` as const;
      let page = somePage({ incident: { ...incident, priority }, deliveries: { [key]: someDelivery({ channel }) } });
      let now = T0;
      for (const { what, wait, stored } of all) {
        now += wait;
        const was = page.deliveries[key] ?? someDelivery();
        page = taken(page, channel, what, now);
        if (stored) page = fromItem(toItem(page));
        const is = page.deliveries[key] ?? someDelivery();
        for (const count of ['claims', 'legs', 'rev'] as const) expect(is[count]).toBeGreaterThanOrEqual(was[count]);
        // A deferral gives the attempt of its own claim back, and nothing else ever does.
        const isDeferred = (is.deferral?.count ?? 0) > (was.deferral?.count ?? 0);
        expect(is.attempts).toBeGreaterThanOrEqual(was.attempts - (isDeferred ? 1 : 0));
        expect(is.attempts).toBeLessThanOrEqual(FIXED.maxAttempts);
        expect(is.events.slice(0, was.events.length)).toEqual(was.events);
        const [before, after] = [was.state.status, is.state.status];
        if (before === after) continue;
        seen.add(`${before} → ${after}`);
        expect(MAY_FOLLOW[before], `${before} → ${after} by ${JSON.stringify(what)}`).toContain(after);
        if (isIn(was, 'DELIVERED')) expect(channel).toBe('email');
        if (isIn(was, 'FAILED') && isIn(is, 'QUEUED')) expect([channel, is.secondRing]).toEqual(['voice', true]);
      }
    }),
    { numRuns: 1_500, seed: 7 },
  );
  // The walk has met them: nothing above holds because nothing happened.
  for (const one of ['SENT → QUEUED', 'FAILED → QUEUED', 'DELIVERED → QUEUED', 'SENDING → SKIPPED'])
    expect(seen).toContain(one);
});
