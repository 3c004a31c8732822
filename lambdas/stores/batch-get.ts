import { ProvisionedThroughputExceededException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';

type Item = Record<string, unknown>;

/** BatchGetItem takes at most this many keys. */
const MAX_KEYS = 100;
/** The wait before the first repetition; each further one may wait twice as long, up to the longest. */
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 1_000;
/** So many answers in a row without an item: about five seconds, which leaves a function of 15 s the time to answer. */
const MAX_EMPTY_ANSWERS = 9;

/**
 * The items of these keys as they are now, in no order; a key without an item is left out.
 *
 * What DynamoDB had no capacity for comes back as unprocessed with a successful answer, which the SDK does not repeat.
 * It is asked for again after a wait that doubles, with jitter, since a repetition at once meets the same full
 * partition and takes capacity from everybody else.
 * @throws ProvisionedThroughputExceededException when nothing comes any more; callers repeat such errors
 */
export async function batchGet(client: DynamoDBDocumentClient, table: string, keys: readonly Item[]): Promise<Item[]> {
  const items: Item[] = [];
  for (let i = 0; i < keys.length; i += MAX_KEYS) {
    let Keys: Item[] = keys.slice(i, i + MAX_KEYS);
    for (let vain = 0; Keys.length > 0; ) {
      const RequestItems = { [table]: { Keys, ConsistentRead: true } };
      const { Responses, UnprocessedKeys } = await client.send(new BatchGetCommand({ RequestItems }));
      const found = Responses?.[table] ?? [];
      items.push(...found);
      Keys = UnprocessedKeys?.[table]?.Keys ?? [];
      if (Keys.length === 0) continue;
      // An answer that brought something was cut off by its size, perhaps: the partition is not full then.
      vain = found.length > 0 ? 0 : vain + 1;
      if (vain >= MAX_EMPTY_ANSWERS) throw notRead(Keys.length);
      await pause(vain);
    }
  }
  return items;
}

/** Waits half of a time that doubles with every answer in vain, and up to the other half at random. */
function pause(vain: number): Promise<void> {
  const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** vain);
  return new Promise((resolve) => setTimeout(resolve, (longest * (1 + Math.random())) / 2));
}

const notRead = (left: number) =>
  new ProvisionedThroughputExceededException({
    message: `${left} items of a batch could not be read`,
    $metadata: { attempts: MAX_EMPTY_ANSWERS },
  });
