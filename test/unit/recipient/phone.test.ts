import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSamePhone, phoneKey, waysToWrite } from '../../../lambdas/core/recipient/phone.ts';

describe('the number of a phone', () => {
  it.each([
    ['+525562000000', '+5215562000000'],
    ['+523312345678', '+5213312345678'],
    ['+541123456789', '+5491123456789'],
    ['+542214567890', '+5492214567890'],
  ])('%s and %s are one phone', (one, other) => {
    expect(isSamePhone(one, other)).toBe(true);
    expect(phoneKey(one)).toBe(phoneKey(other));
    expect([...waysToWrite(one)].sort()).toEqual([one, other].sort());
  });

  it.each([
    ['another number', '+525562000000', '+525562000001'],
    ['another country', '+525562000000', '+545562000000'],
    ['a number that is too short', '+52155620000', '+5255620000'],
    ['a number that is too long', '+52155620000000', '+5255620000000'],
    ['a number of North America that begins with 1 and 9', '+19155550100', '+1155550100'],
    ['the old number of Brazil without its ninth digit', '+551187654321', '+5511987654321'],
  ])('a number is not one phone with that of %s', (_what, one, other) => {
    expect(isSamePhone(one, other)).toBe(false);
  });

  it('two phones that are not there are not one phone', () => {
    expect(isSamePhone(undefined, undefined)).toBe(false);
    expect(isSamePhone(undefined, '+525562000000')).toBe(false);
  });

  it('whatever it is, every way to write it leads to the same key and the same ways', () => {
    const numbers = fc.oneof(
      fc.stringMatching(/^\+[1-9][0-9]{6,14}$/),
      fc.stringMatching(/^\+52[0-9]{8,11}$/),
      fc.stringMatching(/^\+54[0-9]{8,11}$/),
    );
    fc.assert(
      fc.property(numbers, (phone) => {
        const ways = waysToWrite(phone);
        expect(ways).toContain(phone);
        for (const way of ways) expect(waysToWrite(way)).toEqual(ways);
        expect(phoneKey(phoneKey(phone))).toBe(phoneKey(phone));
      }),
    );
  });
});
