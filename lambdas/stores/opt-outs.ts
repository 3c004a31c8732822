import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { OptOutStore } from '../core/ports.ts';

/** Numbers that opted out, under the number itself, so that it holds for whoever has it next (ADR 1). Kept for good. */
export function createOptOutStore(client: DynamoDBDocumentClient, table: string): OptOutStore {
  const keyOf = (phone: string) => ({ pk: `PHONE#${phone}`, sk: 'STOP' });
  return {
    async has(phone) {
      const { Item } = await client.send(new GetCommand({ TableName: table, Key: keyOf(phone), ConsistentRead: true }));
      return Item !== undefined;
    },
    async add(phone, at, from) {
      await client.send(new PutCommand({ TableName: table, Item: { ...keyOf(phone), at, from } }));
    },
    async remove(phone) {
      await client.send(new DeleteCommand({ TableName: table, Key: keyOf(phone) }));
    },
  };
}
