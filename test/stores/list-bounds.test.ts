/** What lists over time read for cursors and ranges that no honest caller sends, on a table that counts its calls. */

import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { auditApi } from '../../lambdas/composition/operations-api.ts';
import { readApi } from '../../lambdas/composition/pages-api.ts';
import { recipientsApi } from '../../lambdas/composition/recipients-api.ts';
import { positionOf } from '../../lambdas/core/page/page.ts';
import { DAY } from '../../lambdas/core/time.ts';
import { apiHandler } from '../../lambdas/http/api-handler.ts';
import { encodeCursor, type Listing } from '../../lambdas/http/cursor.ts';
import { createAuditLog } from '../../lambdas/stores/audit.ts';
import { createOptOutStore } from '../../lambdas/stores/opt-outs.ts';
import { createPageStore } from '../../lambdas/stores/pages.ts';
import { createRecipientStore } from '../../lambdas/stores/recipients.ts';
import { type Answer, callApi } from '../support/api-event.ts';
import { startTable, TABLE } from '../support/dynalite.ts';
import { type Meter, meter } from '../support/meter.ts';
import { somePage, T0 } from '../support/pages.ts';
import { recordedTelemetry } from '../support/telemetry.ts';

/** 90 days and the one that the range begins in, over four shards each, and the entries themselves. */
const MAX_CALLS = 91 * 4 + 1;

let table: Awaited<ReturnType<typeof startTable>>;
let api: ReturnType<typeof apiHandler>;
let cost: Meter;
beforeAll(async () => {
  table = await startTable();
  const { client } = table;
  const pages = createPageStore(client, TABLE);
  const audit = createAuditLog(client, TABLE);
  const recipients = createRecipientStore(client, TABLE);
  const clock = { now: () => T0 };
  const releases = { send: async () => {} };
  const ports = { pages, audit, recipients, releases, clock, optOuts: createOptOutStore(client, TABLE) };
  api = apiHandler(
    { ...readApi(ports), ...auditApi(ports), ...recipientsApi(ports, { loopbackWebhooks: false }) },
    recordedTelemetry(),
  );
  for (const [i, letter] of ['a', 'b', 'c', 'd', 'e'].entries()) {
    const createdAt = T0 - i * DAY;
    await pages.create(somePage({ id: `pg_${letter.repeat(16)}`, createdAt }));
    await audit.record({ at: createdAt, resource: 'incident/INC-1', action: 'page.acknowledged', actor: 'a/b' });
  }
  cost = meter(client);
});
afterAll(() => table.stop());
beforeEach(() => {
  cost.calls = {};
});

type List = 'listNotifications' | 'listAudit' | 'listIncidentDeliveries' | 'listRecipients';
const list = (operation: List, query: Record<string, string>) => {
  cost.calls = {};
  const params = operation === 'listIncidentDeliveries' ? { incidentId: 'INC-1' } : {};
  return callApi(api, operation, { query, params });
};
const reads = () => Object.values(cost.calls).reduce((sum, calls) => sum + calls, 0);

/** 400, or a list without items, and no more reads than an honest query of 90 days. */
function expectHarmless({ status, body }: Answer): void {
  expect(status === 400 ? 400 : [status, body.items]).toEqual(status === 400 ? 400 : [200, []]);
  expect(reads()).toBeLessThanOrEqual(MAX_CALLS);
}

/** The filters by which each of the two lists over time chooses what it reads. */
const WAYS: [List, Record<string, string>][] = [
  ['listNotifications', {}],
  ['listNotifications', { recipientId: 'usr_alice' }],
  ['listNotifications', { incidentId: 'INC-1' }],
  ['listNotifications', { status: 'SENT', priority: 'CRITICAL', service: 'payments-api' }],
  ['listAudit', {}],
  ['listAudit', { resource: 'incident/INC-1' }],
  ['listAudit', { actor: 'a' }],
];
const iso = (at: number) => new Date(at).toISOString();
const positionFor = (operation: List, at: number) =>
  operation === 'listAudit' ? `${iso(at)}#00000000` : positionOf({ id: 'pg_aaaaaaaaaaaaaaaa', createdAt: at });

