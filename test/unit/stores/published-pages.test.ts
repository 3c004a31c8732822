import { describe, expect, it } from 'vitest';
import { type LifelineEvent, pageEvent } from '../../../lambdas/core/events/status-events.ts';
import type { Delivery, Page } from '../../../lambdas/core/page/page.ts';
import { publishingPages } from '../../../lambdas/stores/published-pages.ts';
import { memoryPages } from '../../support/memory-ports.ts';
import { flat, someDelivery, somePage } from '../../support/pages.ts';

const ID = 'pg_aaaaaaaaaaaaaaaa';

function published() {
  const told: LifelineEvent[] = [];
  const lost: number[] = [];
  const clock = { now: () => now };
  let now = Date.parse('2026-11-22T10:00:00Z');
  let broken = false;
  const stored = memoryPages();
  const events = {
    async put(news: readonly LifelineEvent[]) {
      if (broken) throw new Error('no bus');
      told.push(...news);
    },
  };
  const around = () => publishingPages(stored, { events, clock, lost: (count) => void lost.push(count) });
  const changes = () =>
    told.map((event) => {
      const passed = 'passed' in event ? event.passed : [];
      return [event.from, ...(passed ?? []), event.to].join(' → ');
    });
  return {
    told,
    lost,
    changes,
    stored,
    around,
    pass(ms: number) {
      now += ms;
    },
    breakBus() {
      broken = true;
    },
  };
}

const change = (page: Page, key: string, fields: object): Page => {
  const was = page.deliveries[key as never] as Delivery;
  return {
    ...page,
    deliveries: { ...page.deliveries, [key]: someDelivery({ ...flat(was), ...fields, rev: was.rev + 1 }) },
  };
};
const claimed = (page: Page, key = '1.sms') => change(page, key, { status: 'SENDING', claims: 1, leaseUntil: 0 });
const sent = (page: Page, key = '1.sms') => change(page, key, { status: 'SENT', sentAt: 1 });
const delivered = (page: Page, key = '1.sms') => change(page, key, { status: 'DELIVERED', deliveredAt: 1 });
const retried = (page: Page, key = '1.sms') => change(page, key, { status: 'QUEUED' });
const failed = (page: Page, key: string) =>
  change(page, key, { status: 'FAILED', failedAt: 1, error: { code: 'x', class: 'our_bug', message: '' } });

const fresh = (channels = ['sms']): Page => {
  const page = somePage({ id: ID, requireAck: false });
  const [first] = Object.values(page.deliveries);
  const deliveries = channels.map((channel) => [`1.${channel}`, someDelivery({ ...flat(first), channel })]);
  return { ...page, pendingTiers: [], deliveries: Object.fromEntries(deliveries) };
};

describe('a page store that publishes', () => {
  it('tells three events of a page that goes well: the claim goes with the outcome', async () => {
    const { around, changes } = published();
    const pages = around();
    const [a, b] = [fresh(), claimed(fresh())];
    await pages.create(a);
    await pages.create(a);
    await pages.save(a, b);
    await pages.save(b, sent(b));
    await pages.save(sent(b), delivered(sent(b)));
    expect(changes()).toEqual([' → ACCEPTED', 'ACCEPTED → IN_PROGRESS → SENT', 'SENT → DELIVERED']);
  });

  it('tells the claim by itself when its attempt failed', async () => {
    const { around, changes } = published();
    const pages = around();
    const [a, b] = [fresh(), claimed(fresh())];
    await pages.create(a);
    await pages.save(a, b);
    await pages.save(b, retried(b));
    expect(changes()).toEqual([' → ACCEPTED', 'ACCEPTED → IN_PROGRESS']);
  });

  it('tells of a claim whose worker died as soon as this environment writes again', async () => {
    const { around, changes, pass } = published();
    const pages = around();
    const [a, b] = [fresh(), claimed(fresh())];
    await pages.create(a);
    await pages.save(a, b);
    pass(60_000);
    await pages.create({ ...fresh(), id: 'pg_bbbbbbbbbbbbbbbb' });
    expect(changes()).toEqual([' → ACCEPTED', 'ACCEPTED → IN_PROGRESS', ' → ACCEPTED']);
  });

  it('tells nothing of a write that did not hold, or that changed no status', async () => {
    const { around, changes } = published();
    const pages = around();
    const [a, b] = [fresh(), claimed(fresh())];
    await pages.create(a);
    await pages.save(a, b);
    expect(await pages.save(a, sent(a))).toBe('conflict');
    await pages.save(b, b);
    expect(changes()).toEqual([' → ACCEPTED']);
  });

  it('exactly one of two workers that do not see each other tells each change', async () => {
    const { around, changes } = published();
    const [email, sms] = [around(), around()];
    const a = fresh(['email', 'sms']);
    await email.create(a);
    const byEmail = claimed(a, '1.email');
    await email.save(a, byEmail);
    const bySms = claimed(a, '1.sms');
    await sms.save(a, bySms);
    await email.save(byEmail, failed(byEmail, '1.email'));
    // Knows nothing of the e-mail, and yet is the one after whom all have failed.
    await sms.save(bySms, failed(bySms, '1.sms'));
    expect(changes()).toEqual([' → ACCEPTED', 'ACCEPTED → IN_PROGRESS', 'IN_PROGRESS → FAILED']);
  });

  it('a late outcome of one channel does not take back what another one has told', async () => {
    const { around, changes } = published();
    const [email, sms] = [around(), around()];
    const a = fresh(['email', 'sms']);
    await email.create(a);
    const byEmail = claimed(a, '1.email');
    await email.save(a, byEmail);
    const bySms = claimed(a, '1.sms');
    await sms.save(a, bySms);
    await email.save(byEmail, delivered(byEmail, '1.email'));
    await sms.save(bySms, sent(bySms, '1.sms'));
    expect(changes()).toEqual([' → ACCEPTED', 'ACCEPTED → IN_PROGRESS → DELIVERED']);
  });

  it('a bus that is gone fails no write, and what is lost is counted', async () => {
    const { around, lost, breakBus, stored } = published();
    breakBus();
    const pages = around();
    const a = fresh();
    expect(await pages.create(a)).toBe('created');
    expect(await pages.save(a, claimed(a))).toBe('saved');
    expect(await pages.save(claimed(a), sent(claimed(a)))).toBe('saved');
    expect(lost).toEqual([1, 1]);
    expect(stored.all()[0]?.deliveries['1.sms']?.state.status).toBe('SENT');
  });
});

describe('an event', () => {
  it('names how the page was answered, and nobody', () => {
    const before = somePage({ id: ID });
    const page: Page = { ...before, acknowledged: { at: 1, by: 'Alice Adams', via: 'sms' } };
    const event = pageEvent(before, page, { at: 0, id: 'evt_x' });
    expect(event).toMatchObject({ to: 'ACKNOWLEDGED', via: 'sms', page: { notificationId: ID } });
    const text = JSON.stringify(event);
    for (const personal of ['Alice', '+1415', page.incident.title]) expect(text).not.toContain(personal);
  });
});
