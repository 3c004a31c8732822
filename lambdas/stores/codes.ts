import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock, CodeStore } from '../core/ports.ts';
import { whenHeld } from './conditional.ts';
import { inSeconds } from './page-item.ts';
import { queryPhone } from './phone.ts';

/** Reply codes under the phone they are unique on: also how an answer by text finds its page (ADR 1). */
export function createCodeStore(client: DynamoDBDocumentClient, table: string, clock: Clock): CodeStore {
  return {
    reserve: (phone, code, pageId, expiresAt) =>
      whenHeld(() =>
        client.send(
          new PutCommand({
            TableName: table,
            Item: { pk: `PHONE#${phone}`, sk: `CODE#${code}`, pageId, expiresAt: inSeconds(expiresAt) },
            // TTL deletes late, so an expired reservation counts as free.
            ConditionExpression: 'attribute_not_exists(pk) OR pageId = :page OR expiresAt < :now',
            ExpressionAttributeValues: { ':page': pageId, ':now': inSeconds(clock.now()) },
          }),
        ),
      ),

    async ofPhone(phone) {
      const now = inSeconds(clock.now());
      const items = await queryPhone(client, table, phone, 'CODE#');
      return items.filter(({ expiresAt }) => Number(expiresAt) >= now).map(({ pageId }) => pageId as string);
    },
  };
}
