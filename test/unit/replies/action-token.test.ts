import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomPageId } from '../../../lambdas/core/page/ids.ts';
import { readActionToken, signActionToken } from '../../../lambdas/core/replies/action-token.ts';
import { DAY } from '../../../lambdas/core/time.ts';

const NOW = Date.parse('2026-11-22T03:00:30Z');
const KEY = 'a key';
const ids = fc.constant(0).map(randomPageId);
const actions = fc.constantFrom('acknowledge' as const, 'resolve' as const);

describe('an action token', () => {
  it('says page and action, fits a text, and ends so that phones take all of it for the link', () => {
    fc.assert(
      fc.property(
        ids,
        actions,
        fc.date({ min: new Date(NOW), max: new Date('2100-01-01'), noInvalidDate: true }),
        (pageId, action, at) => {
          const now = at.getTime();
          const token = signActionToken(pageId, action, KEY, now);
          expect(token).toMatch(/^[A-Za-z0-9_-]{31}[A-Za-z0-9]$/);
          expect(readActionToken(token, [KEY], now)).toEqual({ result: 'good', pageId, action });
        },
      ),
    );
  });

  it('lives for seven days, and not for more than an hour longer', () => {
    fc.assert(
      fc.property(ids, actions, (pageId, action) => {
        const token = signActionToken(pageId, action, KEY, NOW);
        expect(readActionToken(token, [KEY], NOW + 7 * DAY - 1).result).toBe('good');
        expect(readActionToken(token, [KEY], NOW + 7 * DAY + 3_600_000)).toEqual({ result: 'expired' });
      }),
    );
  });

  it('with any bit changed is unknown, also one that would be expired', () => {
    const token = signActionToken('pg_k3v7q2m5x4tb6nzc', 'acknowledge', KEY, NOW);
    const bytes = Buffer.from(token, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(readActionToken(changed.toString('base64url'), [KEY], NOW)).toEqual({ result: 'unknown' });
    }
  });

  it('works with the key before, after a rotation, and with no other', () => {
    const token = signActionToken('pg_k3v7q2m5x4tb6nzc', 'resolve', KEY, NOW);
    expect(readActionToken(token, ['new', KEY], NOW).result).toBe('good');
    expect(readActionToken(token, ['new', 'other'], NOW).result).toBe('unknown');
    expect(readActionToken(token, [], NOW).result).toBe('unknown');
  });

  it('an action token is never made with an empty key, nor for what is no page', () => {
    expect(() => signActionToken('pg_k3v7q2m5x4tb6nzc', 'resolve', '', NOW)).toThrow();
    expect(() => signActionToken('pg_', 'resolve', KEY, NOW)).toThrow();
  });

  it('reads anything without throwing', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(readActionToken(text, [KEY], NOW)).toEqual({ result: 'unknown' });
      }),
    );
  });
});
