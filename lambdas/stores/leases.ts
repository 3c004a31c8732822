import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Leases, RunLeases } from '../core/lease/ports.ts';
import type { PhoneLocks } from '../core/rate-limit/ports.ts';
import { ifConditionHolds } from './conditional.ts';
import { inSeconds } from './page-item.ts';
import { phonePartitions } from './phone.ts';

interface LeaseKey {
  pk: string;
  sk: string;
}

/**
 * One item for each lease.
 * @param keysOf the key of a lease by its name; behind it, keys that it was taken under by an older version
 */
function createLeases(
  client: DynamoDBDocumentClient,
  table: string,
  keysOf: (name: string) => [LeaseKey, ...LeaseKey[]],
): Leases {
  async function isTakenByOlderKey(name: string, holder: string, now: number): Promise<boolean> {
    for (const Key of keysOf(name).slice(1)) {
      const { Item } = await client.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }));
      if (Item && Item.holder !== holder && Number(Item.until) > now) return true;
    }
    return false;
  }

  return {
    async take(name, holder, now, until) {
      if (await isTakenByOlderKey(name, holder, now)) return false;
      const [key] = keysOf(name);
      return ifConditionHolds(() =>
        client.send(
          new PutCommand({
            TableName: table,
            Item: { ...key, holder, until, expiresAt: inSeconds(until) },
            ConditionExpression: 'attribute_not_exists(pk) OR holder = :holder OR #until <= :now',
            ExpressionAttributeNames: { '#until': 'until' },
            ExpressionAttributeValues: { ':holder': holder, ':now': now },
          }),
        ),
      );
    },
    async free(name, holder) {
      for (const Key of keysOf(name)) {
        await ifConditionHolds(() =>
          client.send(
            new DeleteCommand({
              TableName: table,
              Key,
              ConditionExpression: 'holder = :holder',
              ExpressionAttributeValues: { ':holder': holder },
            }),
          ),
        );
      }
    },
  };
}

/** The lease of a phone's line, held by a call. */
export const createPhoneLocks = (client: DynamoDBDocumentClient, table: string): PhoneLocks =>
  createLeases(client, table, (phone) => {
    const [first, ...older] = phonePartitions(phone);
    return [{ pk: first, sk: 'CALL' }, ...older.map((pk) => ({ pk, sk: 'CALL' }))];
  });

/** The lease of a scheduled run, held by one invocation. */
export const createRunLeases = (client: DynamoDBDocumentClient, table: string): RunLeases =>
  createLeases(client, table, (run) => [{ pk: `RUN#${run}`, sk: 'LEASE' }]);
