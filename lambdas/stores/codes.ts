import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../core/clock.ts';
import type { CodeStore } from '../core/page/ports.ts';
import { ifConditionHolds } from './conditional.ts';
import { inSeconds } from './page-item.ts';
import { phonePartition, phonePartitions, queryPhone } from './phone.ts';

/** Reply codes under the phone they are unique on: also how an answer by text finds its page (ADR 1). */
export function createCodeStore(client: DynamoDBDocumentClient, table: string, clock: Clock): CodeStore {
  /** Whether another page holds the code under an older key of the phone; nothing is written there any more (ADR 16). */
  async function isHeldByOlderKey(phone: string, code: string, pageId: string): Promise<boolean> {
    for (const pk of phonePartitions(phone).slice(1)) {
      const request = { TableName: table, Key: { pk, sk: `CODE#${code}` }, ConsistentRead: true };
      const { Item } = await client.send(new GetCommand(request));
      if (Item && Item.pageId !== pageId && Number(Item.expiresAt) >= inSeconds(clock.now())) return true;
    }
    return false;
  }

  return {
    async reserve(phone, code, pageId, expiresAt) {
      if (await isHeldByOlderKey(phone, code, pageId)) return false;
      return ifConditionHolds(() =>
        client.send(
          new PutCommand({
            TableName: table,
            Item: { pk: phonePartition(phone), sk: `CODE#${code}`, pageId, expiresAt: inSeconds(expiresAt) },
            // TTL deletes late, so an expired reservation counts as free.
            ConditionExpression: 'attribute_not_exists(pk) OR pageId = :page OR expiresAt < :now',
            ExpressionAttributeValues: { ':page': pageId, ':now': inSeconds(clock.now()) },
          }),
        ),
      );
    },

    async ofPhone(phone) {
      const now = inSeconds(clock.now());
      const items = await queryPhone(client, table, phone, 'CODE#');
      const live = items.filter(({ expiresAt }) => Number(expiresAt) >= now);
      return [...new Set(live.map(({ pageId }) => String(pageId)))];
    },
  };
}
