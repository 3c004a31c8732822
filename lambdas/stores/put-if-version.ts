import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ifConditionHolds } from './conditional.ts';
import { putKnownFields, type Target } from './known-fields.ts';

/** The condition of a write that was decided on this version of an item; version 0 is an item that is not there. */
export const atVersion = (version: number) =>
  version === 0
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : { ConditionExpression: 'version = :expected', ExpressionAttributeValues: { ':expected': version } };

/** Makes the known fields of an item what they are in `values` (ADR 18), if it is still at the version that was read. */
export async function putIfVersion<K extends string>(
  client: DynamoDBDocumentClient,
  target: Target,
  known: readonly K[],
  values: Partial<Record<K, unknown>>,
  expected: number,
): Promise<'saved' | 'conflict'> {
  const put = putKnownFields(target, known, values, atVersion(expected));
  return (await ifConditionHolds(() => client.send(put))) ? 'saved' : 'conflict';
}
