import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { decodeCursor, encodeCursor, type Listing, stretchOf } from '../../../lambdas/http/cursor.ts';
import { Problem } from '../../../lambdas/http/problem.ts';
import { originOf } from '../../../lambdas/http/schemas/phone-origin.ts';
import { parseEnv } from '../../../lambdas/runtime/env.ts';

const problemOf = (run: () => unknown): string => {
  try {
    run();
    return '';
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.name;
  }
};

describe('a cursor', () => {
  const place = z.strictObject({ at: z.int(), id: z.string() });
  const listing: Listing = { list: 'notifications', filters: { recipientId: 'usr_alice', since: undefined } };

  it('gives back what it was made of, in characters that need no escaping', () => {
    fc.assert(
      fc.property(fc.record({ at: fc.integer(), id: fc.string() }), (given) => {
        const cursor = encodeCursor(listing, given);
        expect(cursor).toMatch(/^[\w-]+$/);
        expect(decodeCursor(listing, place, cursor)).toEqual(given);
      }),
    );
  });

  it('a cursor of anybody else is a bad request and never an error of ours', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map((json) => Buffer.from(json).toString('base64url')),
        ),
        (cursor) => {
          expect(problemOf(() => decodeCursor(listing, place, cursor))).toBe('invalid-request');
        },
      ),
    );
  });

  it('a cursor belongs to one list and its filters, whatever order they are given in', () => {
    const cursor = encodeCursor(listing, { at: 1, id: 'a' });
    const takenBy = (other: Listing) => problemOf(() => decodeCursor(other, place, cursor)) === '';
    expect(takenBy({ list: 'notifications', filters: { priority: undefined, recipientId: 'usr_alice' } })).toBe(true);
    expect(takenBy({ list: 'audit', filters: listing.filters })).toBe(false);
    expect(takenBy({ list: 'notifications', filters: {} })).toBe(false);
    expect(takenBy({ list: 'notifications', filters: { recipientId: 'usr_bob' } })).toBe(false);
    expect(takenBy({ list: 'notifications', filters: { service: 'usr_alice' } })).toBe(false);
  });

  it('walks a list to its end, each item once', async () => {
    const walk = fc.asyncProperty(fc.array(fc.integer()), fc.integer({ min: 1, max: 10 }), async (all, limit) => {
      const seen: number[] = [];
      let cursor: string | undefined;
      do {
        const stretch: { items: number[]; nextCursor?: string } = await stretchOf(
          listing,
          { limit, ...(cursor && { cursor }) },
          async () => all,
        );
        expect(stretch.items.length).toBeLessThanOrEqual(limit);
        seen.push(...stretch.items);
        cursor = stretch.nextCursor;
      } while (cursor);
      expect(seen).toEqual(all);
    });
    await fc.assert(walk);
  });
});

describe('parseEnv', () => {
  const schema = z.object({ TABLE: z.string(), PORT: z.coerce.number() });

  it('gives what the schema makes of the environment', () => {
    expect(parseEnv(schema, { TABLE: 't', PORT: '3000', OTHER: 'x' })).toEqual({ TABLE: 't', PORT: 3000 });
  });

  it('names what is missing or wrong, never the values', () => {
    expect(() => parseEnv(schema, { PORT: 'secret' })).toThrow('Environment: TABLE is missing, PORT is not valid');
  });
});

describe('where a phone is', () => {
  it.each([
    ['+14155550100', '1', ['US']],
    ['+14165550100', '1', ['CA']],
    // Shares the calling code of the United States and costs many times as much.
    ['+18765551234', '1', ['JM']],
    ['+4915123456789', '49', ['DE']],
    ['+77012345678', '7', ['KZ']],
    ['+882161234567', '882', []],
    ['+870773111632', '870', []],
  ])('%s', (phone, callingCode, countries) => expect(originOf(phone)).toEqual({ callingCode, countries }));

  it('a phone whose range is not known may be in any country of its calling code', () => {
    const { callingCode, countries } = originOf('+15555550100');
    expect([callingCode, countries.includes('US'), countries.includes('JM')]).toEqual(['1', true, true]);
  });
});
