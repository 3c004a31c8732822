import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { DeliveryKey, Page } from '../core/page/page.ts';
import type { PageStore } from '../core/page/ports.ts';
import { FIXED } from '../core/rules.ts';
import { ifConditionHolds } from './conditional.ts';
import { deliveryToItem } from './delivery-item.ts';
import { descriptionKey, fromItem, inSeconds, isLong, pageKey, stateToItem, toItem } from './page-item.ts';
import { createPageQueries } from './page-queries.ts';

const ABSENT = 'attribute_not_exists(pk)';

/** Pages in the table of ADR 1. */
export function createPageStore(client: DynamoDBDocumentClient, table: string): PageStore {
  const putIfAbsent = (Item: Record<string, unknown>) =>
    ifConditionHolds(() => client.send(new PutCommand({ TableName: table, Item, ConditionExpression: ABSENT })));

  return {
    async create(page) {
      const { description } = page.incident;
      if (isLong(description)) {
        // Before the page, so that a page never lacks its description; repeated, it is there already.
        const expiresAt = inSeconds(page.createdAt + FIXED.retention);
        await putIfAbsent({ ...descriptionKey(page.id), description, expiresAt });
      }
      return (await putIfAbsent(toItem(page))) ? 'created' : 'exists';
    },

    async get(id, { consistent } = { consistent: false }) {
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: pageKey(id), ConsistentRead: consistent }),
      );
      return Item && fromItem(Item);
    },

    async getWithDescription(id) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': pageKey(id).pk },
          ConsistentRead: true,
        }),
      );
      const item = Items.find(({ sk }) => sk === pageKey(id).sk);
      const text = Items.find(({ sk }) => sk === descriptionKey(id).sk)?.description;
      if (!item) return undefined;
      const { descriptionApart: _, ...page } = fromItem(item);
      return text ? { ...page, incident: { ...page.incident, description: text } } : page;
    },

    async save(before, after, written) {
      if (before === after) return 'saved';
      const update = { TableName: table, Key: pageKey(before.id), ...difference(before, after) };
      // Costs no read unit.
      const ReturnValues = written ? 'ALL_NEW' : 'NONE';
      const isSaved = await ifConditionHolds(async () => {
        const { Attributes } = await client.send(new UpdateCommand({ ...update, ReturnValues }));
        if (Attributes) written?.(fromItem(Attributes));
      });
      return isSaved ? 'saved' : 'conflict';
    },

    ...createPageQueries(client, table),
  };
}

/**
 * The update that turns one version into the next: whole deliveries where they changed, its own state where the page did.
 * It holds only if neither the page nor a touched delivery has moved (ADR 2), so deliveries of one page do not get
 * into each other's way, while an answer stops them all.
 */
function difference(before: Page, after: Page) {
  const set: string[] = [];
  const remove: string[] = [];
  const conditions = ['rv = :rv'];
  const names: Record<string, string> = {};
  const values: Record<string, unknown> = { ':rv': before.rev };

  for (const [i, key] of (Object.keys(after.deliveries) as DeliveryKey[]).entries()) {
    const [was, is] = [before.deliveries[key], after.deliveries[key]];
    if (!is || was === is) continue;
    names[`#d${i}`] = key;
    values[`:d${i}`] = deliveryToItem(is, after.createdAt);
    set.push(`dl.#d${i} = :d${i}`);
    if (was) values[`:v${i}`] = was.rev;
    conditions.push(was ? `dl.#d${i}.v = :v${i}` : `attribute_not_exists(dl.#d${i})`);
  }
  if (after.rev !== before.rev) {
    values[':next'] = after.rev;
    set.push('rv = :next');
    for (const [name, value] of Object.entries(stateToItem(after))) {
      if (value === undefined) {
        remove.push(name);
        continue;
      }
      values[`:${name}`] = value;
      set.push(`${name} = :${name}`);
    }
  }
  return {
    UpdateExpression: `SET ${set.join(', ')}${remove.length > 0 ? ` REMOVE ${remove.join(', ')}` : ''}`,
    ConditionExpression: conditions.join(' AND '),
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    ExpressionAttributeValues: values,
  };
}
