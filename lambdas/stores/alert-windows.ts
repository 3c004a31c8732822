import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { AlertWindows } from '../core/alerts/ports.ts';
import type { AlertGroup, AlertWindow } from '../core/alerts/window.ts';
import { FIXED } from '../core/rules.ts';
import { inSeconds } from './page-item.ts';
import { putIfVersion } from './put-if-version.ts';

const FIELDS = ['version', 'window', 'expiresAt'] as const;

/** One item per kind and cause, every write conditional on the version it was decided on (ADR 1). */
export function createAlertWindows(client: DynamoDBDocumentClient, table: string): AlertWindows {
  const keyOf = ({ kind, cause }: AlertGroup) => ({ pk: `ALERT#${kind}#${cause}`, sk: 'WINDOW' });
  return {
    async get(group) {
      const request = { TableName: table, Key: keyOf(group), ConsistentRead: true };
      const { Item } = await client.send(new GetCommand(request));
      return Item?.window as AlertWindow | undefined;
    },
    async save(group, before, after) {
      const expiresAt = inSeconds(after.until + FIXED.retention);
      const values = { version: after.version, window: after, expiresAt };
      return putIfVersion(client, { TableName: table, Key: keyOf(group) }, FIELDS, values, before?.version ?? 0);
    },
  };
}
