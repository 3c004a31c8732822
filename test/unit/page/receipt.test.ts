/** One file because a receipt is judged beside the others: what each may change depends on those seen before. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answer } from '../../../lambdas/core/page/answer.ts';
import { claim } from '../../../lambdas/core/page/claim.ts';
import { applyOutcome } from '../../../lambdas/core/page/outcome.ts';
import type { Delivery, Page } from '../../../lambdas/core/page/page.ts';
import { applyReceipt, revealsDuplicate } from '../../../lambdas/core/page/receipt.ts';
import type { Fault } from '../../../lambdas/core/providers/fault.ts';
import type { Receipt } from '../../../lambdas/core/receipts/ports.ts';
import { FIXED } from '../../../lambdas/core/rules.ts';
import { flat, SMS, someDelivery, somePage, T0 } from '../../support/pages.ts';

const fault = (code: string): Fault => ({
  code,
  class: 'provider_fault',
  message: '',
  failsOver: true,
  counts: false,
  opens: false,
  disablesSender: false,
});
const STATUSES: Record<string, Pick<Receipt, 'rank' | 'news'>> = {
  queued: { rank: 1, news: 'progress' },
  sent: { rank: 3, news: 'progress' },
  delivered: { rank: 4, news: 'delivered' },
  undelivered: { rank: 4, news: { undelivered: fault('30003') } },
  partially_delivered: { rank: 0, news: 'unknown' },
  canceled: { rank: 4, news: { undelivered: { ...fault('no_human'), failsOver: false }, cancelled: true } },
};
const receipt = (status: string, leg: number): Receipt => ({
  provider: 'twilio',
  providerId: `SM${leg}`,
  providerStatus: status,
  ...(STATUSES[status] as Pick<Receipt, 'rank' | 'news'>),
});
const claimed = (page: Page, copy = 1, now = T0): Page => {
  const decision = claim(page, SMS, copy, 1, now);
  if (decision.decision !== 'claimed') throw new Error(decision.decision);
  return decision.page;
};
const accepted = (page: Page, n: number): Page => {
  const result = { outcome: 'accepted', providerId: `SM${n}`, providerStatus: 'queued' } as const;
  const legs = [{ leg: n, provider: 'twilio', at: T0, result }] as const;
  return applyOutcome(page, SMS, { claim: n, attempt: n }, legs, { next: 'sent' }, T0).page;
};
const ambiguous = (page: Page, n: number): Page => {
  const error = { ...fault('timeout'), class: 'ambiguous' } as const;
  const legs = [{ leg: n, provider: 'twilio', at: T0, result: { outcome: 'failed', fault: error } }] as const;
  return applyOutcome(page, SMS, { claim: n, attempt: n }, legs, { next: 'retry', error, delayMs: 0 }, T0).page;
};
const receive = (page: Page, status: string, n: number): Page => {
  const decision = applyReceipt(page, SMS, { claim: n, leg: n }, receipt(status, n), T0 + 1);
  return decision.decision === 'applied' ? decision.page : page;
};
const status = (page: Page) => page.deliveries[SMS]?.state.status;

describe('what was cancelled', () => {
  const by = { at: T0, by: 'Alice', via: 'api' } as const;
  const sent = accepted(claimed(somePage()), 1);

  test.each(['acknowledge', 'resolve'] as const)('because of an answer (%s) is SKIPPED, without an error', (action) => {
    const delivery = receive(answer(sent, action, by), 'canceled', 1).deliveries[SMS];
    expect(flat(delivery)).toMatchObject({
      status: 'SKIPPED',
      skipReason: `${action}d`,
      skippedAt: T0 + 1,
      providerId: 'SM1',
    });
    expect(delivery).not.toHaveProperty('error');
  });

  test('what was cancelled is SKIPPED also when that is told before its create call returned', () => {
    const told = receive(answer(claimed(somePage()), 'resolve', by), 'canceled', 1);
    expect(status(told)).toBe('SENDING');
    expect(status(accepted(told, 1))).toBe('SKIPPED');
  });

  test('on a page that nobody has answered is FAILED, and DELIVERED stays', () => {
    expect(flat(receive(sent, 'canceled', 1).deliveries[SMS])).toMatchObject({
      status: 'FAILED',
      error: { code: 'no_human' },
    });
    expect(status(receive(answer(receive(sent, 'delivered', 1), 'resolve', by), 'canceled', 1))).toBe('DELIVERED');
  });

  test('what was cancelled is not what came back by itself: that is FAILED on an answered page too', () => {
    expect(status(receive(answer(sent, 'acknowledge', by), 'undelivered', 1))).toBe('FAILED');
  });
});

describe('receipts', () => {
  const sent = accepted(claimed(somePage()), 1);

  test('delivered before sent stays DELIVERED, and both are in the history', () => {
    const page = receive(receive(sent, 'delivered', 1), 'sent', 1);
    expect(status(page)).toBe('DELIVERED');
    expect(page.deliveries[SMS]?.events.map((e) => e.providerStatus ?? e.kind)).toEqual([
      'queued',
      'claimed',
      'queued',
      'delivered',
      'delivered',
      'sent',
    ]);
  });

  test('a repeated callback changes nothing', () => {
    const page = receive(sent, 'delivered', 1);
    const again = applyReceipt(page, SMS, { claim: 1, leg: 1 }, receipt('delivered', 1), T0 + 9);
    expect(again).toEqual({ decision: 'repeat' });
  });

  test('a callback that comes before the create call returned is kept, and the outcome does not undo it', () => {
    const early = receive(claimed(somePage()), 'delivered', 1);
    expect(status(early)).toBe('DELIVERED');
    const late = accepted(early, 1);
    expect(flat(late.deliveries[SMS])).toMatchObject({ status: 'DELIVERED', providerId: 'SM1', provider: 'twilio' });
    expect(late.deliveries[SMS]?.events.map(({ kind }) => kind)).toEqual([
      'queued',
      'claimed',
      'receipt',
      'delivered',
      'sent',
    ]);
  });

  test('news that an ambiguous send did arrive spares the person the retry', () => {
    const retrying = ambiguous(claimed(somePage()), 1);
    expect(status(retrying)).toBe('QUEUED');
    expect(status(receive(retrying, 'sent', 1))).toBe('SENT');
    expect(claim(receive(retrying, 'sent', 1), SMS, 2, 1, T0)).toMatchObject({ decision: 'drop' });
  });

  test('undelivered is sent once more, by the providers behind the one that failed', () => {
    const decision = applyReceipt(sent, SMS, { claim: 1, leg: 1 }, receipt('undelivered', 1), T0);
    expect(decision).toMatchObject({ decision: 'applied', copy: 2 });
    expect(flat(decision.decision === 'applied' ? decision.page.deliveries[SMS] : undefined)).toMatchObject({
      status: 'QUEUED',
      from: 'sns',
      attempts: 1,
      error: { code: '30003' },
    });
  });

  test('the history names the provider whose message came back', () => {
    const events = receive(sent, 'undelivered', 1).deliveries[SMS]?.events;
    expect(events?.at(-1)).toMatchObject({ kind: 'failed_over', provider: 'twilio', code: '30003' });
  });

  test('undelivered for the second time fails the delivery with the provider’s code', () => {
    const again = someDelivery({ ...flat(sent.deliveries[SMS]), from: 'sns' });
    const page = { ...sent, deliveries: { [SMS]: again } };
    expect(flat(receive(page, 'undelivered', 1).deliveries[SMS])).toMatchObject({
      status: 'FAILED',
      error: { code: '30003' },
    });
  });

  test('an earlier leg may raise the delivery, never fail it', () => {
    const second = accepted(claimed(ambiguous(claimed(somePage()), 1), 2), 2);
    expect(status(receive(receive(second, 'sent', 2), 'undelivered', 1))).toBe('SENT');
    expect(status(receive(second, 'undelivered', 1))).toBe('SENT');
    expect(status(receive(second, 'delivered', 1))).toBe('DELIVERED');
  });

  test('a delivered text is delivered, also after the row was given up', () => {
    expect(status(receive(receive(sent, 'undelivered', 1), 'delivered', 1))).toBe('DELIVERED');
  });

  test('undelivered before sent, of a send that looked ambiguous, leaves the retry in place', () => {
    const waiting = ambiguous(claimed(somePage()), 1);
    expect(status(receive(waiting, 'sent', 1))).toBe('SENT');
    expect(status(receive(receive(waiting, 'undelivered', 1), 'sent', 1))).toBe('QUEUED');
  });

  test('what came back of an earlier leg does not hide that the current one came back too', () => {
    const second = claimed(ambiguous(claimed(somePage()), 1), 2);
    const both = receive(receive(second, 'undelivered', 2), 'undelivered', 1);
    expect(status(accepted(both, 2))).not.toBe('SENT');
  });

  test('both legs of a lost worker came back: the delivery is out, and does not rest in SENT by the first', () => {
    const twoLegs = claim(somePage(), SMS, 1, 2, T0);
    if (twoLegs.decision !== 'claimed') throw new Error(twoLegs.decision);
    const news = (page: Page, status: string, leg: number): Page => {
      const decision = applyReceipt(page, SMS, { claim: 1, leg }, receipt(status, leg), T0 + 1);
      if (decision.decision !== 'applied') throw new Error(decision.decision);
      return decision.page;
    };
    const both = news(news(news(twoLegs.page, 'sent', 1), 'undelivered', 1), 'undelivered', 2);
    const settled = claim(both, SMS, 1, 2, T0 + 60_000);
    expect(settled.decision === 'settled' && status(settled.page)).not.toBe('SENT');
    // The first is under way: what became of the second says nothing about it.
    const first = claim(news(news(twoLegs.page, 'sent', 1), 'undelivered', 2), SMS, 1, 2, T0 + 60_000);
    if (first.decision !== 'settled') throw new Error(first.decision);
    expect(status(first.page)).toBe('SENT');
    expect(status(news(first.page, 'undelivered', 1))).not.toBe('SENT');
    // While the second is under way, the first coming back is no news.
    const second = claim(news(twoLegs.page, 'sent', 1), SMS, 1, 2, T0 + 60_000);
    if (second.decision !== 'settled') throw new Error(second.decision);
    expect(status(news(news(second.page, 'sent', 2), 'undelivered', 1))).toBe('SENT');
  });

  test('a delivered text keeps the name of the message that was delivered', () => {
    const twoLegs = claim(somePage(), SMS, 1, 2, T0);
    if (twoLegs.decision !== 'claimed') throw new Error(twoLegs.decision);
    const early = applyReceipt(twoLegs.page, SMS, { claim: 1, leg: 1 }, receipt('delivered', 1), T0);
    if (early.decision !== 'applied') throw new Error(early.decision);
    const result = { outcome: 'accepted', providerId: 'sns:2', providerStatus: 'accepted' } as const;
    const legs = [{ leg: 2, provider: 'sns', at: T0, result }] as const;
    const after = applyOutcome(early.page, SMS, { claim: 1, attempt: 1 }, legs, { next: 'sent' }, T0).page;
    expect(flat(after.deliveries[SMS])).toMatchObject({ status: 'DELIVERED', provider: 'twilio', providerId: 'SM1' });
  });

  test.each([
    ['a claim that was never made', { claim: 2, leg: 1 }, 'SM1'],
    ['a leg that was never made', { claim: 1, leg: 2 }, 'SM1'],
    ['claim zero', { claim: 0, leg: 0 }, 'SM1'],
    ['another message under this reference', { claim: 1, leg: 1 }, 'SM9'],
  ])('%s is unknown and changes nothing', (_, send, providerId) => {
    const decision = applyReceipt(sent, SMS, send, { ...receipt('delivered', 1), providerId }, T0);
    expect(decision).toEqual({ decision: 'unknown' });
  });
});

test('whatever order receipts and outcome come in, and however often, a delivered text ends DELIVERED', () => {
  const events = fc.shuffledSubarray(['queued', 'sent', 'delivered', 'outcome'], { minLength: 4 });
  const repeats = fc.array(fc.constantFrom('queued', 'sent', 'delivered', 'undelivered'), { maxLength: 4 });
  fc.assert(
    fc.property(events, repeats, (order, more) => {
      let page = claimed(somePage());
      for (const step of [...order, ...more]) page = step === 'outcome' ? accepted(page, 1) : receive(page, step, 1);
      expect(status(page)).toBe('DELIVERED');
      const seen = page.deliveries[SMS]?.events.filter(({ kind }) => kind === 'receipt').map((e) => e.providerStatus);
      expect(new Set(seen).size).toBe(seen?.length);
    }),
  );
});

describe('a status that Lifeline has no rule for', () => {
  const unknown = (word: string, leg: number): Receipt => ({
    provider: 'twilio',
    providerId: `SM${leg}`,
    providerStatus: word,
    rank: 0,
    news: 'unknown',
  });
  const hear = (page: Page, word: string, n: number) =>
    applyReceipt(page, SMS, { claim: n, leg: n }, unknown(word, n), T0 + 1);
  const heard = (page: Page, word: string, n: number): Page => {
    const decision = hear(page, word, n);
    if (decision.decision !== 'applied') throw new Error(decision.decision);
    expect(decision).not.toHaveProperty('copy');
    return decision.page;
  };
  const withoutHistory = (page: Page) => {
    const { events: _, rev: __, ...rest } = page.deliveries[SMS] as Delivery;
    return rest;
  };
  const sent = accepted(claimed(somePage()), 1);

  test.each<[string, Page]>([
    ['SENDING', claimed(somePage())],
    ['QUEUED after an ambiguous send', ambiguous(claimed(somePage()), 1)],
    ['SENT', sent],
    ['DELIVERED', receive(sent, 'delivered', 1)],
    ['sent on to the next provider', receive(sent, 'undelivered', 1)],
  ])('is in the history of a delivery that is %s, with its word, and changes nothing else', (_, page) => {
    const after = heard(page, 'partially_delivered', 1);
    expect(withoutHistory(after)).toEqual(withoutHistory(page));
    expect(after.deliveries[SMS]?.events).toEqual([
      ...(page.deliveries[SMS]?.events ?? []),
      {
        at: T0 + 1,
        kind: 'receipt',
        attempt: 1,
        leg: 1,
        provider: 'twilio',
        providerStatus: 'partially_delivered',
        code: 'unknown_status',
      },
    ]);
  });

  test('a status that Lifeline has no rule for is a repeat when it comes again, and unknown for a send that was never made', () => {
    const page = heard(sent, 'partially_delivered', 1);
    expect(hear(page, 'partially_delivered', 1)).toEqual({ decision: 'repeat' });
    expect(hear(page, 'partially_delivered', 2)).toEqual({ decision: 'unknown' });
    expect(applyReceipt(sent, SMS, { claim: 1, leg: 1 }, unknown('x', 9), T0)).toEqual({ decision: 'unknown' });
  });

  test('does not make the item grow without end: after so many, others are dropped like repeats', () => {
    const words = Array.from({ length: 100 }, (_, i) => `status_${i}`);
    let page = sent;
    for (const word of words) {
      const decision = hear(page, word, 1);
      if (decision.decision === 'applied') page = decision.page;
    }
    const { events = [] } = page.deliveries[SMS] ?? {};
    const { events: before = [] } = sent.deliveries[SMS] ?? {};
    expect(events.length - before.length).toBe(FIXED.unknownStatuses);
    expect(status(receive(page, 'delivered', 1))).toBe('DELIVERED');
  });

  test('hides no later receipt with the same word', () => {
    const page = heard(heard(sent, 'undelivered', 1), 'delivered', 1);
    expect(status(receive(page, 'undelivered', 1))).toBe('QUEUED');
    expect(status(receive(page, 'delivered', 1))).toBe('DELIVERED');
  });

  test('says neither that a message came back nor that it is under way', () => {
    const page = heard(claimed(somePage()), 'partially_delivered', 1);
    expect(status(accepted(receive(page, 'sent', 1), 1))).toBe('SENT');
    // Of a lost worker's two legs the first came back; an odd word about the second decides nothing.
    const twoLegs = claim(somePage(), SMS, 1, 2, T0);
    if (twoLegs.decision !== 'claimed') throw new Error(twoLegs.decision);
    const told = (from: Page, receipt: Receipt, leg: number): Page => {
      const decision = applyReceipt(from, SMS, { claim: 1, leg }, receipt, T0 + 1);
      if (decision.decision !== 'applied') throw new Error(decision.decision);
      return decision.page;
    };
    const odd = told(told(twoLegs.page, receipt('sent', 1), 1), unknown('odd', 2), 2);
    const settled = claim(odd, SMS, 1, 2, T0 + 60_000);
    if (settled.decision !== 'settled') throw new Error(settled.decision);
    expect(status(settled.page)).toBe('SENT');
    expect(status(told(settled.page, receipt('undelivered', 1), 1))).toBe('QUEUED');
  });

  test('reveals no duplicate, and hides none', () => {
    const second = accepted(claimed(ambiguous(claimed(somePage()), 1), 2), 2);
    const odd = heard(second, 'odd', 1);
    expect(revealsDuplicate(odd, SMS, 1, unknown('odd', 1))).toBe(false);
    const after = receive(odd, 'sent', 1);
    expect(revealsDuplicate(after, SMS, 1, receipt('sent', 1))).toBe(true);
  });
});

test('a status without a rule, wherever it comes among the others, changes nothing about how a delivery ends', () => {
  const step = fc.constantFrom('queued', 'sent', 'delivered', 'undelivered', 'outcome', 'unknown');
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const run = (some: string[]) => {
        let page = claimed(somePage());
        let isOutcome = false;
        for (const one of some) {
          if (one === 'unknown') page = receive(page, 'partially_delivered', 1);
          else if (one !== 'outcome') page = receive(page, one, 1);
          else if (!isOutcome) [page, isOutcome] = [accepted(page, 1), true];
        }
        const { events, rev: _, ...rest } = page.deliveries[SMS] as Delivery;
        return { ...rest, events: events.filter(({ code }) => code !== 'unknown_status') };
      };
      expect(run(steps)).toEqual(run(steps.filter((one) => one !== 'unknown')));
    }),
  );
});
