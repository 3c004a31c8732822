import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { TeamPosts } from '../core/page/ports.ts';
import { FIXED } from '../core/rules.ts';
import { ifConditionHolds } from './conditional.ts';
import { inSeconds } from './page-item.ts';
import { queryUnder } from './query-all.ts';

const keyOf = (incidentId: string, channel: string) => ({ pk: `INCIDENT#${incidentId}`, sk: `POST#${channel}` });

/** Posts about incidents in team channels, one for each pair. */
export function createTeamPosts(client: DynamoDBDocumentClient, table: string): TeamPosts {
  return {
    claim(incidentId, channel, tries, now) {
      const Item = { ...keyOf(incidentId, channel), tries, expiresAt: inSeconds(now + FIXED.retention) };
      // A row of an older version has no count: its post was claimed once.
      const isNext = 'attribute_not_exists(providerId) AND (attribute_not_exists(tries) OR tries < :tries)';
      const condition =
        tries === 1
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : { ConditionExpression: isNext, ExpressionAttributeValues: { ':tries': tries } };
      return ifConditionHolds(() => client.send(new PutCommand({ TableName: table, Item, ...condition })));
    },
    async sent(incidentId, channel, providerId) {
      await client.send(
        new UpdateCommand({
          TableName: table,
          Key: keyOf(incidentId, channel),
          UpdateExpression: 'SET providerId = :id',
          ExpressionAttributeValues: { ':id': providerId },
        }),
      );
    },
    async ofIncident(incidentId) {
      const posts = await queryUnder(client, table, `INCIDENT#${incidentId}`, 'POST#');
      return posts.flatMap(({ providerId }) => (providerId ? [providerId as string] : []));
    },
  };
}
