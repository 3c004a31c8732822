import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DeleteCommand, GetCommand } from '@aws-sdk/lib-dynamodb';
import { FIXED } from '../core/rules.ts';
import { type MaintenanceWindow, WINDOW_FIELDS, type WindowStore } from '../core/suppression/window.ts';
import { ifConditionHolds } from './conditional.ts';
import { inSeconds } from './page-item.ts';
import { atVersion, putIfVersion } from './put-if-version.ts';
import { queryAll } from './query-all.ts';

const PARTITION = 'WINDOWS';
const keyOf = (id: string) => ({ pk: PARTITION, sk: id });
const FIELDS = [...WINDOW_FIELDS, 'expiresAt'] as const;

/** Maintenance windows in the table of ADR 1, under one key: they are few and read together. They expire like pages. */
export function createWindowStore(client: DynamoDBDocumentClient, table: string): WindowStore {
  return {
    async get(id) {
      const { Item } = await client.send(new GetCommand({ TableName: table, Key: keyOf(id), ConsistentRead: true }));
      return Item && fromItem(Item);
    },

    async put({ id, ...fields }, expected) {
      const expiresAt = inSeconds(fields.endsAt + FIXED.retention);
      const target = { TableName: table, Key: keyOf(id) };
      return putIfVersion(client, target, FIELDS, { ...fields, expiresAt }, expected);
    },

    async delete(id, expected) {
      const remove = new DeleteCommand({ TableName: table, Key: keyOf(id), ...atVersion(expected) });
      return (await ifConditionHolds(() => client.send(remove))) ? 'deleted' : 'conflict';
    },

    async list({ consistent } = { consistent: false }) {
      const items = await queryAll(client, {
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': PARTITION },
        ConsistentRead: consistent,
      });
      return items.map(fromItem);
    },
  };
}

function fromItem({ pk: _, sk, expiresAt: __, ...fields }: Record<string, unknown>): MaintenanceWindow {
  return { ...(fields as Omit<MaintenanceWindow, 'id'>), id: sk as string };
}
