import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { AwaitedReceipts, ReceiptCheck } from '../core/receipts/ports.ts';
import { DAY } from '../core/time.ts';
import { inSeconds } from './page-item.ts';
import { queryAll } from './query-all.ts';

const PARTITION = 'AWAITED';

/** Few items, because only messages without an answer after five minutes get here: one partition is enough. */
export function createAwaitedReceipts(client: DynamoDBDocumentClient, table: string): AwaitedReceipts {
  return {
    async add(check, since) {
      const Item = { pk: PARTITION, sk: check.ref, check, since, expiresAt: inSeconds(since + 2 * DAY) };
      await client.send(new PutCommand({ TableName: table, Item }));
    },
    async list() {
      const items = await queryAll(client, {
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': PARTITION },
      });
      return items.map(({ check, since }) => ({ check: check as ReceiptCheck, since: since as number }));
    },
    async remove(ref) {
      await client.send(new DeleteCommand({ TableName: table, Key: { pk: PARTITION, sk: ref } }));
    },
  };
}
