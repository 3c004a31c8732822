import { randomUUID } from 'node:crypto';
import { type Channel, deliveryKey } from '../page/page.ts';

/** Who has a phone's line: the delivery, whichever attempt of it. */
export const lockHolder = (one: { pageId: string; round: number; channel: Channel }): string =>
  `${one.pageId}.${deliveryKey(one.round, one.channel)}`;

/** One for every call with a verification code: a second one must not be placed while the first is on the line. */
export const codeCallHolder = (recipientId: string): string => `verification.${recipientId}.${randomUUID()}`;
