import { UpdateCommand } from '@aws-sdk/lib-dynamodb';

export interface Target {
  TableName: string;
  Key: Record<string, unknown>;
}

/** A condition as other commands take it; its names and values are not `#f0` or `:f0`. */
interface Condition {
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, unknown>;
}

/**
 * Makes the known fields of an item what they are in `values` and leaves all others as they are: what a newer version
 * keeps beside them survives a write by this one (ADR 18). An item that is not there is created. Costs what a put costs.
 * @param known every field that this version writes; one that `values` does not have is removed
 */
export function putKnownFields<K extends string>(
  { TableName, Key }: Target,
  known: readonly K[],
  values: Partial<Record<K, unknown>>,
  { ConditionExpression, ExpressionAttributeNames = {}, ExpressionAttributeValues = {} }: Condition = {},
) {
  const has = (field: K) => values[field] !== undefined;
  const name = (field: K) => `#f${known.indexOf(field)}`;
  const value = (field: K) => `:f${known.indexOf(field)}`;
  const [set, gone] = [known.filter(has), known.filter((field) => !has(field))];
  const sets = set.map((field) => `${name(field)} = ${value(field)}`);
  const removes = gone.length > 0 ? ` REMOVE ${gone.map(name).join(', ')}` : '';
  return new UpdateCommand({
    TableName,
    Key,
    UpdateExpression: `SET ${sets.join(', ')}${removes}`,
    ConditionExpression,
    ExpressionAttributeNames: {
      ...Object.fromEntries(known.map((field) => [name(field), field])),
      ...ExpressionAttributeNames,
    },
    ExpressionAttributeValues: {
      ...Object.fromEntries(set.map((field) => [value(field), values[field]])),
      ...ExpressionAttributeValues,
    },
    ReturnValues: 'ALL_OLD',
  });
}
