import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { NEW_PACE, type RateLimitState } from '../core/rate-limit/gcra.ts';
import type { RateLimitStore } from '../core/rate-limit/ports.ts';
import { fieldsOf } from '../core/versions.ts';
import { putIfVersion } from './put-if-version.ts';

const FIELDS = fieldsOf<RateLimitState>({ nextAt: true, version: true });

/** One item per sender, every write conditional on the version it was decided on (ADR 1). */
export function createRateLimitStore(client: DynamoDBDocumentClient, table: string): RateLimitStore {
  const keyOf = (sender: string) => ({ pk: `SENDER#${sender}`, sk: 'PACE' });
  return {
    async get(sender) {
      const request = { TableName: table, Key: keyOf(sender), ConsistentRead: true };
      const { Item } = await client.send(new GetCommand(request));
      return Item ? ({ nextAt: Item.nextAt, version: Item.version } as RateLimitState) : NEW_PACE;
    },
    save: (sender, before, after) =>
      putIfVersion(client, { TableName: table, Key: keyOf(sender) }, FIELDS, after, before.version),
  };
}
