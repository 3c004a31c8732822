import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { decodeCursor, encodeCursor, stretchOf } from '../../../lambdas/runtime/cursor.ts';
import { parseEnv } from '../../../lambdas/runtime/env.ts';
import { Problem } from '../../../lambdas/runtime/problem.ts';
import { originOf } from '../../../lambdas/runtime/schemas/phone-origin.ts';

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

  it('gives back what it was made of, in characters that need no escaping', () => {
    fc.assert(
      fc.property(fc.record({ at: fc.integer(), id: fc.string() }), (given) => {
        const cursor = encodeCursor(given);
        expect(cursor).toMatch(/^[\w-]+$/);
        expect(decodeCursor(place, cursor)).toEqual(given);
      }),
    );
  });

  it('of anybody else is a bad request and never an error of ours', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map((json) => Buffer.from(json).toString('base64url')),
        ),
        (cursor) => {
          expect(problemOf(() => decodeCursor(place, cursor))).toBe('invalid-request');
        },
      ),
    );
  });

  it('walks a list to its end, each item once', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 10 }), (all, limit) => {
        const seen: number[] = [];
        let cursor: string | undefined;
        do {
          const stretch = stretchOf(all, { limit, ...(cursor && { cursor }) });
          expect(stretch.items.length).toBeLessThanOrEqual(limit);
          seen.push(...stretch.items);
          cursor = stretch.nextCursor;
        } while (cursor);
        expect(seen).toEqual(all);
      }),
    );
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

  it('is any country of its calling code, when its range is not known', () => {
    const { callingCode, countries } = originOf('+15555550100');
    expect([callingCode, countries.includes('US'), countries.includes('JM')]).toEqual(['1', true, true]);
  });
});
