import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { CallLines } from '../core/ports.ts';
import { whenHeld } from './conditional.ts';
import { inSeconds } from './page-item.ts';

const keyOf = (phone: string) => ({ pk: `PHONE#${phone}`, sk: 'CALL' });

/** Whose call is on a phone's line. */
export function createCallLines(client: DynamoDBDocumentClient, table: string): CallLines {
  return {
    take(phone, holder, now, until) {
      return whenHeld(() =>
        client.send(
          new PutCommand({
            TableName: table,
            Item: { ...keyOf(phone), holder, until, expiresAt: inSeconds(until) },
            ConditionExpression: 'attribute_not_exists(pk) OR holder = :holder OR #until <= :now',
            ExpressionAttributeNames: { '#until': 'until' },
            ExpressionAttributeValues: { ':holder': holder, ':now': now },
          }),
        ),
      );
    },
    async free(phone, holder) {
      await whenHeld(() =>
        client.send(
          new DeleteCommand({
            TableName: table,
            Key: keyOf(phone),
            ConditionExpression: 'holder = :holder',
            ExpressionAttributeValues: { ':holder': holder },
          }),
        ),
      );
    },
  };
}
