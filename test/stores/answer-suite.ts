/** What the stores of answers promise, on whatever table engine; one file because they share the numbers of phones. */

import { expect, test } from 'vitest';
import type { OptOutStore } from '../../lambdas/core/opt-out/ports.ts';
import { randomPageId } from '../../lambdas/core/page/ids.ts';
import type { CodeStore, PageStore } from '../../lambdas/core/page/ports.ts';
import type { PhoneLocks } from '../../lambdas/core/rate-limit/ports.ts';
import type { RecipientStore } from '../../lambdas/core/recipient/ports.ts';
import type { Recipient } from '../../lambdas/core/recipient/recipient.ts';
import type { InboundTexts } from '../../lambdas/core/replies/ports.ts';
import { HOUR } from '../../lambdas/core/time.ts';
import { somePage, T0 } from '../support/pages.ts';

interface Stores {
  pages: PageStore;
  recipients: RecipientStore;
  codes: CodeStore;
  optOuts: OptOutStore;
  inbound: InboundTexts;
  lines: PhoneLocks;
}

const person = (fields: Partial<Recipient> = {}): Recipient => ({
  id: `r_${randomPageId()}`,
  name: 'N',
  phoneVerified: true,
  smsSuppressed: false,
  preferences: [],
  version: 1,
  updatedAt: T0,
  ...fields,
});
/** Tests share one table, so each has a number of its own. */
const freshPhone = () => `+1${randomPageId().slice(3)}`;

let national = 1_100_000_000;
/**
 * Phones of Mexico and Argentina, each with the two ways to write its number (docs/spec/replies.md#answering), in
 * either order.
 */
const twoWays = (): [string, string][] =>
  [
    ['+52', '+521'],
    ['+521', '+52'],
    ['+54', '+549'],
    ['+549', '+54'],
  ].map(([one, other]) => {
    national += 1;
    return [`${one}${national}`, `${other}${national}`];
  });

