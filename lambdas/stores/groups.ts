import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { isInterruptive } from '../core/page/kind.ts';
import { CHANNELS, type Channel } from '../core/page/page.ts';
import { FIXED } from '../core/rules.ts';
import type { GroupName, GroupStore, Member, Slot } from '../core/suppression/groups.ts';
import { HOUR } from '../core/time.ts';
import { ifConditionHolds } from './conditional.ts';
import { inSeconds } from './page-item.ts';

/** What is older counts for nothing. Taken away when there are so many, since it costs a write of its own. */
const STALE_ENOUGH = 8;
/** An update expression has 4 KB at most. */
const BATCH = 50;

const groupKey = ({ recipientId, group }: GroupName) => ({ pk: `GROUP#${recipientId}`, sk: group });
const slotKey = ({ recipientId, group }: GroupName, channel: Channel) => ({
  pk: `GROUP#${recipientId}`,
  sk: `${group}#${channel}`,
});
const listedKey = (pageId: string) => ({ pk: `PAGE#${pageId}`, sk: 'LISTED' });

/** Groups in the table of ADR 1 (ADR 12). A member is an attribute: its page's id, with when it began and on which interruptive channels. */
export function createGroupStore(client: DynamoDBDocumentClient, table: string): GroupStore {
  async function update(name: GroupName, members: readonly Member[]): Promise<Record<string, unknown>> {
    const latest = Math.max(...members.map(({ at }) => at));
    const sets = members.map((_, i) => `#m${i} = if_not_exists(#m${i}, :m${i})`);
    const { Attributes = {} } = await client.send(
      new UpdateCommand({
        TableName: table,
        Key: groupKey(name),
        UpdateExpression: `SET ${sets.join(', ')}, expiresAt = :expires`,
        ExpressionAttributeNames: Object.fromEntries(members.map(({ pageId }, i) => [`#m${i}`, pageId])),
        ExpressionAttributeValues: {
          ':expires': inSeconds(latest + FIXED.codeLifetime),
          ...Object.fromEntries(members.map((member, i) => [`:m${i}`, pack(member)])),
        },
        ReturnValues: 'ALL_NEW',
      }),
    );
    return Attributes;
  }

  /** Best effort: if pruning fails, the next join prunes again. */
  async function forget(name: GroupName, stale: readonly Member[]): Promise<void> {
    const some = stale.slice(0, BATCH);
    await client.send(
      new UpdateCommand({
        TableName: table,
        Key: groupKey(name),
        UpdateExpression: `REMOVE ${some.map((_, i) => `#m${i}`).join(', ')}`,
        ExpressionAttributeNames: Object.fromEntries(some.map(({ pageId }, i) => [`#m${i}`, pageId])),
      }),
    );
  }

  return {
    async join(name, members) {
      let item: Record<string, unknown> = {};
      for (let i = 0; i < members.length; i += BATCH) item = await update(name, members.slice(i, i + BATCH));
      const all = unpack(item);
      const horizon = Math.max(...members.map(({ at }) => at)) - HOUR;
      const stale = all.filter(({ at }) => at < horizon);
      if (stale.length >= STALE_ENOUGH) await forget(name, stale);
      return all.filter(({ at }) => at >= horizon);
    },

    async members(name) {
      const request = { TableName: table, Key: groupKey(name), ConsistentRead: true };
      const { Item = {} } = await client.send(new GetCommand(request));
      return unpack(Item);
    },

    async slot(name, channel) {
      const request = { TableName: table, Key: slotKey(name, channel), ConsistentRead: true };
      const { Item } = await client.send(new GetCommand(request));
      if (!Item) return undefined;
      const { carrier, round, at, listed } = Item as unknown as Slot;
      return { carrier, round, at, listed };
    },

    async take(name, channel, seen, slot) {
      const expiresAt = inSeconds(slot.at + FIXED.codeLifetime);
      const free = seen
        ? {
            ConditionExpression: 'carrier = :carrier AND #at = :at',
            ExpressionAttributeNames: { '#at': 'at' },
            ExpressionAttributeValues: { ':carrier': seen.carrier, ':at': seen.at },
          }
        : { ConditionExpression: 'attribute_not_exists(pk)' };
      const Item = { ...slotKey(name, channel), ...slot, expiresAt };
      return ifConditionHolds(() => client.send(new PutCommand({ TableName: table, Item, ...free })));
    },

    async list(carrier, listed, now) {
      await client.send(
        new UpdateCommand({
          TableName: table,
          Key: listedKey(carrier),
          UpdateExpression: 'ADD ids :ids SET expiresAt = if_not_exists(expiresAt, :expires)',
          ExpressionAttributeValues: {
            ':ids': new Set(listed),
            // Links and buttons work for as long.
            ':expires': inSeconds(now + FIXED.retention),
          },
        }),
      );
    },

    async listed(carrier) {
      const request = { TableName: table, Key: listedKey(carrier), ConsistentRead: true };
      const { Item } = await client.send(new GetCommand(request));
      return [...((Item?.ids as Set<string> | undefined) ?? [])];
    },
  };
}

/** `1763784000000`, with the first letters of interruptive channels behind it. */
const pack = ({ at, interruptive }: Member): string => `${at}${interruptive.map(([initial]) => initial).join('')}`;

function unpack(item: Record<string, unknown>): Member[] {
  return Object.entries(item).flatMap(([pageId, value]) => {
    const [, at, letters = ''] = (pageId.startsWith('pg_') && /^(\d+)([a-z]*)$/.exec(String(value))) || [];
    if (at === undefined) return [];
    return [
      {
        pageId,
        at: Number(at),
        interruptive: INTERRUPTIVE.filter(([initial]) => initial && letters.includes(initial)),
      },
    ];
  });
}

/** No two of them begin alike. */
const INTERRUPTIVE = CHANNELS.filter(isInterruptive);
