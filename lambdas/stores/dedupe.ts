import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock, DedupeStore } from '../core/ports.ts';
import { FIXED } from '../core/rules.ts';
import { whenHeld } from './conditional.ts';
import { inSeconds } from './page-item.ts';

/** One item per incident, recipient, type and level: which page takes up repeated dispatches. */
export function createDedupeStore(client: DynamoDBDocumentClient, table: string, clock: Clock): DedupeStore {
  const keyOf = (key: string) => ({ pk: `DEDUPE#${key}`, sk: 'DEDUPE' });
  const write = (key: string, pageId: string, condition: object = {}) => {
    const Item = { ...keyOf(key), pageId, expiresAt: inSeconds(clock.now() + FIXED.retention) };
    return client.send(new PutCommand({ TableName: table, Item, ...condition }));
  };
  const holder = async (key: string): Promise<string | undefined> => {
    const { Item } = await client.send(new GetCommand({ TableName: table, Key: keyOf(key), ConsistentRead: true }));
    return Item?.pageId as string | undefined;
  };

  async function claim(key: string, pageId: string): Promise<string> {
    const absent = { ConditionExpression: 'attribute_not_exists(pk)' };
    if (await whenHeld(() => write(key, pageId, absent))) return pageId;
    // Gone between the two only by expiry; then it is free.
    return (await holder(key)) ?? claim(key, pageId);
  }

  return {
    claim,
    async replace(key, closedPageId, pageId) {
      const condition = {
        ConditionExpression: 'pageId = :closed',
        ExpressionAttributeValues: { ':closed': closedPageId },
      };
      if (await whenHeld(() => write(key, pageId, condition))) return pageId;
      return (await holder(key)) ?? claim(key, pageId);
    },
    async put(key, pageId) {
      await write(key, pageId);
    },
  };
}