describe.each(WAYS)('%s with the filters %j', (operation, filters) => {
  /** As a caller would make it up who has read the source. */
  function madeUp(place: unknown, given: Record<string, string> = {}): string {
    const names = operation === 'listAudit' ? ['actor', 'resource'] : ['incidentId', 'recipientId', 'status'];
    const all = [...names, 'priority', 'service', 'since', 'until'];
    const wanted: Record<string, string> = { ...filters, ...given };
    const listing: Listing = {
      list: operation === 'listAudit' ? 'audit' : 'notifications',
      filters: Object.fromEntries(all.map((name) => [name, wanted[name]])),
    };
    return encodeCursor(listing, place);
  }

  test('a walk with its own cursors meets every item once, and the range stays that of its first stretch', async () => {
    const first = await list(operation, { ...filters, limit: '2' });
    const second = await list(operation, { ...filters, limit: '2', cursor: first.body.nextCursor });
    const third = await list(operation, { ...filters, limit: '2', cursor: second.body.nextCursor });
    const times = [first, second, third].flatMap(({ body }) =>
      body.items.map((item: { at?: string; createdAt?: string }) => item.at ?? item.createdAt),
    );
    const wanted = filters.status ? [] : [0, 1, 2, 3, 4].map((n) => iso(T0 - n * DAY));
    expect(times).toEqual(wanted);
    expect(third.body.nextCursor).toBeUndefined();
  });

  test('a cursor of the same list with other filters, another range or another list is refused with its field', async () => {
    const { body } = await list(operation, { ...filters, limit: '2' });
    const cursor = body.nextCursor;
    const others: [List, Record<string, string>][] = [
      ['listNotifications', { recipientId: 'usr_bob' }],
      ['listAudit', { resource: 'incident/INC-2' }],
      [operation, { ...filters, since: iso(T0 - DAY) }],
      [operation, { ...filters, until: iso(T0 - 3 * DAY) }],
      ['listIncidentDeliveries', {}],
      ['listRecipients', {}],
    ];
    for (const [other, query] of others) {
      const answer = await list(other, { ...query, cursor });
      expect([answer.status, answer.body.errors?.[0]?.path]).toEqual([400, 'cursor']);
      expect(reads()).toBe(0);
    }
  });

  const range = { since: T0 - 7 * DAY, until: T0 };
  test.each<[string, unknown]>([
    ['the newest there can be', { ...range, after: '9999999999999#aaaaaaaaaaaaaaaa' }],
    ['before 1970', { ...range, after: '0000000000000#aaaaaaaaaaaaaaaa' }],
    ['above its range', { ...range, after: positionFor(operation, T0 + 1) }],
    ['below its range', { ...range, after: positionFor(operation, T0 - 8 * DAY) }],
    ['in the year 9999', { since: 0, until: 253_402_300_799_999, after: positionFor(operation, 253_402_300_799_999) }],
    ['on no day of the calendar', { ...range, after: '2026-99-99T99:99:99.999Z#00000000' }],
    ['in a range of 91 days', { since: T0 - 91 * DAY, until: T0, after: positionFor(operation, T0) }],
    ['in a range that ends before it begins', { since: T0, until: T0 - DAY, after: positionFor(operation, T0) }],
    ['in a range of fractions', { since: T0 - 0.5, until: T0, after: positionFor(operation, T0) }],
    ['in no range', positionFor(operation, T0)],
    ['of an offset', 5],
    ['of nothing', null],
  ])('a made-up cursor with a place %s is refused without a read', async (_, place) => {
    const answer = await list(operation, { ...filters, cursor: madeUp(place) });
    expect([answer.status, answer.body.errors?.[0]?.path, reads()]).toEqual([400, 'cursor', 0]);
  });

  test('a cursor from before cursors were bound to their list is refused', async () => {
    for (const old of [positionFor(operation, T0), { o: 1 }, 'usr_alice']) {
      const cursor = Buffer.from(JSON.stringify(old)).toString('base64url');
      expect((await list(operation, { ...filters, cursor })).status).toBe(400);
    }
  });

  test('no cursor that a caller makes up or tampers with is a server error or reads more than a query may', async () => {
    const at = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.integer({ min: T0 - 100 * DAY, max: T0 + 100 * DAY }));
    const valid = fc.integer({ min: 0, max: 253_402_300_799_999 });
    const after = fc.oneof(
      fc.string({ unit: 'binary' }),
      valid.map((ms) => positionFor(operation, ms)),
    );
    const place = fc.oneof(fc.record({ since: at, until: at, after }), fc.anything());
    const honest = (await list(operation, { ...filters, limit: '2' })).body.nextCursor as string;
    const cursors = fc.oneof(
      place.map((one) => madeUp(one)),
      fc.stringMatching(/^[\w-]{1,80}$/),
      fc.nat(honest.length).map((n) => honest.slice(0, n) + honest.slice(n + 1)),
    );
    const check = fc.asyncProperty(cursors, async (cursor) => {
      const { status } = await list(operation, { ...filters, cursor });
      expect(status).toBeLessThan(500);
      expect(reads()).toBeLessThanOrEqual(MAX_CALLS);
    });
    await fc.assert(check, { numRuns: 40 });
  });

  test.each([
    ['until', '0001-01-01T00:00:00Z'],
    ['until', '1969-12-31T23:59:59.999Z'],
    ['since', '0000-01-01T00:00:00Z'],
    ['since', '1970-01-01T00:00:00+00:01'],
    ['until', '9999-12-31T23:59:59-00:01'],
    ['until', '+010000-01-01T00:00:00Z'],
    ['since', '-000001-01-01T00:00:00Z'],
  ])('%s=%s lies outside the years that there are and is refused with its field', async (name, value) => {
    const answer = await list(operation, { ...filters, [name]: value });
    expect([answer.status, answer.body.errors[0].path, reads()]).toEqual([400, name, 0]);
  });

  test('since after until and a range over 90 days are refused with their field', async () => {
    const wide = { since: '1970-01-01T00:00:00Z', until: '9999-12-31T23:59:59Z' };
    for (const wrong of [{ since: iso(T0), until: iso(T0 - 1) }, { since: iso(T0 + 1) }, wide]) {
      const answer = await list(operation, { ...filters, ...wrong });
      expect([answer.status, answer.body.errors[0].path]).toEqual([400, 'since']);
    }
  });

  test.each([
    ['the first moment there is', { until: '1970-01-01T00:00:00Z' }],
    ['the last 90 days there are', { since: '9999-10-03T00:00:00Z', until: '9999-12-31T23:59:59.999Z' }],
    ['a range over the day that times gain a digit', { since: '2286-11-20T00:00:00Z', until: '2286-11-21T00:00:00Z' }],
    ['a year whose times begin like those of today', { since: '7560-01-01T00:00:00Z', until: '7560-03-01T00:00:00Z' }],
    ['ninety days to come', { since: iso(T0 + 1), until: iso(T0 + 90 * DAY) }],
    ['one millisecond without items', { since: iso(T0 - 1), until: iso(T0 - 1) }],
  ])('%s has no items, and is read within the bound', async (_, query) => {
    expectHarmless(await list(operation, { ...filters, ...query }));
  });
});

