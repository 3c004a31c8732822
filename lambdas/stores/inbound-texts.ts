import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock, InboundTexts } from '../core/ports.ts';
import { whenHeld } from './conditional.ts';
import { inSeconds } from './page-item.ts';
import { phonePartition } from './phone.ts';

const HOUR = 3_600_000;

/** Texts that came in, by the provider's id, and the last help text of a phone (ADR 1). */
export function createInboundTexts(client: DynamoDBDocumentClient, table: string, clock: Clock): InboundTexts {
  const keyOf = (messageId: string) => ({ pk: `TEXT#${messageId}`, sk: 'TEXT' });

  async function begin(messageId: string, now: number, expiresAt: number): Promise<{ at: number; reply?: string }> {
    const Item = { ...keyOf(messageId), at: now, expiresAt: inSeconds(expiresAt) };
    const absent = { ConditionExpression: 'attribute_not_exists(pk)' };
    if (await whenHeld(() => client.send(new PutCommand({ TableName: table, Item, ...absent })))) return { at: now };
    const { Item: known } = await client.send(
      new GetCommand({ TableName: table, Key: keyOf(messageId), ConsistentRead: true }),
    );
    // Gone between the two only by expiry; then it is new again.
    if (!known) return begin(messageId, now, expiresAt);
    return { at: Number(known.at), ...(typeof known.reply === 'string' && { reply: known.reply }) };
  }

  return {
    begin,

    async isDone(messageId) {
      const { Item } = await client.send(new GetCommand({ TableName: table, Key: keyOf(messageId) }));
      return typeof Item?.reply === 'string';
    },

    async finish(messageId, reply) {
      await client.send(
        new UpdateCommand({
          TableName: table,
          Key: keyOf(messageId),
          UpdateExpression: 'SET reply = :reply',
          ExpressionAttributeValues: { ':reply': reply },
        }),
      );
    },

    mayReply(phone, now, most) {
      const hour = Math.floor(now / HOUR) * HOUR;
      return whenHeld(() =>
        client.send(
          new UpdateCommand({
            TableName: table,
            Key: { pk: phonePartition(phone), sk: `REPLIES#${new Date(hour).toISOString()}` },
            UpdateExpression: 'SET expiresAt = :until ADD replies :one',
            ConditionExpression: 'attribute_not_exists(replies) OR replies < :most',
            ExpressionAttributeValues: { ':until': inSeconds(hour + 2 * HOUR), ':one': 1, ':most': most },
          }),
        ),
      );
    },

    mayHelp: (phone, messageId, until) =>
      whenHeld(() =>
        client.send(
          new PutCommand({
            TableName: table,
            Item: { pk: phonePartition(phone), sk: 'HELP', messageId, expiresAt: inSeconds(until) },
            // TTL deletes late, so what has expired counts as gone.
            ConditionExpression: 'attribute_not_exists(pk) OR expiresAt <= :now OR messageId = :id',
            ExpressionAttributeValues: { ':now': inSeconds(clock.now()), ':id': messageId },
          }),
        ),
      ),
  };
}
