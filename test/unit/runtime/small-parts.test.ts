import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { maskPhone, maskPhones } from '../../../lambdas/core/mask.ts';
import { decodeCursor, encodeCursor, stretchOf } from '../../../lambdas/runtime/cursor.ts';
import { parseEnv } from '../../../lambdas/runtime/env.ts';
import { idempotencyKey, ifMatch, requireMatch } from '../../../lambdas/runtime/headers.ts';
import { Problem } from '../../../lambdas/runtime/problem.ts';

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

describe('If-Match', () => {
  it('is a version, any, or nothing', () => {
    expect(ifMatch({})).toBeUndefined();
    expect(ifMatch({ 'if-match': '*' })).toBe('*');
    expect(ifMatch({ 'if-match': '"12"' })).toBe(12);
    for (const bad of ['12', '', 'W/"1"', '"x"', '"1", "2"']) {
      expect(problemOf(() => ifMatch({ 'if-match': bad }))).toBe('invalid-request');
    }
  });

  it('refuses a stale or missing record and nothing without it', () => {
    expect(problemOf(() => requireMatch(2, 2))).toBe('');
    expect(problemOf(() => requireMatch('*', 2))).toBe('');
    expect(problemOf(() => requireMatch(undefined, 0))).toBe('');
    for (const [wanted, stored] of [
      [1, 2],
      ['*', 0],
      [1, 0],
    ] as const) {
      expect(problemOf(() => requireMatch(wanted, stored))).toBe('precondition-failed');
    }
  });
});

describe('Idempotency-Key', () => {
  it('has 1 to 128 visible characters', () => {
    expect(idempotencyKey({})).toBeUndefined();
    expect(idempotencyKey({ 'idempotency-key': 'a b'.padEnd(128, 'x') })).toHaveLength(128);
    for (const bad of ['', ' ', 'x'.repeat(129), 'a\u0000', 'ä', 'a\n']) {
      expect(problemOf(() => idempotencyKey({ 'idempotency-key': bad }))).toBe('invalid-request');
    }
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

describe('masking', () => {
  it('shows the first five and last four characters of a phone', () => {
    expect(maskPhone('+14155550100')).toBe('+1415•••0100');
    expect(maskPhone('+290123')).toBe('•••');
  });

  it('leaves no whole number in any text', () => {
    expect(maskPhones('to +14155550100, "From=%2B447700900123"')).toBe('to +1415•••0100, "From=+4477•••0123"');
    fc.assert(
      fc.property(fc.string(), fc.stringMatching(/^\+[1-9][0-9]{9,13}$/), (text, phone) => {
        expect(maskPhones(`${text} ${phone} ${text}`)).not.toContain(phone);
      }),
    );
  });
});