describe.each<[List, unknown[]]>([
  ['listRecipients', ['', '\ud800', '\u0000', 'ÿ', 'x'.repeat(65), 5, null, { o: 1 }]],
  ['listIncidentDeliveries', [-1, 1.5, 1e9, '1', null, { o: 1 }]],
])('%s', (operation, places) => {
  const listing: Listing =
    operation === 'listRecipients'
      ? { list: 'recipients', filters: {} }
      : { list: 'incident-deliveries', filters: { incidentId: 'INC-1' } };

  test('a made-up place is refused', async () => {
    for (const place of places) {
      const { status, body } = await list(operation, { cursor: encodeCursor(listing, place) });
      expect([place, status, body.errors?.[0]?.path]).toEqual([place, 400, 'cursor']);
    }
  });
});

test('the deliveries behind the last one are an empty list, and those of another incident need their own cursor', async () => {
  const listing: Listing = { list: 'incident-deliveries', filters: { incidentId: 'INC-1' } };
  expect((await list('listIncidentDeliveries', { cursor: encodeCursor(listing, 999) })).body.items).toEqual([]);
  const first = await list('listIncidentDeliveries', { limit: '2' });
  const query = { cursor: first.body.nextCursor };
  const other = await callApi(api, 'listIncidentDeliveries', { params: { incidentId: 'INC-2' }, query });
  expect(other.status).toBe(400);
});
