import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../core/clock.ts';
import type { LateReceipts, Receipt } from '../core/receipts/ports.ts';
import { DAY } from '../core/time.ts';
import { inSeconds } from './page-item.ts';

/** SNS writes its log up to three days after a text; twice that, and a day, is the end of waiting. */
const KEPT = 7 * DAY;

/**
 * One item per message in which send and receipt meet (ADR 1). Each side writes its half and gets the item back in the
 * same call, so whoever comes second sees the other's, and no order of the two loses the receipt. The id counts with and
 * without the provider's prefix. A receipt that says nothing takes no other's place.
 */
export function createLateReceipts(client: DynamoDBDocumentClient, table: string, clock: Clock): LateReceipts {
  async function meet(messageId: string, name: 'ref' | 'receipt', half: unknown, mayReplace: boolean) {
    const value = mayReplace ? ':half' : 'if_not_exists(#half, :half)';
    const { Attributes } = await client.send(
      new UpdateCommand({
        TableName: table,
        Key: { pk: `SNS#${messageId.replace(/^sns:/, '')}`, sk: 'REF' },
        UpdateExpression: `SET #half = ${value}, expiresAt = :end`,
        ExpressionAttributeNames: { '#half': name },
        ExpressionAttributeValues: { ':half': half, ':end': inSeconds(clock.now() + KEPT) },
        ReturnValues: 'ALL_NEW',
      }),
    );
    return Attributes as { ref?: string; receipt?: Receipt } | undefined;
  }
  return {
    sent: async (messageId, ref) => (await meet(messageId, 'ref', ref, true))?.receipt,
    received: async (messageId, receipt) =>
      (await meet(messageId, 'receipt', receipt, receipt.news !== 'unknown'))?.ref,
  };
}
