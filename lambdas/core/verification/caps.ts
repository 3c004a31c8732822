import { phoneKey } from '../recipient/phone.ts';
import { CAPS } from './limits.ts';

export type CapScope = keyof typeof CAPS;

/** One counter that a send has to fit under. */
export interface Cap {
  scope: CapScope;
  /** Names the counter; together with `from` it is unique. */
  key: string;
  max: number;
  /** The stretch of time that is counted, epoch milliseconds. */
  from: number;
  until: number;
}

/**
 * The counters of a text to this phone, narrowest first: whoever hammers one number is stopped before using up what
 * others need. They count by the hour or day of the clock (UTC), so that one conditional write does it; across its
 * end twice `max` may pass, which the money at stake bears.
 * @param callingCode of the phone's country, digits only
 */
export function capsOf(phone: string, callingCode: string, now: number): Cap[] {
  const keys: Record<CapScope, string> = {
    phone: `phone ${phoneKey(phone)}`,
    country: `country +${callingCode}`,
    installation: 'installation',
  };
  return (Object.keys(keys) as CapScope[]).map((scope) => {
    const { max, window } = CAPS[scope];
    const from = Math.floor(now / window) * window;
    return { scope, key: keys[scope], max, from, until: from + window };
  });
}
