import { type Channel, deliveryKey } from './page/page.ts';

/** Who has a phone's line: the delivery, whichever attempt of it. */
export const lineHolder = (one: { pageId: string; round: number; channel: Channel }): string =>
  `${one.pageId}.${deliveryKey(one.round, one.channel)}`;
