import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { doneOf, REDRIVE_OUTCOMES, type Redrive, type RedriveStore } from '../core/dead-letters/ports.ts';
import { FIXED } from '../core/rules.ts';
import { inSeconds } from './page-item.ts';

const keyOf = (id: string) => ({ pk: `REDRIVE#${id}`, sk: 'REDRIVE' });

/** Redrives with what became of their letters, one item each. */
export function createRedriveStore(client: DynamoDBDocumentClient, table: string): RedriveStore {
  return {
    async create({ id, ...redrive }) {
      const expiresAt = inSeconds(redrive.startedAt + FIXED.retention);
      await client.send(new PutCommand({ TableName: table, Item: { ...keyOf(id), ...redrive, expiresAt } }));
    },

    async get(id) {
      const { Item } = await client.send(new GetCommand({ TableName: table, Key: keyOf(id), ConsistentRead: true }));
      return Item && fromItem(id, Item);
    },

    async add(id, outcomes) {
      const counts = REDRIVE_OUTCOMES.map((one) => outcomes.filter(({ outcome }) => outcome === one).length);
      const stays = outcomes.flatMap(({ deadLetter, outcome }) => (outcome === 'failed' ? [deadLetter] : []));
      const { Attributes = {} } = await client.send(
        new UpdateCommand({
          TableName: table,
          Key: keyOf(id),
          UpdateExpression: `ADD ${REDRIVE_OUTCOMES.map((one, i) => `${one} :n${i}`).join(', ')} SET stays = list_append(stays, :stays)`,
          ExpressionAttributeValues: {
            ...Object.fromEntries(counts.map((count, i) => [`:n${i}`, count])),
            ':stays': stays,
          },
          ReturnValues: 'ALL_NEW',
        }),
      );
      return fromItem(id, Attributes);
    },

    async finish(redrive, now) {
      await client.send(
        new UpdateCommand({
          TableName: table,
          Key: keyOf(redrive.id),
          UpdateExpression: 'SET finishedAt = :now, #total = :total',
          ExpressionAttributeNames: { '#total': 'total' },
          ExpressionAttributeValues: { ':now': now, ':total': doneOf(redrive) + redrive.failed },
        }),
      );
    },
  };
}

const fromItem = (id: string, { pk: _, sk: __, expiresAt: ___, ...rest }: Record<string, unknown>): Redrive =>
  ({ id, ...rest }) as unknown as Redrive;
