import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { NEW_PACE, type RateLimitState } from '../core/rate-limit/gcra.ts';
import type { RateLimitStore } from '../core/rate-limit/ports.ts';
import { fieldsOf } from '../core/versions.ts';
import { ifConditionHolds } from './conditional.ts';
import { putKnownFields } from './known-fields.ts';

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
    async save(sender, before, after) {
      const unmoved =
        before.version === 0
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : { ConditionExpression: 'version = :before', ExpressionAttributeValues: { ':before': before.version } };
      const target = { TableName: table, Key: keyOf(sender) };
      const held = await ifConditionHolds(() => client.send(putKnownFields(target, FIELDS, after, unmoved)));
      return held ? 'saved' : 'conflict';
    },
  };
}
