import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { HealthSnapshot } from '../core/health/health.ts';
import type { HealthStore } from '../core/health/ports.ts';
import { ifConditionHolds } from './conditional.ts';

const KEY = { pk: 'HEALTH', sk: 'SNAPSHOT' };

/** The one snapshot of the health checks, in the table of ADR 1. */
export function createHealthStore(client: DynamoDBDocumentClient, table: string): HealthStore {
  return {
    async read() {
      const { Item } = await client.send(new GetCommand({ TableName: table, Key: KEY }));
      if (!Item) return undefined;
      const { pk: _, sk: __, ...snapshot } = Item;
      return snapshot as HealthSnapshot;
    },

    async write(snapshot) {
      await ifConditionHolds(() =>
        client.send(
          new PutCommand({
            TableName: table,
            Item: { ...KEY, ...snapshot },
            // Checks may overtake each other; the later one stays.
            ConditionExpression: 'attribute_not_exists(pk) OR #at < :at',
            ExpressionAttributeNames: { '#at': 'at' },
            ExpressionAttributeValues: { ':at': snapshot.at },
          }),
        ),
      );
    },
  };
}
