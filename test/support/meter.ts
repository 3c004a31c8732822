import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** What calls to the table cost, as DynamoDB bills it. */
export interface Meter {
  calls: Record<string, number>;
  writes: number;
  indexWrites: number;
  reads: number;
  largestWrite: number;
  /** Writes whose condition did not hold: billed all the same, and part of `writes`. */
  refused: number;
}

const INDEX_KEYS = ['incidentId', 'recipientId', 'dayShard'];

/**
 * Counts what the client's calls consume. The local table reports its own units; what an index costs it does not know,
 * so that is reckoned from the item: one unit for every KEYS_ONLY index a new item appears in. No update may touch an
 * index key, which would cost two.
 */
export function meter(client: DynamoDBDocumentClient): Meter {
  const total: Meter = { calls: {}, writes: 0, indexWrites: 0, reads: 0, largestWrite: 0, refused: 0 };
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const input = args.input as Record<string, unknown>;
      input.ReturnConsumedCapacity = 'TOTAL';
      const name = (context.commandName ?? '').replace(/Command$/, '');
      total.calls[name] = (total.calls[name] ?? 0) + 1;
      const result = await next(args).catch((error: Error) => {
        if (error.name === 'ConditionalCheckFailedException') {
          // No units come back with it; every item of ours that is written on a condition is one unit.
          total.refused++;
          total.writes++;
        }
        throw error;
      });
      const consumed = (result.output as { ConsumedCapacity?: { CapacityUnits?: number } }).ConsumedCapacity;
      const units = consumed?.CapacityUnits ?? 0;
      if (/Put|Update|Delete/.test(name)) {
        total.writes += units;
        total.largestWrite = Math.max(total.largestWrite, units);
        total.indexWrites += indexUnits(name, input);
      } else {
        total.reads += units;
      }
      return result;
    },
    { step: 'initialize', name: 'meter' },
  );
  return total;
}

function indexUnits(name: string, input: Record<string, unknown>): number {
  const text = JSON.stringify(input);
  if (name.includes('Update')) {
    if (INDEX_KEYS.some((key) => text.includes(`"${key}"`))) throw new Error(`an update touches an index key: ${text}`);
    return 0;
  }
  const item = (input.Item ?? {}) as Record<string, unknown>;
  return 'position' in item ? INDEX_KEYS.filter((key) => key in item).length : 0;
}
