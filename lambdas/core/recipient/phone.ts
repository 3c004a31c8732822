/** Phone numbers as names of a person's phone: which numbers in E.164 are one and the same. */

/**
 * Countries where one mobile phone is written two ways (docs/spec/replies.md#answering), as prefixes of the E.164
 * number in front of the ten national digits. The first way is the one that Lifeline compares by.
 *
 * Mexico dropped the 1 of mobile numbers in August 2019, and carriers still hand it over. In Argentina the 9 marks a
 * mobile phone, and carriers leave it out. In both the ten national digits belong to one subscriber, with or without
 * the prefix. Renumberings (Brazil's ninth digit of 2016) are not of this kind: there the old number is not in use any
 * more.
 */
const TWO_WAYS = [
  ['+52', '+521'],
  ['+549', '+54'],
] as const;
const NATIONAL = /^[1-9]\d{9}$/;

/**
 * Every way to write this phone's number, the one that is compared by first; the number alone for nearly all.
 * @param phone E.164
 */
export function waysToWrite(phone: string): readonly [string, ...string[]] {
  for (const ways of TWO_WAYS) {
    for (const prefix of ways) {
      const national = phone.startsWith(prefix) ? phone.slice(prefix.length) : '';
      if (NATIONAL.test(national)) return [`${ways[0]}${national}`, `${ways[1]}${national}`];
    }
  }
  return [phone];
}

/**
 * The one number that a phone is compared and stored by, however it was written. What was given is kept for sending.
 */
export const phoneKey = (phone: string): string => waysToWrite(phone)[0];

/**
 * What stands in front of the number when a phone answers a messaging service by RCS; the same phone takes its texts.
 */
const RCS = /^rcs:/i;

/**
 * The phone that a text came from, E.164; undefined for short codes, sender ids and other messengers (`whatsapp:+1…`).
 * @param from as Twilio writes it: `+14155550100`, `rcs:+14155550100`
 */
export function phoneOfSender(from: string): string | undefined {
  const phone = from.replace(RCS, '');
  return /^\+[1-9]\d{6,14}$/.test(phone) ? phone : undefined;
}

/** Whether both numbers are one phone. Two absent numbers are not. */
export const isSamePhone = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && other !== undefined && phoneKey(one) === phoneKey(other);
