import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../core/clock.ts';
import { VERIFICATION } from '../core/verification/limits.ts';
import type { VerificationStore } from '../core/verification/ports.ts';
import { NO_VERIFICATION, type Verification } from '../core/verification/verification.ts';
import { fieldsOf } from '../core/versions.ts';
import { inSeconds } from './page-item.ts';
import { putIfVersion } from './put-if-version.ts';

const FIELDS = fieldsOf<Verification & { expiresAt: number }>({
  version: true,
  sends: true,
  code: true,
  expiresAt: true,
});

/** One item per recipient, every write conditional on the version it was decided on (ADR 1, ADR 6). */
export function createVerificationStore(
  client: DynamoDBDocumentClient,
  table: string,
  clock: Clock,
): VerificationStore {
  const keyOf = (recipientId: string) => ({ pk: `VERIFICATION#${recipientId}`, sk: 'VERIFICATION' });
  return {
    async get(recipientId) {
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: keyOf(recipientId), ConsistentRead: true }),
      );
      if (!Item) return NO_VERIFICATION;
      const { pk: _, sk: __, expiresAt: ___, ...verification } = Item;
      return verification as Verification;
    },

    async save(recipientId, before, after) {
      // Nothing in it matters for longer than a send counts.
      const expiresAt = inSeconds(clock.now() + VERIFICATION.sendWindow);
      const target = { TableName: table, Key: keyOf(recipientId) };
      return putIfVersion(client, target, FIELDS, { ...after, expiresAt }, before.version);
    },
  };
}
