import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { OptOutStore, Stop } from '../core/opt-out/ports.ts';
import { FIXED } from '../core/rules.ts';
import { DAY, HOUR } from '../core/time.ts';
import { inSeconds } from './page-item.ts';
import { phonePartition, phonePartitions } from './phone.ts';

/** How long it is remembered that there is nothing more to tell. */
const DONE_FOR = HOUR;
/** Much longer than a text may be found after it came (replies/inbound-sweep.ts). */
const START_FOR = DAY;

/** Numbers that opted out, under the number itself, so that it holds for whoever has it next (ADR 1). Kept for good. */
export function createOptOutStore(client: DynamoDBDocumentClient, table: string): OptOutStore {
  /** The items of a kind, the one under the key of today first. */
  const getAll = async (phone: string, sk: 'STOP' | 'STOP_NEWS' | 'START'): Promise<Record<string, unknown>[]> => {
    const answers = await Promise.all(
      phonePartitions(phone).map((pk) =>
        client.send(new GetCommand({ TableName: table, Key: { pk, sk }, ConsistentRead: true })),
      ),
    );
    return answers.flatMap(({ Item }) => (Item ? [Item] : []));
  };
  const put = (Item: Record<string, unknown>) => client.send(new PutCommand({ TableName: table, Item }));

  return {
    has: async (phone) => (await getAll(phone, 'STOP')).length > 0,
    async get(phone) {
      const [stop] = await getAll(phone, 'STOP');
      // Items of the first versions have no code.
      return stop && ({ at: stop.at, from: stop.from, code: stop.code ?? 'opted_out' } as Stop);
    },
    async add(phone, { at, from, code }) {
      await put({ pk: phonePartition(phone), sk: 'STOP', at, from, code });
    },
    async start(phone, at) {
      await put({ pk: phonePartition(phone), sk: 'START', at, expiresAt: inSeconds(at + START_FOR) });
    },
    async startedAt(phone) {
      const times = (await getAll(phone, 'START')).map(({ at }) => Number(at));
      return times.length > 0 ? Math.max(...times) : undefined;
    },
    async begin(phone, change, at) {
      await put({ pk: phonePartition(phone), sk: 'STOP_NEWS', change, expiresAt: inSeconds(at + FIXED.retention) });
    },
    async untold(phone) {
      const [latest] = await getAll(phone, 'STOP_NEWS');
      const change = latest?.change;
      return change === 'suppressed' || change === 'unsuppressed' ? change : undefined;
    },
    // Not deleted: the workers, which do this too, may delete nothing. Each key is ended, so that none speaks again.
    async finish(phone, at) {
      for (const pk of phonePartitions(phone)) {
        await put({ pk, sk: 'STOP_NEWS', expiresAt: inSeconds(at + DONE_FOR) });
      }
    },
    async remove(phone) {
      for (const pk of phonePartitions(phone)) {
        await client.send(new DeleteCommand({ TableName: table, Key: { pk, sk: 'STOP' } }));
      }
    },
  };
}
