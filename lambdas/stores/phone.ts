import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { phoneKey, waysToWrite } from '../core/recipient/phone.ts';
import { queryUnder } from './query-all.ts';

/**
 * The partition of a phone: its codes, whose it is, whether it opted out (ADR 1). However the number is written, the
 * partition is one, so that conditional writes hold for the phone and not for a way to write it.
 */
export const phonePartition = (phone: string): string => `PHONE#${phoneKey(phone)}`;

/**
 * Every partition that may hold items of a phone, first the one that is written. The others hold what was written when
 * each item was keyed by the number as given (ADR 16).
 */
export function phonePartitions(phone: string): [string, ...string[]] {
  const [first, ...older] = waysToWrite(phone);
  return [`PHONE#${first}`, ...older.map((one) => `PHONE#${one}`)];
}

/** All items of one kind of a phone, also those keyed by another way to write it. Sees every write answered before. */
export async function queryPhone(
  client: DynamoDBDocumentClient,
  table: string,
  phone: string,
  kind: 'CODE#' | 'RECIPIENT#',
): Promise<Record<string, unknown>[]> {
  const found = await Promise.all(phonePartitions(phone).map((pk) => queryUnder(client, table, pk, kind)));
  return found.flat();
}
