import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { type Circuit, type CircuitName, NEW_CIRCUIT } from '../core/circuit/circuit.ts';
import type { CircuitStore } from '../core/circuit/ports.ts';
import { fieldsOf } from '../core/versions.ts';
import { putIfVersion } from './put-if-version.ts';
import { queryAll } from './query-all.ts';

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
      return putIfVersion(client, { TableName: table, Key: keyOf(name) }, FIELDS, after, before.version);
    },

    async list() {
      const items = await queryAll(client, {
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': PARTITION },
        ConsistentRead: true,
      });
      return items.map(fromItem);
    },
  };
}

const fromItem = ({ pk: _, sk, ...circuit }: Record<string, unknown>) => ({
  name: sk as CircuitName,
  circuit: circuit as unknown as Circuit,
});
