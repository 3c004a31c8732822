import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Cap } from '../core/verification/caps.ts';
import type { CapStore } from '../core/verification/ports.ts';
import { ifConditionHolds } from './conditional.ts';
import { inSeconds } from './page-item.ts';

/** One counter item per cap and stretch of time: one conditional write per count, no read (ADR 1). */
export function createCapStore(client: DynamoDBDocumentClient, table: string): CapStore {
  const add = ({ key, from, until }: Cap, by: number, condition: string, value: number) =>
    ifConditionHolds(() =>
      client.send(
        new UpdateCommand({
          TableName: table,
          Key: { pk: `CAP#${key}`, sk: new Date(from).toISOString() },
          UpdateExpression: 'SET expiresAt = :until ADD taken :by',
          ConditionExpression: condition,
          ExpressionAttributeValues: { ':by': by, ':value': value, ':until': inSeconds(until) },
        }),
      ),
    );
  return {
    take: (cap) => add(cap, 1, 'attribute_not_exists(taken) OR taken < :value', cap.max),
    async giveBack(cap) {
      await add(cap, -1, 'taken > :value', 0);
    },
  };
}
