import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../core/clock.ts';
import type { DedupeEntry, DedupeStore } from '../core/page/ports.ts';
import { FIXED } from '../core/rules.ts';
import { ifConditionHolds } from './conditional.ts';
import { inSeconds } from './page-item.ts';

/**
 * One item per incident, recipient, type and level: which page takes up repeated dispatches, and which quieter pages it
 * has to stop (ADR 15).
 */
export function createDedupeStore(client: DynamoDBDocumentClient, table: string, clock: Clock): DedupeStore {
  const keyOf = (key: string) => ({ pk: `DEDUPE#${key}`, sk: 'DEDUPE' });
  const write = (key: string, { pageId, over }: DedupeEntry, condition: object) => {
    const expiresAt = inSeconds(clock.now() + FIXED.retention);
    const Item = { ...keyOf(key), pageId, ...(over.length > 0 && { over }), expiresAt };
    return client.send(new PutCommand({ TableName: table, Item, ...condition }));
  };
  const read = async (key: string): Promise<DedupeEntry | undefined> => {
    const { Item } = await client.send(new GetCommand({ TableName: table, Key: keyOf(key), ConsistentRead: true }));
    return Item && { pageId: Item.pageId as string, over: (Item.over ?? []) as string[] };
  };

  async function claim(key: string, pageId: string): Promise<DedupeEntry> {
    const entry = { pageId, over: [] };
    const absent = { ConditionExpression: 'attribute_not_exists(pk)' };
    if (await ifConditionHolds(() => write(key, entry, absent))) return entry;
    // Gone between the two only by expiry; then it is free.
    return (await read(key)) ?? claim(key, pageId);
  }

  return {
    claim,

    async replace(key, from, to) {
      const condition = { ConditionExpression: 'pageId = :from', ExpressionAttributeValues: { ':from': from } };
      if (await ifConditionHolds(() => write(key, to, condition))) return to;
      return (await read(key)) ?? claim(key, to.pageId);
    },

    async settle(key, pageId) {
      const update = new UpdateCommand({
        TableName: table,
        Key: keyOf(key),
        UpdateExpression: 'REMOVE #over',
        ConditionExpression: 'pageId = :page',
        ExpressionAttributeNames: { '#over': 'over' },
        ExpressionAttributeValues: { ':page': pageId },
      });
      await ifConditionHolds(() => client.send(update));
    },
  };
}
