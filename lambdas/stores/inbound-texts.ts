import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../core/clock.ts';
import type { InboundTexts } from '../core/replies/ports.ts';
import { HOUR } from '../core/time.ts';
import { ifConditionHolds } from './conditional.ts';
import { inSeconds } from './page-item.ts';
import { phonePartition } from './phone.ts';

/** Texts that came in, by the provider's id, and the last help text of a phone (ADR 1). */
export function createInboundTexts(client: DynamoDBDocumentClient, table: string, clock: Clock): InboundTexts {
  const keyOf = (messageId: string) => ({ pk: `TEXT#${messageId}`, sk: 'TEXT' });

  async function begin(messageId: string, now: number, expiresAt: number): Promise<{ at: number; reply?: string }> {
    const Item = { ...keyOf(messageId), at: now, expiresAt: inSeconds(expiresAt) };
    const absent = { ConditionExpression: 'attribute_not_exists(pk)' };
    if (await ifConditionHolds(() => client.send(new PutCommand({ TableName: table, Item, ...absent }))))
      return { at: now };
    const { Item: known } = await client.send(
      new GetCommand({ TableName: table, Key: keyOf(messageId), ConsistentRead: true }),
    );
    // Gone between the two only by expiry; then it is new again.
    if (!known) return begin(messageId, now, expiresAt);
    return { at: Number(known.at), ...(typeof known.reply === 'string' && { reply: known.reply }) };
  }

  return {
    begin,

    async progress(messageId) {
      const { Item } = await client.send(new GetCommand({ TableName: table, Key: keyOf(messageId) }));
      if (typeof Item?.reply !== 'string') return 'unknown';
      return Item.owed === true ? 'owed' : 'done';
    },

    async finish(messageId, reply, isOwed) {
      const item = { TableName: table, Key: keyOf(messageId) };
      if (isOwed) {
        // A copy that was answered and told at the same moment must not be owed its reply again.
        await ifConditionHolds(() =>
          client.send(
            new UpdateCommand({
              ...item,
              UpdateExpression: 'SET reply = :reply, owed = :owed',
              ConditionExpression: 'attribute_not_exists(reply)',
              ExpressionAttributeValues: { ':reply': reply, ':owed': true },
            }),
          ),
        );
        return;
      }
      await client.send(
        new UpdateCommand({
          ...item,
          UpdateExpression: 'SET reply = :reply REMOVE owed',
          ExpressionAttributeValues: { ':reply': reply },
        }),
      );
    },

    claim(messageId, now, until) {
      return ifConditionHolds(() =>
        client.send(
          new UpdateCommand({
            TableName: table,
            Key: keyOf(messageId),
            UpdateExpression: 'SET claimedUntil = :until',
            ConditionExpression:
              'attribute_exists(pk) AND (attribute_not_exists(reply) OR owed = :owed) AND ' +
              '(attribute_not_exists(claimedUntil) OR claimedUntil <= :now)',
            ExpressionAttributeValues: { ':owed': true, ':until': until, ':now': now },
          }),
        ),
      );
    },

    mayReply(phone, now, most) {
      const hour = Math.floor(now / HOUR) * HOUR;
      return ifConditionHolds(() =>
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
      ifConditionHolds(() =>
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
