/**
 * What a newer version keeps in a row, beside what this one knows, after a write by this one (ADR 18). One file because the
 * stores are judged side by side.
 */
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NEW_CIRCUIT } from '../../lambdas/core/circuit/circuit.ts';
import { answer } from '../../lambdas/core/page/answer.ts';
import { claim } from '../../lambdas/core/page/claim.ts';
import { randomPageId } from '../../lambdas/core/page/ids.ts';
import type { Recipient } from '../../lambdas/core/recipient/recipient.ts';
import { pageView } from '../../lambdas/http/views/page.ts';
import { recipientView } from '../../lambdas/http/views/recipient.ts';
import { createAlertWindows } from '../../lambdas/stores/alert-windows.ts';
import { createCircuitStore } from '../../lambdas/stores/circuits.ts';
import { createHoldStore } from '../../lambdas/stores/holds.ts';
import { createPageStore } from '../../lambdas/stores/pages.ts';
import { createRateLimitStore } from '../../lambdas/stores/rate-limits.ts';
import { createRecipientStore } from '../../lambdas/stores/recipients.ts';
import { createVerificationStore } from '../../lambdas/stores/verifications.ts';
import { createWindowStore } from '../../lambdas/stores/windows.ts';
import { startTable, TABLE } from '../support/dynalite.ts';
import { SMS, somePage, T0 } from '../support/pages.ts';

let table: Awaited<ReturnType<typeof startTable>>;
beforeAll(async () => {
  table = await startTable();
});
afterAll(() => table.stop());

const clock = { now: () => T0 };
const NEWER = { score: 3, words: ['a'] };

/** The newer version adds a field of its own to a row. */
async function addTo(Key: { pk: string; sk: string }): Promise<void> {
  const update = { UpdateExpression: 'SET zz = :newer', ExpressionAttributeValues: { ':newer': NEWER } };
  await table.client.send(new UpdateCommand({ TableName: TABLE, Key, ...update }));
}
async function row(Key: { pk: string; sk: string }): Promise<Record<string, unknown>> {
  const { Item = {} } = await table.client.send(new GetCommand({ TableName: TABLE, Key, ConsistentRead: true }));
  return Item;
}

const ALICE: Recipient = {
  id: 'usr_alice',
  name: 'Alice',
  phone: '+14155550100',
  phoneVerified: true,
  smsSuppressed: false,
  timezone: 'UTC',
  preferences: [],
  version: 1,
  updatedAt: T0,
};

