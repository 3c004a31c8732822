/** One file because it is the one list of what every set of stores has to guarantee. */
import { describe, expect, test } from 'vitest';
import { answer } from '../../lambdas/core/page/answer.ts';
import { claim } from '../../lambdas/core/page/claim.ts';
import { randomPageId } from '../../lambdas/core/page/ids.ts';
import { type Page, positionOf } from '../../lambdas/core/page/page.ts';
import type { CodeStore, DedupeStore, PageStore } from '../../lambdas/core/page/ports.ts';
import type { LateReceipts, Receipt } from '../../lambdas/core/receipts/ports.ts';
import type { RecipientStore } from '../../lambdas/core/recipient/ports.ts';
import type { Recipient } from '../../lambdas/core/recipient/recipient.ts';
import { capsOf } from '../../lambdas/core/verification/caps.ts';
import { seal } from '../../lambdas/core/verification/code.ts';
import type { CapStore, VerificationStore } from '../../lambdas/core/verification/ports.ts';
import { countTry, grantSend, NO_VERIFICATION, spendCode } from '../../lambdas/core/verification/verification.ts';
import { SMS, someDelivery, somePage, T0 } from '../support/pages.ts';

export interface Stores {
  pages: PageStore;
  recipients: RecipientStore;
  dedupe: DedupeStore;
  codes: CodeStore;
  verifications: VerificationStore;
  caps: CapStore;
  lateReceipts: LateReceipts;
}

const claimed = (page: Page): Page => {
  const decision = claim(page, SMS, 1, 1, T0);
  if (decision.decision !== 'claimed') throw new Error(decision.decision);
  return decision.page;
};
const acked = (page: Page): Page => answer(page, 'acknowledge', { at: T0, by: 'Bob', via: 'api' });
/** Tests share one table, so each uses incidents and recipients of its own. */
const fresh = (fields: Partial<Page> = {}): Page => {
  const id = randomPageId();
  const incident = { ...somePage().incident, id: `INC-${id}` };
  return somePage({ id, incident, recipientId: `usr_${id}`, ...fields });
};

