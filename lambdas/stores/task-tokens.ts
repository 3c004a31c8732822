import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { TaskTokens } from '../core/escalation/ports.ts';
import { HOUR } from '../core/time.ts';
import { inSeconds } from './page-item.ts';

const keyOf = (pageId: string) => ({ pk: `PAGE#${pageId}`, sk: 'WATCH' });

/** Beside the page and not in it: tokens are up to 1 KB, and every write of a page is billed by its size. */
export function createTaskTokens(client: DynamoDBDocumentClient, table: string): TaskTokens {
  return {
    async put(pageId, token, until) {
      const Item = { ...keyOf(pageId), token, expiresAt: inSeconds(until + HOUR) };
      await client.send(new PutCommand({ TableName: table, Item }));
    },
    async get(pageId) {
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: keyOf(pageId), ConsistentRead: true }),
      );
      return Item?.token as string | undefined;
    },
  };
}