/** For each store the key of a row, its first write and a later one that sets, changes and takes away fields. */
const STORES: [string, { pk: string; sk: string }, () => Promise<unknown>, () => Promise<unknown>, object][] = [
  [
    'a circuit',
    { pk: 'CIRCUITS', sk: 'twilio/sms' },
    () =>
      createCircuitStore(table.client, TABLE).save('twilio/sms', NEW_CIRCUIT, {
        status: 'OPEN',
        openedAt: T0,
        openUntil: T0 + 1,
        reason: '20003',
        version: 1,
      }),
    async () => {
      const store = createCircuitStore(table.client, TABLE);
      const before = await store.get('twilio/sms');
      await store.save('twilio/sms', before, { status: 'CLOSED', faults: [], closedAt: T0, version: 2 });
    },
    { status: 'CLOSED', faults: [], closedAt: T0, version: 2 },
  ],
  [
    'the codes of a recipient',
    { pk: 'VERIFICATION#usr_alice', sk: 'VERIFICATION' },
    () =>
      createVerificationStore(table.client, TABLE, clock).save(
        'usr_alice',
        { version: 0, sends: [] },
        { version: 1, sends: [T0] },
      ),
    () =>
      createVerificationStore(table.client, TABLE, clock).save(
        'usr_alice',
        { version: 1, sends: [T0] },
        { version: 2, sends: [] },
      ),
    { version: 2, sends: [], expiresAt: expect.any(Number) },
  ],
  [
    'a maintenance window',
    { pk: 'WINDOWS', sk: 'w1' },
    () =>
      createWindowStore(table.client, TABLE).put(
        { id: 'w1', services: ['db'], reason: 'upgrade', startsAt: T0, endsAt: T0 + 1, version: 1, updatedAt: T0 },
        0,
      ),
    () =>
      createWindowStore(table.client, TABLE).put(
        { id: 'w1', teams: ['t1'], startsAt: T0, endsAt: T0 + 2, version: 2, updatedAt: T0 },
        1,
      ),
    { teams: ['t1'], startsAt: T0, endsAt: T0 + 2, version: 2, updatedAt: T0, expiresAt: expect.any(Number) },
  ],
  [
    'the pace of a sender',
    { pk: 'SENDER#twilio/sms', sk: 'PACE' },
    () =>
      createRateLimitStore(table.client, TABLE).save(
        'twilio/sms',
        { nextAt: 0, version: 0 },
        { nextAt: T0, version: 1 },
      ),
    () =>
      createRateLimitStore(table.client, TABLE).save(
        'twilio/sms',
        { nextAt: T0, version: 1 },
        { nextAt: T0 + 5, version: 2 },
      ),
    { nextAt: T0 + 5, version: 2 },
  ],
  [
    'a hold that moves',
    { pk: 'HOLDS#2', sk: 'usr_alice#pg_aaaaaaaaaaaaaaaa' },
    () =>
      createHoldStore(table.client, TABLE).put({ recipientId: 'usr_alice', pageId: 'pg_aaaaaaaaaaaaaaaa', until: T0 }),
    () =>
      createHoldStore(table.client, TABLE).put({
        recipientId: 'usr_alice',
        pageId: 'pg_aaaaaaaaaaaaaaaa',
        until: T0 + 9,
      }),
    { until: T0 + 9, expiresAt: expect.any(Number) },
  ],
];

