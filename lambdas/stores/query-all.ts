import { type DynamoDBDocumentClient, paginateQuery, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';

/** All items of a query, however many answers of 1 MB they take. */
export async function queryAll(
  client: DynamoDBDocumentClient,
  query: QueryCommandInput,
): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  for await (const { Items = [] } of paginateQuery({ client }, query)) found.push(...Items);
  return found;
}

/** All items of one partition whose sort key begins so. Sees every write answered before. */
export function queryUnder(
  client: DynamoDBDocumentClient,
  table: string,
  pk: string,
  kind: string,
): Promise<Record<string, unknown>[]> {
  return queryAll(client, {
    TableName: table,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :kind)',
    ExpressionAttributeValues: { ':pk': pk, ':kind': kind },
    ConsistentRead: true,
  });
}
