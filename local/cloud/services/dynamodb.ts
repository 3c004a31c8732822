/** DynamoDB: dynalite on disk, with the tables the templates declare. */
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import dynalite from 'dynalite';
import * as z from 'zod';
import type { Resolve } from '../template/resolver.ts';
import { ignored, shaped } from '../template/shape.ts';
import type { Resource } from '../template/template.ts';
import { callService, ServiceError } from './aws-json.ts';

const keySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
const projection = z.strictObject({
  ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
  NonKeyAttributes: z.array(z.string()).optional(),
});

const tableSchema = z.strictObject({
  TableName: z.string().optional(),
  KeySchema: keySchema,
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  BillingMode: z.literal('PAY_PER_REQUEST'),
  GlobalSecondaryIndexes: z
    .array(
      z.strictObject({
        IndexName: z.string(),
        KeySchema: keySchema,
        Projection: projection,
        WarmThroughput: ignored, // capacity
        WriteOnDemandThroughputSettings: ignored, // capacity
      }),
    )
    .optional(),
  Replicas: ignored, // one region; recovery, tags and deletion protection are per replica
  TimeToLiveSpecification: ignored, // records outlive their expiry here, as they may for two days in AWS
  SSESpecification: ignored, // nothing is encrypted at rest
  WarmThroughput: ignored, // capacity
  WriteOnDemandThroughputSettings: ignored, // capacity
});

export type TableSpec = Omit<z.output<typeof tableSchema>, 'TableName'> & { TableName: string };

/** The table a resource declares. */
export const tableSpec = (resource: Resource, resolve: Resolve, name: string): TableSpec => ({
  ...shaped(resource, resolve, tableSchema),
  TableName: name,
});

export interface DynamoDb {
  url: string;
  stop(): Promise<void>;
}

/** Starts it on a free port of the loopback, on what `dir` holds. */
export async function startDynamoDb(dir: string): Promise<DynamoDb> {
  mkdirSync(dir, { recursive: true });
  const server = dynalite({ path: dir, createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Described {
  TableStatus: string;
  KeySchema: unknown;
  GlobalSecondaryIndexes?: { IndexName: string; KeySchema: unknown; Projection: unknown }[];
}

/** Creates the table, or finds it on disk. Throws when the one on disk has other keys or indexes. */
export async function ensureTable(url: string, spec: TableSpec): Promise<void> {
  const { TableName, KeySchema, AttributeDefinitions, GlobalSecondaryIndexes } = spec;
  const indexes = GlobalSecondaryIndexes?.map(({ IndexName, KeySchema, Projection }) => ({
    IndexName,
    KeySchema,
    Projection,
  }));
  const existing = await describe(url, TableName);
  if (existing) {
    const onDisk = existing.GlobalSecondaryIndexes?.map(({ IndexName, KeySchema, Projection }) => ({
      IndexName,
      KeySchema,
      Projection,
    }));
    const byName = (list: { IndexName: string }[] = []) =>
      list.toSorted((a, b) => (a.IndexName < b.IndexName ? -1 : 1));
    if (isDeepStrictEqual(existing.KeySchema, KeySchema) && isDeepStrictEqual(byName(onDisk), byName(indexes))) return;
    throw new Error(
      `table ${TableName} was kept from an earlier start with other keys or indexes than the template now declares; start once with --fresh`,
    );
  }
  await callService(url, 'DynamoDB_20120810.CreateTable', {
    TableName,
    KeySchema,
    AttributeDefinitions,
    BillingMode: 'PAY_PER_REQUEST',
    ...(indexes?.length ? { GlobalSecondaryIndexes: indexes } : {}),
  });
  while ((await describe(url, TableName))?.TableStatus !== 'ACTIVE') await new Promise((done) => setTimeout(done, 5));
}

async function describe(url: string, TableName: string): Promise<Described | undefined> {
  try {
    return (await callService<{ Table: Described }>(url, 'DynamoDB_20120810.DescribeTable', { TableName })).Table;
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}
