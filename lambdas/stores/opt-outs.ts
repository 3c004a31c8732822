import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { OptOutStore } from '../core/ports.ts';
import { FIXED } from '../core/rules.ts';
import { inSeconds } from './page-item.ts';

/** How long it is remembered that there is nothing more to tell. */
const DONE_FOR = 3_600_000;

/** Numbers that opted out, under the number itself, so that it holds for whoever has it next (ADR 1). Kept for good. */
export function createOptOutStore(client: DynamoDBDocumentClient, table: string): OptOutStore {
  const keyOf = (phone: string) => ({ pk: `PHONE#${phone}`, sk: 'STOP' });
  const newsKeyOf = (phone: string) => ({ pk: `PHONE#${phone}`, sk: 'STOP_NEWS' });
  const get = async (Key: object) => {
    const { Item } = await client.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }));
    return Item;
  };
  const put = (Item: Record<string, unknown>) => client.send(new PutCommand({ TableName: table, Item }));

  return {
    has: async (phone) => (await get(keyOf(phone))) !== undefined,
    async add(phone, at, from) {
      await put({ ...keyOf(phone), at, from });
    },
    async begin(phone, change, at) {
      await put({ ...newsKeyOf(phone), change, expiresAt: inSeconds(at + FIXED.retention) });
    },
    untold: async (phone) => (await get(newsKeyOf(phone)))?.change,
    // Not deleted: the workers, which do this too, may delete nothing.
    async finish(phone, at) {
      await put({ ...newsKeyOf(phone), expiresAt: inSeconds(at + DONE_FOR) });
    },
    async remove(phone) {
      await client.send(new DeleteCommand({ TableName: table, Key: keyOf(phone) }));
    },
  };
}
