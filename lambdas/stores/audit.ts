import { createHash, randomUUID } from 'node:crypto';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { AuditEntry, AuditLog, AuditQuery, AuditReader } from '../core/audit/ports.ts';
import { FIXED } from '../core/rules.ts';
import { DAY } from '../core/time.ts';
import { batchGet } from './batch-get.ts';
import { inSeconds } from './page-item.ts';

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
/** Positions of one millisecond lie between its ISO time and `~`. */
function bounds({ since, until, after }: AuditQuery) {
  const end = `${new Date(until).toISOString()}~`;
  // A position above the range reads no more than the range has.
  return { low: new Date(since).toISOString(), high: after !== undefined && after < end ? after : end };
}

/** As long as a random one; the same for every copy of an entry, which so takes its own place. */
const nameOf = (action: string): string => createHash('sha256').update(action).digest('hex').slice(0, 8);

type Key = { pk: string; sk: string };
type Item = Record<string, unknown>;

/**
 * Who did what, when, from where. Dispatches need no entry: the page itself keeps client and time, and its deliveries
 * keep their events. Entries of a day are one partition of `byDay`, for reading by time.
 */
export function createAuditLog(client: DynamoDBDocumentClient, table: string): AuditLog & AuditReader {
  return {
    async record({ resource, ...entry }, as) {
      const iso = new Date(entry.at).toISOString();
      const position = `${iso}#${as === 'once' ? nameOf(entry.action) : randomUUID().slice(0, 8)}`;
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

    async list(query) {
      const found = query.resource === undefined ? await ofDays(query) : await ofResource(query.resource, query);
      return found.map(({ pk, sk, ...item }) => ({ position: sk as string, entry: fromItem(pk as string, item) }));
    },
  };

  /** Newest first; one more than asked for is read, because the bound itself comes back too. */
  async function query(partition: object, { after, limit }: AuditQuery): Promise<Item[]> {
    const { Items = [] } = await client.send(
      new QueryCommand({ TableName: table, ScanIndexForward: false, Limit: limit + 1, ...partition }),
    );
    return Items.filter(({ sk }) => sk !== after).slice(0, limit);
  }

  async function ofResource(resource: string, wanted: AuditQuery): Promise<Item[]> {
    const { low, high } = bounds(wanted);
    // DynamoDB answers bounds that are the wrong way round with an error.
    if (low > high) return [];
    const ExpressionAttributeValues = { ':pk': `AUDIT#${resource}`, ':low': low, ':high': high };
    return query(
      { KeyConditionExpression: 'pk = :pk AND sk BETWEEN :low AND :high', ExpressionAttributeValues },
      wanted,
    );
  }

  /** Day by day backwards until there are enough. The index holds keys only, so the entries come by batch. */
  async function ofDays(wanted: AuditQuery): Promise<Item[]> {
    const { low, high } = bounds(wanted);
    if (low > high) return [];
    const keys: Item[] = [];
    // Both kinds of upper bound begin with a time.
    const until = Date.parse(high.slice(0, 24));
    for (let day = until - (until % DAY); keys.length < wanted.limit && day + DAY > wanted.since; day -= DAY) {
      const partition = {
        IndexName: 'byDay',
        KeyConditionExpression: 'dayShard = :day AND #position BETWEEN :low AND :high',
        ExpressionAttributeNames: { '#position': 'position' },
        ExpressionAttributeValues: { ':day': `AUDIT#${dayOf(day)}`, ':low': low, ':high': high },
      };
      keys.push(...(await query(partition, { ...wanted, limit: wanted.limit - keys.length })));
    }
    return fetch(keys.map(({ pk, sk }) => ({ pk, sk }) as Key));
  }

  /** The entries of these keys, in their order; one that has expired since is left out. */
  async function fetch(keys: Key[]): Promise<Item[]> {
    const found = await batchGet(client, table, keys);
    const items = new Map(found.map((item) => [`${item.pk} ${item.sk}`, item]));
    return keys.flatMap(({ pk, sk }): Item[] => {
      const item = items.get(`${pk} ${sk}`);
      return item ? [item] : [];
    });
  }
}

function fromItem(pk: string, { dayShard: _, position: __, expiresAt: ___, ...entry }: Item): AuditEntry {
  return { resource: pk.slice('AUDIT#'.length), ...(entry as Omit<AuditEntry, 'resource'>) };
}
