import { CHANNELS, type Channel, type Page } from './page.ts';

/** A text or a call interrupts a person, whatever they do; the other channels wait until they are looked at. */
export const isInterruptive = (channel: Channel): boolean => channel === 'sms' || channel === 'voice';

/** The interruptive ones of these channels, in the order of `CHANNELS`. */
export const interruptiveOf = (channels: readonly { channel: Channel }[]): Channel[] =>
  CHANNELS.filter((one) => isInterruptive(one) && channels.some(({ channel }) => channel === one));

/** An update about an answer is delivered, not answered. A page of any other type is an alarm, a newer version's too (ADR 18). */
export const isAlarm = ({ type }: Pick<Page, 'type'>): boolean => type !== 'acknowledgment' && type !== 'resolution';

/** Whether a page is put into words that ask for an answer; of a newer version's types this one cannot know (ADR 18). */
export const asksForAnswer = ({ type }: Pick<Page, 'type'>): boolean =>
  type === 'new_incident' || type === 'escalation';
