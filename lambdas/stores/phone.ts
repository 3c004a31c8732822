import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';

/**
 * Everything about one number lies under `PHONE#<e164>`: its codes, whose it is, whether it opted out (ADR 1). This is
 * one kind of it, all of it, and sees every write answered before.
 */
export const queryPhone = (
  client: DynamoDBDocumentClient,
  table: string,
  phone: string,
  kind: 'CODE#' | 'RECIPIENT#',
): Promise<Record<string, unknown>[]> => queryUnder(client, table, `PHONE#${phone}`, kind);

/** All items of one partition whose sort key begins so. Sees every write answered before. */
export async function queryUnder(
  client: DynamoDBDocumentClient,
  table: string,
  pk: string,
  kind: string,
): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :kind)',
        ExpressionAttributeValues: { ':pk': pk, ':kind': kind },
        ConsistentRead: true,
        ExclusiveStartKey,
      }),
    );
    found.push(...Items);
    ExclusiveStartKey = LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return found;
}
