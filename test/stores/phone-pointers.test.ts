import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DeleteCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Recipient } from '../../lambdas/core/recipient/recipient.ts';
import { createCodeStore } from '../../lambdas/stores/codes.ts';
import { createPhoneLocks } from '../../lambdas/stores/leases.ts';
import { createOptOutStore } from '../../lambdas/stores/opt-outs.ts';
import { createRecipientStore } from '../../lambdas/stores/recipients.ts';
import { startTable, TABLE } from '../support/dynalite.ts';
import { T0 } from '../support/pages.ts';

let table: Awaited<ReturnType<typeof startTable>>;
beforeAll(async () => {
  table = await startTable();
});
afterAll(() => table.stop());

/** A client whose process dies before its call number `at`, counted from 1; every call after that fails too. */
function dying(client: DynamoDBDocumentClient, at: number): DynamoDBDocumentClient {
  let calls = 0;
  const send = (...args: [never]) => (++calls < at ? client.send(...args) : Promise.reject(new Error('died')));
  return { send } as unknown as DynamoDBDocumentClient;
}

test('wherever writers die, every phone and every Slack user leads to whoever has it', async () => {
  let run = 0;
  const which = fc.constantFrom(0, 1, undefined);
  const change = fc.record({ phone: which, slack: which, gone: fc.boolean(), dies: fc.integer({ min: 1, max: 7 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
      const id = `usr_${++run}`;
      // Phones and users of its own, or every run would look through the people of all runs before.
      const phones = [`+1415556${1_000 + 2 * run}`, `+1415556${1_001 + 2 * run}`];
      const users = [`U${run}A`, `U${run}B`];
      const sound = createRecipientStore(table.client, TABLE);
      for (const [n, { phone, slack, gone, dies }] of changes.entries()) {
        const frail = createRecipientStore(dying(table.client, dies), TABLE);
        const version = (await sound.get(id))?.version ?? 0;
        const user = slack === undefined ? undefined : users[slack];
        const to = phone === undefined ? undefined : phones[phone];
        const next = { ...recipient(id, to, version + 1, T0 + n), ...(user !== undefined && { slackUserId: user }) };
        await (gone && version > 0 ? frail.delete(id, version) : frail.put(next, version)).catch(() => {});
        const stored = await sound.get(id);
        for (const one of phones) expect(mine(await sound.byPhone(one))).toEqual(stored?.phone === one ? [stored] : []);
        for (const one of users) {
          expect(mine(await sound.bySlackUser(one))).toEqual(stored?.slackUserId === one ? [stored] : []);
        }
      }
      function mine(found: Recipient[]): Recipient[] {
        return found.filter((one) => one.id === id);
      }
    }),
    { numRuns: 60 },
  );
});

test('a writer that is slow to clear up takes nothing away that was written since', async () => {
  const [phone, other] = ['+14155550133', '+14155550134'];
  const sound = createRecipientStore(table.client, TABLE);
  await sound.put(recipient('usr_back', phone, 1, T0), 0);
  // The slow one moves the person away, and clears up only after somebody else has moved them back.
  let resume = () => {};
  const paused = new Promise<void>((resolve) => {
    resume = resolve;
  });
  const send = async (command: { constructor: { name: string } }) => {
    if (command.constructor.name === 'DeleteCommand') await paused;
    return table.client.send(command as never);
  };
  const slow = createRecipientStore({ send } as unknown as DynamoDBDocumentClient, TABLE);
  const moving = slow.put(recipient('usr_back', other, 2, T0 + 1), 1);
  await vi.waitFor(async () => expect((await sound.get('usr_back'))?.version).toBe(2));
  expect(await sound.put(recipient('usr_back', phone, 3, T0 + 2), 2)).toBe('saved');
  resume();
  await moving;
  expect((await sound.byPhone(phone)).map(({ id }) => id)).toEqual(['usr_back']);
});

test('who is deleted, or has another number or no Slack user any more, leaves no trace under the old one', async () => {
  const recipients = createRecipientStore(table.client, TABLE);
  const phone = '+14155550177';
  const slackUserId = 'U0177';
  await recipients.put({ ...recipient('usr_gone', phone, 1, T0), slackUserId }, 0);
  await recipients.put({ ...recipient('usr_moved', phone, 1, T0), slackUserId }, 0);
  await recipients.put(recipient('usr_moved', '+14155550178', 2, T0 + 1), 1);
  await recipients.delete('usr_gone', 1);
  const { Items = [] } = await table.client.send(new ScanCommand({ TableName: TABLE }));
  expect(Items.filter(({ pk }) => pk === `PHONE#${phone}` || pk === `SLACK#${slackUserId}`)).toEqual([]);
});

/**
 * Rows from when each item was keyed by the number as given (ADR 16): one person of Mexico and one of Argentina, stored
 * by the way that is not the key of today.
 */
describe.each([
  ['+5215562000001', '+525562000001'],
  ['+541123450001', '+5491123450001'],
])('what was written under %s before it was keyed by the phone', (given, other) => {
  const NOW = T0 + 1_000;
  const later = T0 + 3_600_000;
  const seconds = (ms: number) => Math.floor(ms / 1_000);
  const put = (item: object) =>
    table.client.send(new PutCommand({ TableName: TABLE, Item: { pk: `PHONE#${given}`, ...item } }));
  const left = async () => {
    const { Items = [] } = await table.client.send(new ScanCommand({ TableName: TABLE }));
    return Items.filter(({ pk }) => pk === `PHONE#${given}` || pk === `PHONE#${other}`).map(({ sk }) => String(sk));
  };

  test('a pointer leads to its person by either way, and is gone with the person', async () => {
    const recipients = createRecipientStore(table.client, TABLE);
    const id = `usr_old${given.slice(1)}`;
    const person = recipient(id, given, 1, T0);
    await recipients.put(person, 0);
    await table.client.send(
      new DeleteCommand({ TableName: TABLE, Key: { pk: `PHONE#${other}`, sk: `RECIPIENT#${id}` } }),
    );
    await put({ sk: `RECIPIENT#${id}`, stamp: `1@${T0}` });
    for (const way of [given, other]) expect(await recipients.byPhone(way)).toEqual([person]);
    await recipients.delete(id, 1);
    expect((await left()).filter((sk) => sk.startsWith('RECIPIENT#'))).toEqual([]);
  });

  test('a code leads to its page by either way, and no other page gets it while it is held', async () => {
    const clock = { now: () => NOW };
    const codes = createCodeStore(table.client, TABLE, clock);
    await put({ sk: 'CODE#7K3', pageId: 'pg_old', expiresAt: seconds(later) });
    await put({ sk: 'CODE#9FG', pageId: 'pg_expired', expiresAt: seconds(T0 - 5_000) });
    for (const way of [given, other]) {
      expect(await codes.ofPhone(way)).toEqual(['pg_old']);
      expect(await codes.reserve(way, '7K3', 'pg_new', later)).toBe(false);
    }
    expect(await codes.reserve(other, '9FG', 'pg_new', later)).toBe(true);
    expect(await codes.reserve(other, '7K3', 'pg_old', later)).toBe(true);
    expect((await codes.ofPhone(given)).sort()).toEqual(['pg_new', 'pg_old']);
  });

  test('an opt-out holds by either way and ends by either way, and what was begun is told to its end', async () => {
    const optOuts = createOptOutStore(table.client, TABLE);
    await put({ sk: 'STOP', at: T0, from: 'person' });
    await put({ sk: 'STOP_NEWS', change: 'suppressed', expiresAt: seconds(later) });
    for (const way of [given, other]) {
      expect([await optOuts.has(way), await optOuts.untold(way)]).toEqual([true, 'suppressed']);
    }
    await optOuts.finish(other, T0);
    await optOuts.remove(other);
    for (const way of [given, other]) {
      expect([await optOuts.has(way), await optOuts.untold(way)]).toEqual([false, undefined]);
    }
  });

  test('a call keeps the line by either way until it ends', async () => {
    const lines = createPhoneLocks(table.client, TABLE);
    await put({ sk: 'CALL', holder: 'old', until: later, expiresAt: seconds(later) });
    for (const way of [given, other]) expect(await lines.take(way, 'new', NOW, later)).toBe(false);
    await lines.free(other, 'old');
    expect(await lines.take(other, 'new', NOW, later)).toBe(true);
    expect(await lines.take(given, 'third', NOW, later)).toBe(false);
  });
});

const recipient = (id: string, phone: string | undefined, version: number, updatedAt: number): Recipient => ({
  id,
  name: 'N',
  ...(phone !== undefined && { phone }),
  phoneVerified: phone !== undefined,
  smsSuppressed: false,
  preferences: [],
  version,
  updatedAt,
});