describe('fields of a newer version survive a write by this one', () => {
  it.each(STORES)('%s', async (_, key, first, later, own) => {
    await first();
    await addTo(key);
    await later();
    expect(await row(key)).toEqual({ ...key, ...own, zz: NEWER });
  });

  it('a recipient, through a PUT that takes fields away; what is not known is in no answer', async () => {
    const recipients = createRecipientStore(table.client, TABLE);
    await recipients.put(ALICE, 0);
    const shards = Array.from({ length: 8 }, (_, shard) => ({ pk: `RECIPIENTS#${shard}`, sk: 'usr_alice' }));
    const rows = await Promise.all(shards.map(async (key) => ({ key, item: await row(key) })));
    const key = rows.find(({ item }) => item.name)?.key ?? { pk: '', sk: '' };
    await addTo(key);
    const read = await recipients.get('usr_alice');
    expect(read && recipientView(read)).toEqual({
      id: 'usr_alice',
      name: 'Alice',
      phone: '+14155550100',
      phoneVerified: true,
      smsSuppressed: false,
      timezone: 'UTC',
      preferences: [],
    });
    const { timezone: _, ...rest } = ALICE;
    expect(await recipients.put({ ...rest, name: 'Alice B.', version: 2 }, 1)).toBe('saved');
    expect(await row(key)).toEqual({
      pk: key.pk,
      sk: 'usr_alice',
      name: 'Alice B.',
      phone: '+14155550100',
      phoneVerified: true,
      smsSuppressed: false,
      preferences: [],
      version: 2,
      updatedAt: T0,
      zz: NEWER,
    });
    expect((await recipients.byPhone('+14155550100')).map(({ id }) => id)).toEqual(['usr_alice']);
  });

  it('a window of alerts, in the row and in what it tells of', async () => {
    const windows = createAlertWindows(table.client, TABLE);
    const group = { kind: 'FAILED', cause: '30007' } as const;
    const opening = { since: T0, counts: { HIGH: 1 }, subjects: [] };
    const window = { version: 1, start: T0, until: T0 + 1, openedBy: 'x', opening, told: false, tone: 'calm' };
    await windows.save(group, undefined, window);
    const key = { pk: 'ALERT#FAILED#30007', sk: 'WINDOW' };
    await addTo(key);
    const before = await windows.get(group);
    await windows.save(group, before, { ...(before ?? window), version: 2, told: true });
    expect(await row(key)).toMatchObject({ zz: NEWER, window: { tone: 'calm', told: true } });
  });

  it('a page: its own, those of its deliveries, those of its answers and its events', async () => {
    const pages = createPageStore(table.client, TABLE);
    const page = somePage({ id: randomPageId(), held: { until: T0, reason: 'cap' } });
    await pages.create(page);
    const key = { pk: `PAGE#${page.id}`, sk: 'PAGE' };
    await table.client.send(
      new UpdateCommand({
        TableName: TABLE,
        Key: key,
        UpdateExpression:
          'SET zz = :newer, hd.zz = :newer, dl.#sms.zz = :newer, dl.#fax = :fax, dl.#sms.ev = list_append(dl.#sms.ev, :line)',
        ExpressionAttributeNames: { '#sms': SMS, '#fax': '1.fax' },
        ExpressionAttributeValues: {
          ':newer': NEWER,
          ':fax': { s: 'PARKED', t: 'last', to: '+14155550100', n: 0, c: 0, l: 0, v: 1, q: T0, ev: [], zz: NEWER },
          ':line': ['translated|0|0|0|vonage||||x'],
        },
      }),
    );
    const read = (await pages.get(page.id, { consistent: true })) ?? page;
    const { held: _, ...released } = read;
    expect(await pages.save(read, { ...released, rev: read.rev + 1 })).toBe('saved');
    const now = (await pages.get(page.id, { consistent: true })) ?? page;
    const claimed = claim(now, SMS, 1, 2, T0);
    expect('page' in claimed && (await pages.save(now, claimed.page))).toBe('saved');
    const sending = (await pages.get(page.id, { consistent: true })) ?? page;
    const answered = answer(sending, 'acknowledge', { at: T0, by: 'Alice', via: 'watch' as 'api' });
    expect(await pages.save(sending, answered)).toBe('saved');

    const stored = (await row(key)) as { zz: object; dl: Record<string, { zz: object; ev: string[]; s: string }> };
    expect(stored.zz).toEqual(NEWER);
    expect(stored.dl[SMS]).toMatchObject({ s: 'SENDING', zz: NEWER });
    expect(stored.dl[SMS]?.ev).toContain('translated|0|0|0|vonage||||x');
    expect(stored.dl['1.fax']).toEqual({
      s: 'PARKED',
      t: 'last',
      to: '+14155550100',
      n: 0,
      c: 0,
      l: 0,
      v: 1,
      q: T0,
      ev: [],
      zz: NEWER,
    });
    const shown = pageView((await pages.get(page.id, { consistent: true })) ?? page);
    expect(shown).toMatchObject({ status: 'ACKNOWLEDGED', acknowledgedVia: 'watch' });
    const fax = shown.deliveries.find(({ deliveryId }) => deliveryId.endsWith('.1.fax'));
    expect(fax).toMatchObject({ channel: 'fax', status: 'PARKED', tier: 'last' });
  });

  it('a write that another version has overtaken is refused, so nothing is written back that is old', async () => {
    const pages = createPageStore(table.client, TABLE);
    const page = somePage({ id: randomPageId() });
    await pages.create(page);
    const claimed = claim(page, SMS, 1, 2, T0);
    await table.client.send(
      new UpdateCommand({
        TableName: TABLE,
        Key: { pk: `PAGE#${page.id}`, sk: 'PAGE' },
        UpdateExpression: 'SET dl.#sms.zz = :newer, dl.#sms.v = :next',
        ExpressionAttributeNames: { '#sms': SMS },
        ExpressionAttributeValues: { ':newer': NEWER, ':next': 2 },
      }),
    );
    expect('page' in claimed && (await pages.save(page, claimed.page))).toBe('conflict');
  });
});