/** What every set of stores has to guarantee: in memory, on dynalite, and in AWS. */
export function storeSuite(open: () => Promise<Stores> | Stores): void {
  test('a page comes back as it was written, with every field and event', async () => {
    const { pages } = await open();
    const page = fresh({
      incident: {
        ...somePage().incident,
        id: 'INC-full',
        description: 'short',
        team: { id: 't1', name: 'Payments', slackChannel: 'C1' },
        alertCount: 0,
        triggeredAt: '2026-11-22T10:00:00Z',
        url: 'https://example.com',
      },
      ackScope: 'recipient',
      escalateTo: ['usr_bob'],
      channels: ['sms'],
      skipTiers: true,
    });
    expect(await pages.create(page)).toBe('created');
    expect(await pages.get(page.id, { consistent: true })).toEqual(page);
    expect(await pages.getWithDescription(page.id)).toEqual(page);
    const next = claimed(page);
    expect(await pages.save(page, next)).toBe('saved');
    expect(await pages.get(page.id, { consistent: true })).toEqual(next);
  });

  test('a delivery comes back as it was written, with whatever may have become of it', async () => {
    const { pages } = await open();
    const error = { code: '30003', class: 'transient', message: 'unreachable' } as const;
    const delivery = someDelivery({
      status: 'SENT',
      sentAt: T0 + 5,
      lastAttemptAt: T0 + 4,
      attempts: 2,
      claims: 3,
      legs: 4,
      rev: 7,
      provider: 'twilio',
      providerId: 'SM1',
      providerLeg: 3,
      unreported: true,
      from: 'twilio',
      deferral: { since: T0, count: 1 },
      early: { leg: 2, failsOver: true, error },
      receipt: { leg: 3, rank: 2 },
      carrier: 'pg_bbbbbbbbbbbbbbbb',
    });
    const page = fresh({ deliveries: { [SMS]: delivery } });
    await pages.create(page);
    expect(await pages.get(page.id, { consistent: true })).toEqual(page);
  });

  test('a long description is kept whole', async () => {
    const { pages } = await open();
    const description = 'ü'.repeat(2_000);
    const page = fresh();
    const long = { ...page, incident: { ...page.incident, description } };
    await pages.create(long);
    expect((await pages.getWithDescription(page.id))?.incident.description).toBe(description);
  });

  test('a page is created once, however many try', async () => {
    const { pages } = await open();
    const page = fresh();
    const results = await Promise.all(Array.from({ length: 20 }, () => pages.create(page)));
    expect(results.filter((result) => result === 'created')).toHaveLength(1);
  });

  test('one of fifty claims of one delivery is written', async () => {
    const { pages } = await open();
    const page = fresh();
    await pages.create(page);
    const results = await Promise.all(Array.from({ length: 50 }, () => pages.save(page, claimed(page))));
    expect(results.filter((result) => result === 'saved')).toHaveLength(1);
  });

  test('a claim decided before an acknowledgement is not written after it', async () => {
    const { pages } = await open();
    const page = fresh();
    await pages.create(page);
    expect(await pages.save(page, acked(page))).toBe('saved');
    expect(await pages.save(page, claimed(page))).toBe('conflict');
    expect((await pages.get(page.id, { consistent: true }))?.deliveries[SMS]?.state.status).toBe('SKIPPED');
  });

  test('an acknowledgement decided before a claim is not written after it', async () => {
    const { pages } = await open();
    const page = fresh();
    await pages.create(page);
    await pages.save(page, claimed(page));
    expect(await pages.save(page, acked(page))).toBe('conflict');
  });

  test('a change of a page that does not exist is a conflict', async () => {
    const { pages } = await open();
    const page = fresh();
    expect(await pages.save(page, claimed(page))).toBe('conflict');
    expect(await pages.get(page.id, { consistent: true })).toBeUndefined();
  });

  test('deliveries of one page do not get into each other’s way', async () => {
    const { pages } = await open();
    const one = fresh();
    const page = {
      ...one,
      deliveries: { ...one.deliveries, '1.voice': { ...one.deliveries[SMS], channel: 'voice' } },
    } as Page;
    await pages.create(page);
    const sms = claimed(page);
    const voice = claim(page, '1.voice', 1, 1, T0);
    expect(await pages.save(page, sms)).toBe('saved');
    expect(voice.decision === 'claimed' && (await pages.save(page, voice.page))).toBe('saved');
    const stored = await pages.get(page.id, { consistent: true });
    expect(Object.values(stored?.deliveries ?? {}).map(({ state }) => state.status)).toEqual(['SENDING', 'SENDING']);
  });

  test('lists go through every page exactly once, newest first, also within one millisecond', async () => {
    const { pages } = await open();
    const incident = { ...somePage().incident, id: `INC-${randomPageId()}` };
    const recipientId = `usr_${randomPageId()}`;
    // Two days, so that the list by time has to cross midnight; three pages share a millisecond.
    const day = Date.parse('2025-01-01T00:00:00Z') + Math.floor(Math.random() * 300) * 86_400_000;
    const times = [-2_000, -1_000, 0, 5, 5, 5, 1_000];
    const made = times.map((ms) => fresh({ incident, recipientId, createdAt: day + ms }));
    for (const page of made) await pages.create(page);
    const newestFirst = made.toSorted((a, b) => (positionOf(a) < positionOf(b) ? 1 : -1)).map(({ id }) => id);

    for (const by of [{ incidentId: incident.id }, { recipientId }, 'time'] as const) {
      const seen: string[] = [];
      for (let after: string | undefined; ; ) {
        const query = { by, since: day - 2_000, until: day + 1_000, limit: 2 };
        const found = await pages.list(after === undefined ? query : { ...query, after });
        seen.push(...found.filter((page) => page.recipientId === recipientId).map(({ id }) => id));
        const last = found.at(-1);
        if (!last || found.length < 2) break;
        after = positionOf(last);
      }
      expect(seen).toEqual(newestFirst);
    }
    expect((await pages.ofIncident(incident.id)).map(({ id }) => id)).toEqual(newestFirst.toReversed());
    const narrow = await pages.list({ by: { recipientId }, since: day, until: day + 5, limit: 10 });
    expect(narrow).toHaveLength(4);
  });

  test('a list of pages answers nothing for a range the wrong way round or a position below it, and no more than the range for one above', async () => {
    const { pages } = await open();
    const incident = { ...somePage().incident, id: `INC-${randomPageId()}` };
    const recipientId = `usr_${randomPageId()}`;
    const at = Date.parse('2024-06-01T12:00:00Z') + Math.floor(Math.random() * 1e9);
    const [older, newer] = [
      fresh({ incident, recipientId, createdAt: at }),
      fresh({ incident, recipientId, createdAt: at + 9 }),
    ];
    for (const page of [older, newer]) await pages.create(page);
    for (const by of [{ incidentId: incident.id }, { recipientId }, 'time'] as const) {
      const range = { by, limit: 100 };
      const ids = async (query: { since: number; until: number; after?: string }) =>
        (await pages.list({ ...range, ...query }))
          .filter((page) => page.recipientId === recipientId)
          .map(({ id }) => id);
      expect(await ids({ since: at + 1, until: at })).toEqual([]);
      expect(await ids({ since: at, until: at + 9, after: positionOf({ ...older, createdAt: at - 1 }) })).toEqual([]);
      expect(await ids({ since: at, until: at, after: positionOf(newer) })).toEqual([older.id]);
      expect(await ids({ since: at, until: at + 9, after: '9999999999999#aaaaaaaaaaaaaaaa' })).toEqual([
        newer.id,
        older.id,
      ]);
      // Times of those years have more digits than positions have.
      const [from, to] = ['7558-01-01T00:00:00Z', '7558-03-01T00:00:00Z'].map((text) => Date.parse(text));
      expect(await ids({ since: from ?? 0, until: to ?? 0 })).toEqual([]);
    }
  });

  test('one of many who claim a dedupe key holds it, until it is handed on', async () => {
    const { dedupe } = await open();
    const key = randomPageId();
    const ids = Array.from({ length: 20 }, randomPageId);
    const holders = await Promise.all(ids.map(async (id) => (await dedupe.claim(key, id)).pageId));
    const [holder = ''] = holders;
    expect(new Set(holders)).toEqual(new Set([holder]));
    const wanted = ids.map((id) => ({ pageId: `${id}x`, over: [holder, id] }));
    const next = await Promise.all(wanted.map((entry) => dedupe.replace(key, holder, entry)));
    const [handedOn] = next;
    expect(wanted).toContainEqual(handedOn);
    expect(next).toEqual(ids.map(() => handedOn));
  });

  test('what a dedupe key is handed on with stays until its holder settles it, and nobody else settles it', async () => {
    const { dedupe } = await open();
    const key = randomPageId();
    expect(await dedupe.claim(key, 'pg_a')).toEqual({ pageId: 'pg_a', over: [] });
    const entry = { pageId: 'pg_b', over: ['pg_a'] };
    expect(await dedupe.replace(key, 'pg_a', entry)).toEqual(entry);
    await dedupe.settle(key, 'pg_a');
    expect(await dedupe.claim(key, 'pg_late')).toEqual(entry);
    await dedupe.settle(key, 'pg_b');
    expect(await dedupe.claim(key, 'pg_late')).toEqual({ pageId: 'pg_b', over: [] });
    await dedupe.settle(randomPageId(), 'pg_b');
  });

  test('a reply code is one page’s on a phone, the same page may reserve it again, and it is free after it expired', async () => {
    const { codes } = await open();
    const phone = `+1${randomPageId()}`;
    const later = T0 + 1_000_000;
    expect(await codes.reserve(phone, '7K3', 'pg_one', later)).toBe(true);
    expect(await codes.reserve(phone, '7K3', 'pg_one', later)).toBe(true);
    expect(await codes.reserve(phone, '7K3', 'pg_two', later)).toBe(false);
    expect(await codes.reserve(`${phone}1`, '7K3', 'pg_two', later)).toBe(true);
    expect(await codes.reserve(phone, 'XXX', 'pg_one', T0 - 10_000)).toBe(true);
    expect(await codes.reserve(phone, 'XXX', 'pg_two', later)).toBe(true);
  });

  test('codes of a recipient: whole, and every write needs the version that was read', async () => {
    const { verifications } = await open();
    const id = `usr_${randomPageId()}`;
    expect(await verifications.get(id)).toEqual(NO_VERIFICATION);
    const sealed = seal('123456', id, '+14155550100');
    const granted = grantSend(NO_VERIFICATION, () => sealed, T0);
    if (granted.send !== 'granted') throw new Error(granted.send);
    const sends = Array.from({ length: 20 }, () => verifications.save(id, NO_VERIFICATION, granted.after));
    expect((await Promise.all(sends)).filter((result) => result === 'saved')).toHaveLength(1);
    const stored = await verifications.get(id);
    expect(stored).toEqual(granted.after);
    const tried = countTry(stored, '+14155550100', T0);
    if (tried.try !== 'counted') throw new Error(tried.try);
    const tries = Array.from({ length: 20 }, () => verifications.save(id, stored, tried.after));
    expect((await Promise.all(tries)).filter((result) => result === 'saved')).toHaveLength(1);
    expect(await verifications.save(id, tried.after, spendCode(tried.after, sealed))).toBe('saved');
    expect(await verifications.get(id)).toEqual({ version: 3, sends: [T0] });
  });

  test('a cap is never passed, however many count at once; what is given back can be taken again', async () => {
    const { caps } = await open();
    const [cap] = capsOf(`+1${randomPageId()}`, '1', T0);
    if (!cap) throw new Error('no cap');
    const taken = await Promise.all(Array.from({ length: 30 }, () => caps.take(cap)));
    expect(taken.filter(Boolean)).toHaveLength(cap.max);
    await caps.giveBack(cap);
    expect([await caps.take(cap), await caps.take(cap)]).toEqual([true, false]);
    expect(await caps.take({ ...cap, from: cap.until, until: cap.until + 1 })).toBe(true);
    expect(await caps.take({ ...cap, key: `${cap.key}1` })).toBe(true);
  });

  test('a cap that nobody counted has nothing to give back', async () => {
    const { caps } = await open();
    const [cap] = capsOf(`+1${randomPageId()}`, '1', T0);
    if (!cap) throw new Error('no cap');
    await caps.giveBack(cap);
    const taken = await Promise.all(Array.from({ length: 30 }, () => caps.take(cap)));
    expect(taken.filter(Boolean)).toHaveLength(cap.max);
  });

  test('recipients: writes need the version that was read, lists go through all of them by id', async () => {
    const { recipients } = await open();
    const prefix = `r_${randomPageId()}_`;
    const some = (n: number): Recipient => ({
      id: `${prefix}${String(n).padStart(2, '0')}`,
      name: `N${n}`,
      phoneVerified: false,
      smsSuppressed: false,
      preferences: [{ channel: 'sms', enabled: true }],
      version: 1,
      updatedAt: T0,
    });
    const all = Array.from({ length: 25 }, (_, n) => some(n));
    for (const recipient of all) expect(await recipients.put(recipient, 0)).toBe('saved');
    const [first = some(0)] = all;
    expect(await recipients.get(first.id)).toEqual(first);
    expect(await recipients.put(first, 0)).toBe('conflict');
    expect(await recipients.put({ ...first, version: 2 }, 1)).toBe('saved');
    expect(await recipients.put({ ...first, version: 2 }, 1)).toBe('conflict');
    expect(await recipients.delete(first.id, 1)).toBe('conflict');

    const seen: string[] = [];
    for (let after = prefix; ; after = seen.at(-1) ?? '') {
      const found = await recipients.list(7, after);
      seen.push(...found.map(({ id }) => id).filter((id) => id.startsWith(prefix)));
      if (found.length < 7) break;
    }
    expect(seen).toEqual(all.map(({ id }) => id));
    expect(await recipients.delete(first.id, 2)).toBe('deleted');
    expect(await recipients.get(first.id)).toBeUndefined();
  });

  describe('a send and its late receipt find each other', () => {
    const FAULT = { code: 'opted_out', class: 'opted_out', message: 'x', failsOver: false, counts: false } as const;
    const receiptOf = (id: string): Receipt => ({
      provider: 'sns',
      providerId: `sns:${id}`,
      providerStatus: 'FAILURE',
      rank: 1,
      news: { undelivered: { ...FAULT, opens: false, disablesSender: false } },
    });

    test('when the send is first', async () => {
      const { lateReceipts } = await open();
      const id = randomPageId();
      expect(await lateReceipts.sent(`sns:${id}`, 'ref-1')).toBeUndefined();
      expect(await lateReceipts.received(`sns:${id}`, receiptOf(id))).toBe('ref-1');
    });

    test('when the log is first, with every field of the receipt', async () => {
      const { lateReceipts } = await open();
      const id = randomPageId();
      expect(await lateReceipts.received(id, receiptOf(id))).toBeUndefined();
      expect(await lateReceipts.sent(`sns:${id}`, 'ref-1')).toEqual(receiptOf(id));
    });

    test('at the same moment: one of the two at least sees the other', async () => {
      const { lateReceipts } = await open();
      for (let i = 0; i < 20; i++) {
        const id = randomPageId();
        const [receipt, ref] = await Promise.all([
          lateReceipts.sent(`sns:${id}`, 'ref-1'),
          lateReceipts.received(`sns:${id}`, receiptOf(id)),
        ]);
        expect(receipt !== undefined || ref !== undefined).toBe(true);
      }
    });

    test('repeated by either side, without losing the other half', async () => {
      const { lateReceipts } = await open();
      const id = randomPageId();
      await lateReceipts.sent(id, 'ref-1');
      await lateReceipts.received(id, receiptOf(id));
      expect(await lateReceipts.received(id, receiptOf(id))).toBe('ref-1');
      expect(await lateReceipts.sent(id, 'ref-1')).toEqual(receiptOf(id));
    });

    test('a status without a rule waits like any other receipt, and takes the place of none', async () => {
      const { lateReceipts } = await open();
      const [id, other] = [randomPageId(), randomPageId()];
      const unknown = { ...receiptOf(id), providerStatus: 'PENDING', news: 'unknown' } as const;
      await lateReceipts.received(id, unknown);
      expect(await lateReceipts.sent(id, 'ref-1')).toEqual(unknown);
      expect(await lateReceipts.received(id, receiptOf(id))).toBe('ref-1');
      await lateReceipts.received(other, receiptOf(other));
      await lateReceipts.received(other, { ...unknown, providerId: `sns:${other}` });
      expect(await lateReceipts.sent(other, 'ref-2')).toEqual(receiptOf(other));
    });

    test('a late receipt is given to no other send', async () => {
      const { lateReceipts } = await open();
      const id = randomPageId();
      await lateReceipts.received(id, receiptOf(id));
      expect(await lateReceipts.sent(randomPageId(), 'ref-2')).toBeUndefined();
    });
  });
}
