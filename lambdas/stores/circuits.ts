import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type Circuit, type CircuitName, NEW_CIRCUIT } from '../core/circuit/circuit.ts';
import type { CircuitStore } from '../core/circuit/ports.ts';
import { fieldsOf } from '../core/versions.ts';
import { ifConditionHolds } from './conditional.ts';
import { putKnownFields } from './known-fields.ts';

/** All circuits in one partition: there are fewer than ten, so that one query reads them all (ADR 1). */
const PARTITION = 'CIRCUITS';

/** What a circuit has in any of its states. */
const FIELDS = fieldsOf<UnionToFields<Circuit>>({
  status: true,
  version: true,
  pin: true,
  reason: true,
  faults: true,
  faultCount: true,
  closedAt: true,
  openedAt: true,
  openUntil: true,
  probeUntil: true,
  disabled: true,
});
type UnionToFields<T> = Record<T extends unknown ? keyof T : never, unknown>;

/** Circuits in the table of ADR 1: one item each, every write conditional on the version it was decided on. */
export function createCircuitStore(client: DynamoDBDocumentClient, table: string): CircuitStore {
  const keyOf = (name: CircuitName) => ({ pk: PARTITION, sk: name });
  return {
    async get(name, { consistent } = { consistent: true }) {
      const request = { TableName: table, Key: keyOf(name), ConsistentRead: consistent };
      const { Item } = await client.send(new GetCommand(request));
      return Item ? fromItem(Item).circuit : NEW_CIRCUIT;
    },

    async save(name, before, after) {
      if (before === after) return 'saved';
      const unmoved =
        before.version === 0
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : { ConditionExpression: 'version = :before', ExpressionAttributeValues: { ':before': before.version } };
      const target = { TableName: table, Key: keyOf(name) };
      const held = await ifConditionHolds(() => client.send(putKnownFields(target, FIELDS, after, unmoved)));
      return held ? 'saved' : 'conflict';
    },

    async list() {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': PARTITION },
          ConsistentRead: true,
        }),
      );
      return Items.map(fromItem);
    },
  };
}

const fromItem = ({ pk: _, sk, ...circuit }: Record<string, unknown>) => ({
  name: sk as CircuitName,
  circuit: circuit as unknown as Circuit,
});
