import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DeleteCommand, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { RecipientStore } from '../core/recipient/ports.ts';
import { RECIPIENT_FIELDS, type Recipient, textedPhone } from '../core/recipient/recipient.ts';
import { ifConditionHolds } from './conditional.ts';
import { putKnownFields } from './known-fields.ts';
import { phonePartition, phonePartitions } from './phone.ts';
import { atVersion } from './put-if-version.ts';
import { queryUnder } from './query-all.ts';

/** Recipients are spread over this many partitions, so that the list needs no index and no scan (ADR 1). */
const SHARDS = 8;
const partition = (shard: number) => `RECIPIENTS#${shard}`;

const keyOf = (id: string) => {
  const sum = [...id].reduce((hash, character) => (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0, 7);
  return { pk: partition(sum % SHARDS), sk: id };
};

const POINTER = 'RECIPIENT#';
const slackPartition = (userId: string) => `SLACK#${userId}`;

/** Where pointers to this record lie: under the number its texts go to, and under its Slack user. */
const pointersOf = (recipient: Recipient): string[] => {
  const phone = textedPhone(recipient);
  const { slackUserId } = recipient;
  return [...(phone ? [phonePartition(phone)] : []), ...(slackUserId ? [slackPartition(slackUserId)] : [])];
};
/** Where a pointer to this record may lie, older keys of its phone among them (ADR 16). */
const pointersEver = (recipient: Recipient): string[] => {
  const phone = textedPhone(recipient);
  return [...pointersOf(recipient), ...(phone ? phonePartitions(phone).slice(1) : [])];
};
const pointerKey = (pk: string, id: string) => ({ pk, sk: `${POINTER}${id}` });

/** Names the very write that made the pointer, so that only that pointer is taken away again. */
const stampOf = ({ version, updatedAt }: Pick<Recipient, 'version' | 'updatedAt'>) => `${version}@${updatedAt}`;

/**
 * Recipients in the table of ADR 1. Writes are conditional on the version the caller saw.
 *
 * A phone and a Slack user point to their recipients. The pointer is written before the record and taken away after it,
 * so a crash may leave a stale pointer, never a missing one; stale pointers are ignored because readers check the record.
 */
export function createRecipientStore(client: DynamoDBDocumentClient, table: string): RecipientStore {
  const get = async (id: string): Promise<Recipient | undefined> => {
    const { Item } = await client.send(new GetCommand({ TableName: table, Key: keyOf(id), ConsistentRead: true }));
    return Item && fromItem(Item);
  };

  /** What a conditional write replaced, if it held. */
  async function replaced(
    write: () => Promise<{ Attributes?: Record<string, unknown> | undefined }>,
  ): Promise<Recipient | undefined | 'conflict'> {
    let before: Recipient | undefined;
    const held = await ifConditionHolds(async () => {
      const { Attributes } = await write();
      before = Attributes && fromItem(Attributes);
    });
    return held ? before : 'conflict';
  }

  /** Takes away pointers of a record that is gone, unless somebody has written them anew meanwhile. */
  async function removePointers(recipient: Recipient, partitions: string[]): Promise<void> {
    for (const pk of partitions) {
      const request = {
        TableName: table,
        Key: pointerKey(pk, recipient.id),
        ConditionExpression: 'stamp = :stamp',
        ExpressionAttributeValues: { ':stamp': stampOf(recipient) },
      };
      await ifConditionHolds(() => client.send(new DeleteCommand(request)));
    }
  }

  /**
   * The records that pointers lead to, as they are now, by id.
   * @param partitions where the pointers may lie, first the partition that pointers are written to
   */
  async function pointedTo(partitions: readonly string[]): Promise<Recipient[]> {
    const [pk = ''] = partitions;
    const pointers = await Promise.all(partitions.map((one) => queryUnder(client, table, one, POINTER)));
    const ids = new Set(pointers.flat().map(({ sk }) => String(sk).slice(POINTER.length)));
    const found = await Promise.all([...ids].sort().map(get));
    return found.filter((one): one is Recipient => one !== undefined && pointersOf(one).includes(pk));
  }

  return {
    get,

    async put(recipient, expected) {
      const { id } = recipient;
      const pointers = pointersOf(recipient);
      for (const pk of pointers) {
        const Item = { ...pointerKey(pk, id), stamp: stampOf(recipient) };
        await client.send(new PutCommand({ TableName: table, Item }));
      }
      const target = { TableName: table, Key: keyOf(id) };
      const put = putKnownFields(target, RECIPIENT_FIELDS, recipient, atVersion(expected));
      const before = await replaced(() => client.send(put));
      if (before === 'conflict') return 'conflict';
      if (before) {
        const left = pointersEver(before).filter((pk) => !pointers.includes(pk));
        await removePointers(before, left);
      }
      return 'saved';
    },

    async delete(id, expected) {
      const remove = new DeleteCommand({
        TableName: table,
        Key: keyOf(id),
        ReturnValues: 'ALL_OLD',
        ...atVersion(expected),
      });
      const before = await replaced(() => client.send(remove));
      if (before === 'conflict') return 'conflict';
      if (before) await removePointers(before, pointersEver(before));
      return 'deleted';
    },

    byPhone: (phone) => pointedTo(phonePartitions(phone)),
    bySlackUser: (userId) => pointedTo([slackPartition(userId)]),

    async list(limit, after) {
      const shards = await Promise.all(Array.from({ length: SHARDS }, (_, shard) => ofShard(shard, limit, after)));
      return shards
        .flat()
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, limit);
    },
  };

  async function ofShard(shard: number, limit: number, after = ' '): Promise<Recipient[]> {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND sk > :after',
        ExpressionAttributeValues: { ':pk': partition(shard), ':after': after },
        Limit: limit,
      }),
    );
    return Items.map(fromItem);
  }
}

function fromItem({ pk: _, sk, ...fields }: Record<string, unknown>): Recipient {
  return { ...(fields as Omit<Recipient, 'id'>), id: sk as string };
}
