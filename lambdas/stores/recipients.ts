import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DeleteCommand, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { RecipientStore } from '../core/ports.ts';
import type { Recipient } from '../core/recipient.ts';
import { whenHeld } from './conditional.ts';

/** Recipients are spread over this many partitions, so that the list needs no index and no scan (ADR 1). */
const SHARDS = 8;
const partition = (shard: number) => `RECIPIENTS#${shard}`;

const keyOf = (id: string) => {
  const sum = [...id].reduce((hash, character) => (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0, 7);
  return { pk: partition(sum % SHARDS), sk: id };
};

/** Recipients in the table of ADR 1. Writes are conditional on the version the caller saw. */
export function createRecipientStore(client: DynamoDBDocumentClient, table: string): RecipientStore {
  const atVersion = (expected: number) =>
    expected === 0
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : { ConditionExpression: 'version = :expected', ExpressionAttributeValues: { ':expected': expected } };

  return {
    async get(id) {
      const { Item } = await client.send(new GetCommand({ TableName: table, Key: keyOf(id), ConsistentRead: true }));
      return Item && fromItem(Item);
    },

    async put(recipient, expected) {
      const { id, ...fields } = recipient;
      const Item = { ...keyOf(id), ...fields };
      const held = await whenHeld(() =>
        client.send(new PutCommand({ TableName: table, Item, ...atVersion(expected) })),
      );
      return held ? 'saved' : 'conflict';
    },

    async delete(id, expected) {
      const request = { TableName: table, Key: keyOf(id), ...atVersion(expected) };
      return (await whenHeld(() => client.send(new DeleteCommand(request)))) ? 'deleted' : 'conflict';
    },

    async list(limit, after) {
      const shards = await Promise.all(Array.from({ length: SHARDS }, (_, shard) => ofShard(shard, limit, after)));
      return shards
        .flat()
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, limit);
    },
  };

  async function ofShard(shard: number, limit: number, after = ' '): Promise<Recipient[]> {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND sk > :after',
        ExpressionAttributeValues: { ':pk': partition(shard), ':after': after },
        Limit: limit,
      }),
    );
    return Items.map(fromItem);
  }
}

function fromItem({ pk: _, sk, ...fields }: Record<string, unknown>): Recipient {
  return { ...(fields as Omit<Recipient, 'id'>), id: sk as string };
}
