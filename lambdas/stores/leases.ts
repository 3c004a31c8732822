import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { CallLines, Leases, RunLeases } from '../core/ports.ts';
import { whenHeld } from './conditional.ts';
import { inSeconds } from './page-item.ts';

/** One item for each lease, under the key that its name gives. */
function createLeases(
  client: DynamoDBDocumentClient,
  table: string,
  keyOf: (name: string) => { pk: string; sk: string },
): Leases {
  return {
    take(name, holder, now, until) {
      return whenHeld(() =>
        client.send(
          new PutCommand({
            TableName: table,
            Item: { ...keyOf(name), holder, until, expiresAt: inSeconds(until) },
            ConditionExpression: 'attribute_not_exists(pk) OR holder = :holder OR #until <= :now',
            ExpressionAttributeNames: { '#until': 'until' },
            ExpressionAttributeValues: { ':holder': holder, ':now': now },
          }),
        ),
      );
    },
    async free(name, holder) {
      await whenHeld(() =>
        client.send(
          new DeleteCommand({
            TableName: table,
            Key: keyOf(name),
            ConditionExpression: 'holder = :holder',
            ExpressionAttributeValues: { ':holder': holder },
          }),
        ),
      );
    },
  };
}

/** The lease of a phone's line, held by a call. */
export const createCallLines = (client: DynamoDBDocumentClient, table: string): CallLines =>
  createLeases(client, table, (phone) => ({ pk: `PHONE#${phone}`, sk: 'CALL' }));

/** The lease of a scheduled run, held by one invocation. */
export const createRunLeases = (client: DynamoDBDocumentClient, table: string): RunLeases =>
  createLeases(client, table, (run) => ({ pk: `RUN#${run}`, sk: 'LEASE' }));
