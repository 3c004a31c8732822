import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { FIXED } from '../core/rules.ts';
import type { HoldItem, HoldStore } from '../core/suppression/ports.ts';
import { putKnownFields } from './known-fields.ts';
import { inSeconds } from './page-item.ts';
import { queryAll } from './query-all.ts';

/** A storm in a maintenance window writes to as many partitions at once. */
const SHARDS = 4;
const partition = (shard: number) => `HOLDS#${shard}`;
const shardOf = (recipientId: string) =>
  [...recipientId].reduce((hash, character) => (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0, 7) % SHARDS;

/** Ids of recipients hold no `#`, those of pages neither. */
const keyOf = ({ recipientId, pageId }: Pick<HoldItem, 'recipientId' | 'pageId'>) => ({
  pk: partition(shardOf(recipientId)),
  sk: `${recipientId}#${pageId}`,
});

/** Holds in the table of ADR 1 (ADR 12). */
export function createHoldStore(client: DynamoDBDocumentClient, table: string): HoldStore {
  async function query(shard: number, under: string, consistent: boolean): Promise<HoldItem[]> {
    const items = await queryAll(client, {
      TableName: table,
      KeyConditionExpression: under === '' ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :under)',
      ExpressionAttributeValues: { ':pk': partition(shard), ...(under !== '' && { ':under': under }) },
      ConsistentRead: consistent,
    });
    return items.map(fromItem);
  }

  return {
    async put(hold) {
      const values = { until: hold.until, expiresAt: inSeconds(hold.until + FIXED.retention) };
      await client.send(putKnownFields({ TableName: table, Key: keyOf(hold) }, ['until', 'expiresAt'], values));
    },
    async remove(hold) {
      await client.send(new DeleteCommand({ TableName: table, Key: keyOf(hold) }));
    },
    ofRecipient: (recipientId) => query(shardOf(recipientId), `${recipientId}#`, true),
    async list({ consistent } = { consistent: false }) {
      const shards = await Promise.all(Array.from({ length: SHARDS }, (_, shard) => query(shard, '', consistent)));
      return shards.flat();
    },
  };
}

function fromItem({ sk, until }: Record<string, unknown>): HoldItem {
  const [recipientId = '', pageId = ''] = (sk as string).split('#');
  return { recipientId, pageId, until: until as number };
}
