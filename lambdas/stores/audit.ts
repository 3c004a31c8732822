import { randomUUID } from 'node:crypto';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { AuditLog } from '../core/ports.ts';
import { FIXED } from '../core/rules.ts';
import { inSeconds } from './page-item.ts';

/**
 * Who did what, when, from where. Dispatches need no entry: the page itself keeps client and time, and its deliveries
 * keep their events. Entries of a day are one partition of `byDay`, for reading by actor and time.
 */
export function createAuditLog(client: DynamoDBDocumentClient, table: string): AuditLog {
  return {
    async record({ resource, ...entry }) {
      const iso = new Date(entry.at).toISOString();
      const position = `${iso}#${randomUUID().slice(0, 8)}`;
      const Item = {
        pk: `AUDIT#${resource}`,
        sk: position,
        dayShard: `AUDIT#${iso.slice(0, 10)}`,
        position,
        expiresAt: inSeconds(entry.at + FIXED.retention),
        ...entry,
      };
      await client.send(new PutCommand({ TableName: table, Item }));
    },
  };
}
