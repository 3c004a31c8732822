import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Page } from '../core/page/page.ts';
import { positionOf } from '../core/page/page.ts';
import type { PageQuery, PageStore } from '../core/page/ports.ts';
import { DAY } from '../core/time.ts';
import { batchGet } from './batch-get.ts';
import { DAY_SHARDS, dayShard, fromItem, idAt, pageKey } from './page-item.ts';

type Index = { name: 'byIncident' | 'byRecipient' | 'byDay'; key: string; value: string };
/** Positions from `low` to `high`, both inclusive. */
type Range = { low: string; high: string; limit: number; oldestFirst?: boolean };

/** The indexes are KEYS_ONLY: they give positions in order, and the pages themselves come by batch. */
export function createPageQueries(
  client: DynamoDBDocumentClient,
  table: string,
): Pick<PageStore, 'getMany' | 'ofIncident' | 'list'> {
  async function positions({ name, key, value }: Index, { low, high, limit, oldestFirst }: Range): Promise<string[]> {
    // DynamoDB answers bounds that are the wrong way round with an error.
    if (low > high) return [];
    const found: string[] = [];
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: table,
          IndexName: name,
          KeyConditionExpression: '#key = :value AND #position BETWEEN :low AND :high',
          ExpressionAttributeNames: { '#key': key, '#position': 'position' },
          ExpressionAttributeValues: { ':value': value, ':low': low, ':high': high },
          ScanIndexForward: oldestFirst === true,
          ...(Number.isFinite(limit) && { Limit: limit - found.length }),
          ExclusiveStartKey,
        }),
      );
      found.push(...Items.map((item) => item.position as string));
      ExclusiveStartKey = LastEvaluatedKey;
    } while (ExclusiveStartKey && found.length < limit);
    return found;
  }

  /** The pages with these ids, in no order; one that has expired or was never written is left out. */
  async function getMany(ids: readonly string[]): Promise<Page[]> {
    return (await batchGet(client, table, ids.map(pageKey))).map(fromItem);
  }

  /** The pages at these positions, in the same order. */
  async function fetch(wanted: string[]): Promise<Page[]> {
    const pages = new Map((await getMany(wanted.map(idAt))).map((page) => [positionOf(page), page]));
    return wanted.flatMap((position) => pages.get(position) ?? []);
  }

  /** Day by day backwards, every day over all its shards, until there are enough. */
  async function newestOfDays(range: Range, since: number, until: number): Promise<string[]> {
    const found: string[] = [];
    for (let day = until - (until % DAY); found.length < range.limit && day + DAY > since; day -= DAY) {
      const shards = Array.from({ length: DAY_SHARDS }, (_, shard) => dayShard(day, shard));
      const ofDay = await Promise.all(
        shards.map((value) => positions({ name: 'byDay', key: 'dayShard', value }, range)),
      );
      found.push(...ofDay.flat().sort().reverse());
    }
    return found.slice(0, range.limit);
  }

  return {
    getMany,

    async ofIncident(incidentId) {
      const range = { low: ' ', high: '~', limit: Number.POSITIVE_INFINITY, oldestFirst: true };
      return fetch(await positions({ name: 'byIncident', key: 'incidentId', value: incidentId }, range));
    },

    async list({ by, since, until, limit, after }: PageQuery) {
      const end = `${positionAt(until)}~`;
      const pages: Page[] = [];
      // A position above the range reads no more than the range has.
      let last = after !== undefined && after < end ? after : undefined;
      // A page that has expired may stand in the index for some time: others take its place, since a short list is the last.
      for (;;) {
        const wanted = limit - pages.length;
        // One more than asked for: the bound itself comes back too.
        const range = { low: positionAt(since), high: last ?? end, limit: wanted + 1 };
        const found =
          by === 'time'
            ? await newestOfDays(range, since, last === undefined ? until : Number(last.slice(0, 13)))
            : await positions(indexOf(by), range);
        const next = found.filter((position) => position !== last).slice(0, wanted);
        pages.push(...(await fetch(next)));
        last = next.at(-1);
        if (next.length < wanted || pages.length >= limit) return pages;
      }
    },
  };
}

/** Positions have 13 digits and sort as text, so a time that has more or fewer is as good as the last or the first. */
const positionAt = (at: number): string =>
  positionOf({ createdAt: Math.min(Math.max(at, 0), 9_999_999_999_999), id: 'pg_' });

const indexOf = (by: { incidentId: string } | { recipientId: string }): Index =>
  'incidentId' in by
    ? { name: 'byIncident', key: 'incidentId', value: by.incidentId }
    : { name: 'byRecipient', key: 'recipientId', value: by.recipientId };