/** What answers by text need of the stores: in memory, on dynalite, and in AWS. */
export function answerSuite(open: () => Promise<Stores> | Stores): void {
  test('the pages of a phone are those that hold a code on it, and on no other', async () => {
    const { codes, pages } = await open();
    const [phone, other] = [freshPhone(), freshPhone()];
    const made = Array.from({ length: 3 }, () => somePage({ id: randomPageId() }));
    for (const page of made) await pages.create(page);
    const [one, two, three] = made.map(({ id }) => id) as [string, string, string];
    await codes.reserve(phone, '7K3', one, T0 + HOUR);
    await codes.reserve(phone, '9FG', two, T0 + HOUR);
    await codes.reserve(other, '7K3', three, T0 + HOUR);
    await codes.reserve(phone, 'CCC', 'pg_neverwritten2222', T0 + HOUR);
    await codes.reserve(phone, 'FFF', 'pg_expired222222222', T0 - 2_000);
    const ids = await codes.ofPhone(phone);
    expect(ids.sort()).toEqual([one, two, 'pg_neverwritten2222'].sort());
    expect((await pages.getMany(ids)).map(({ id }) => id).sort()).toEqual([one, two].sort());
    expect(await pages.getMany([])).toEqual([]);
  });

  test('more than a hundred pages come back together', async () => {
    const { pages } = await open();
    const made = Array.from({ length: 120 }, () => somePage({ id: randomPageId() }));
    await Promise.all(made.map((page) => pages.create(page)));
    expect(await pages.getMany(made.map(({ id }) => id))).toHaveLength(120);
  });

  test('a phone leads to everybody whose texts go to it, and to nobody else', async () => {
    const { recipients } = await open();
    const [phone, next] = [freshPhone(), freshPhone()];
    const ids = async (number: string) => (await recipients.byPhone(number)).map(({ id }) => id).sort();
    const [ann, ben] = [person({ phone }), person({ phone })];
    for (const one of [ann, ben]) await recipients.put(one, 0);
    expect(await ids(phone)).toEqual([ann.id, ben.id].sort());

    // A new phone that is not verified yet: texts still go to the old one.
    const changing = { ...ann, phone: next, phoneVerified: false, verifiedPhone: phone, version: 2 };
    await recipients.put(changing, 1);
    expect([await ids(phone), await ids(next)]).toEqual([[ann.id, ben.id].sort(), []]);
    const { verifiedPhone: _, ...rest } = changing;
    await recipients.put({ ...rest, phoneVerified: true, version: 3 }, 2);
    expect([await ids(phone), await ids(next)]).toEqual([[ben.id], [ann.id]]);

    await recipients.delete(ben.id, 1);
    expect(await ids(phone)).toEqual([]);
    await recipients.put(person({ id: ben.id, phone }), 0);
    expect(await ids(phone)).toEqual([ben.id]);
  });

  test('a write that loses its race leaves every phone leading to its people', async () => {
    const { recipients } = await open();
    const [phone, next] = [freshPhone(), freshPhone()];
    const ann = person({ phone });
    await recipients.put(ann, 0);
    const moves = [
      { ...ann, phone: next, version: 2, updatedAt: T0 + 1 },
      { ...ann, name: 'stays', version: 2, updatedAt: T0 + 2 },
    ];
    const results = await Promise.all(moves.map((move) => recipients.put(move, 1)));
    expect(results.sort()).toEqual(['conflict', 'saved']);
    const stored = await recipients.get(ann.id);
    expect(await recipients.byPhone(stored?.phone ?? '')).toEqual([stored]);
    expect(await recipients.byPhone(stored?.phone === phone ? next : phone)).toEqual([]);
  });

  test('a Slack user leads to everybody who has it, through every change, and to nobody else', async () => {
    const { recipients } = await open();
    const [user, next] = [`U${freshPhone().slice(1)}`, `UN${freshPhone().slice(1)}`];
    const ids = async (one: string) => (await recipients.bySlackUser(one)).map(({ id }) => id).sort();
    const [ann, ben] = [person({ phone: freshPhone(), slackUserId: user }), person({ slackUserId: user })];
    for (const one of [ann, ben]) await recipients.put(one, 0);
    expect(await ids(user)).toEqual([ann.id, ben.id].sort());
    expect(await recipients.bySlackUser(user)).toContainEqual(ann);

    await recipients.put({ ...ann, slackUserId: next, version: 2 }, 1);
    expect([await ids(user), await ids(next)]).toEqual([[ben.id], [ann.id]]);
    expect((await recipients.byPhone(ann.phone ?? '')).map(({ id }) => id)).toEqual([ann.id]);

    const { slackUserId: _, ...without } = { ...ann, version: 3 };
    await recipients.put(without, 2);
    await recipients.delete(ben.id, 1);
    expect([await ids(user), await ids(next)]).toEqual([[], []]);
  });

  test('a number that opted out stays so until it opts in', async () => {
    const { optOuts } = await open();
    const phone = freshPhone();
    expect(await optOuts.has(phone)).toBe(false);
    const stop = { at: T0, from: 'twilio', code: '21610' } as const;
    for (let n = 0; n < 2; n++) await optOuts.add(phone, stop);
    expect([await optOuts.has(phone), await optOuts.has(freshPhone())]).toEqual([true, false]);
    expect([await optOuts.get(phone), await optOuts.get(freshPhone())]).toEqual([stop, undefined]);
    for (let n = 0; n < 2; n++) await optOuts.remove(phone);
    expect(await optOuts.has(phone)).toBe(false);
  });

  test('the last time a number opted in is known, and is no opt-out', async () => {
    const { optOuts } = await open();
    const phone = freshPhone();
    expect(await optOuts.startedAt(phone)).toBeUndefined();
    await optOuts.start(phone, T0);
    await optOuts.start(phone, T0 + 1);
    expect([await optOuts.startedAt(phone), await optOuts.has(phone)]).toEqual([T0 + 1, false]);
  });

  test('what not everybody was told of an opt-out is known until they were; the last change counts', async () => {
    const { optOuts } = await open();
    const phone = freshPhone();
    expect(await optOuts.untold(phone)).toBeUndefined();
    await optOuts.begin(phone, 'suppressed', T0);
    await optOuts.begin(phone, 'unsuppressed', T0);
    expect([await optOuts.untold(phone), await optOuts.untold(freshPhone())]).toEqual(['unsuppressed', undefined]);
    expect(await optOuts.has(phone)).toBe(false);
    for (let n = 0; n < 2; n++) await optOuts.finish(phone, T0);
    expect(await optOuts.untold(phone)).toBeUndefined();
  });

  test('every copy of a text finds when the first came, and what it was answered with', async () => {
    const { inbound } = await open();
    const id = randomPageId();
    const copies = await Promise.all([1, 2, 3].map((n) => inbound.begin(id, T0 + n, T0 + HOUR)));
    expect(new Set(copies.map(({ at }) => at)).size).toBe(1);
    const [first] = copies;
    await inbound.finish(id, '', false);
    expect(await inbound.begin(id, T0 + 9, T0 + HOUR)).toEqual({ at: first?.at, reply: '' });
    expect(await inbound.begin(randomPageId(), T0 + 9, T0 + HOUR)).toEqual({ at: T0 + 9 });
  });

  test('one of many texts is helped, every copy of it, and after its time the next', async () => {
    const { inbound } = await open();
    const phone = freshPhone();
    const results = await Promise.all(['a', 'b', 'c'].map((id) => inbound.mayHelp(phone, id, T0 + HOUR)));
    expect(results.filter(Boolean)).toHaveLength(1);
    const helped = ['a', 'b', 'c'][results.indexOf(true)] ?? '';
    expect(await inbound.mayHelp(phone, helped, T0 + HOUR)).toBe(true);
    expect(await inbound.mayHelp(freshPhone(), 'd', T0 - 1_000)).toBe(true);
    const past = freshPhone();
    expect(await inbound.mayHelp(past, 'a', T0 - 1_000)).toBe(true);
    expect(await inbound.mayHelp(past, 'b', T0 + HOUR)).toBe(true);
  });

  test('replies to a phone are counted by the hour, whichever way its number is written', async () => {
    const { inbound } = await open();
    for (const [given, other] of twoWays()) {
      const may = (phone: string, at: number) => inbound.mayReply(phone, at, 2);
      expect([await may(given, T0), await may(other, T0 + 1), await may(given, T0 + 2)]).toEqual([true, true, false]);
      expect([await may(freshPhone(), T0), await may(given, T0 + HOUR)]).toEqual([true, true]);
    }
  });

  test('a phone whose number may be written two ways leads to the same people whichever way is asked for', async () => {
    const { recipients } = await open();
    for (const [given, other] of twoWays()) {
      const ann = person({ phone: given });
      await recipients.put(ann, 0);
      expect(await recipients.byPhone(other)).toEqual([ann]);
      expect(await recipients.byPhone(given)).toEqual([ann]);
      await recipients.put({ ...ann, phone: other, version: 2 }, 1);
      expect((await recipients.byPhone(given)).map(({ phone }) => phone)).toEqual([other]);
      await recipients.delete(ann.id, 2);
      expect([await recipients.byPhone(given), await recipients.byPhone(other)]).toEqual([[], []]);
    }
  });

  test('a code is unique on a phone whichever way its number is written', async () => {
    const { codes } = await open();
    for (const [given, other] of twoWays()) {
      expect(await codes.reserve(given, '7K3', 'pg_one', T0 + HOUR)).toBe(true);
      expect(await codes.reserve(other, '7K3', 'pg_two', T0 + HOUR)).toBe(false);
      expect(await codes.reserve(other, '7K3', 'pg_one', T0 + HOUR)).toBe(true);
      expect(await codes.reserve(other, '9FG', 'pg_two', T0 + HOUR)).toBe(true);
      for (const way of [given, other]) expect((await codes.ofPhone(way)).sort()).toEqual(['pg_one', 'pg_two']);
    }
  });

  test('an opt-out holds and ends for a phone whichever way its number is written', async () => {
    const { optOuts } = await open();
    for (const [given, other] of twoWays()) {
      await optOuts.add(given, { at: T0, from: 'person', code: 'STOP' });
      await optOuts.begin(other, 'suppressed', T0);
      expect([await optOuts.has(other), await optOuts.untold(given)]).toEqual([true, 'suppressed']);
      await optOuts.finish(given, T0);
      await optOuts.remove(other);
      expect([await optOuts.has(given), await optOuts.untold(other)]).toEqual([false, undefined]);
    }
  });

  test('one call is on the line of a phone whichever way its number is written', async () => {
    const { lines } = await open();
    for (const [given, other] of twoWays()) {
      expect(await lines.take(given, 'one', T0, T0 + HOUR)).toBe(true);
      expect(await lines.take(other, 'two', T0, T0 + HOUR)).toBe(false);
      await lines.free(other, 'two');
      expect(await lines.take(other, 'two', T0, T0 + HOUR)).toBe(false);
      await lines.free(other, 'one');
      expect(await lines.take(given, 'two', T0, T0 + HOUR)).toBe(true);
    }
  });

  test('a help text is sent once an hour to a phone whichever way its number is written', async () => {
    const { inbound } = await open();
    for (const [given, other] of twoWays()) {
      expect(await inbound.mayHelp(given, 'a', T0 + HOUR)).toBe(true);
      expect(await inbound.mayHelp(other, 'b', T0 + HOUR)).toBe(false);
    }
  });
}
