import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quietUntil, wallTime } from '../../../lambdas/core/suppression/quiet-hours.ts';

const at = Date.parse;
const NIGHT = { from: '22:00', to: '07:00' };

describe('quiet hours', () => {
  test('over midnight hold from the evening until the morning, in the zone of the recipient', () => {
    expect(quietUntil(NIGHT, 'Europe/Berlin', at('2026-11-22T20:59:59Z'))).toBeUndefined();
    expect(quietUntil(NIGHT, 'Europe/Berlin', at('2026-11-22T21:00:00Z'))).toBe(at('2026-11-23T06:00:00Z'));
    expect(quietUntil(NIGHT, 'Europe/Berlin', at('2026-11-23T05:59:59Z'))).toBe(at('2026-11-23T06:00:00Z'));
    expect(quietUntil(NIGHT, 'Europe/Berlin', at('2026-11-23T06:00:00Z'))).toBeUndefined();
  });

  test('within a day hold on that day alone', () => {
    const noon = { from: '12:00', to: '13:30' };
    expect(quietUntil(noon, 'UTC', at('2026-11-22T12:00:00Z'))).toBe(at('2026-11-22T13:30:00Z'));
    expect(quietUntil(noon, 'UTC', at('2026-11-22T13:30:00Z'))).toBeUndefined();
    expect(quietUntil(noon, 'UTC', at('2026-11-22T00:30:00Z'))).toBeUndefined();
  });

  test('belong to the day on which they begin', () => {
    const friday = { ...NIGHT, days: ['fri'] };
    // 2026-11-20 is a Friday.
    expect(quietUntil(friday, 'UTC', at('2026-11-20T23:00:00Z'))).toBe(at('2026-11-21T07:00:00Z'));
    expect(quietUntil(friday, 'UTC', at('2026-11-21T03:00:00Z'))).toBe(at('2026-11-21T07:00:00Z'));
    expect(quietUntil(friday, 'UTC', at('2026-11-20T03:00:00Z'))).toBeUndefined();
    expect(quietUntil(friday, 'UTC', at('2026-11-21T23:00:00Z'))).toBeUndefined();
  });

  test('end when the wall clock says so, in the night an hour shorter and the night an hour longer', () => {
    // Berlin: 2026-03-29 02:00 → 03:00, 2026-10-25 03:00 → 02:00.
    expect(quietUntil(NIGHT, 'Europe/Berlin', at('2026-03-28T22:00:00Z'))).toBe(at('2026-03-29T05:00:00Z'));
    expect(quietUntil(NIGHT, 'Europe/Berlin', at('2026-10-24T22:00:00Z'))).toBe(at('2026-10-25T06:00:00Z'));
  });

  test('that end at a time which is skipped end when the clock has jumped, and at one that comes twice the second time', () => {
    const half = { from: '22:00', to: '02:30' };
    expect(quietUntil(half, 'Europe/Berlin', at('2026-03-28T22:00:00Z'))).toBe(at('2026-03-29T01:00:00Z'));
    expect(quietUntil(half, 'Europe/Berlin', at('2026-10-24T22:00:00Z'))).toBe(at('2026-10-25T01:30:00Z'));
  });
});

const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/Santiago'];
const minutes = fc.integer({ min: 0, max: 1439 });
const clockTime = (m: number) => `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`;

describe('quiet hours in any zone at any time, clock changes included', () => {
  const situation = fc.record({
    zone: fc.constantFrom(...ZONES),
    from: minutes,
    length: fc.integer({ min: 1, max: 1438 }),
    now: fc.integer({ min: at('2025-01-01T00:00:00Z'), max: at('2028-01-01T00:00:00Z') }),
  });

  test('hold whenever the wall clock is within them, and end at the given time or when the clock jumps over it', () => {
    fc.assert(
      fc.property(situation, ({ zone, from, length, now }) => {
        const to = (from + length) % 1440;
        const until = quietUntil({ from: clockTime(from), to: clockTime(to) }, zone, now);
        const minuteOf = (time: number) => Math.floor((wallTime(zone, time) % 86_400_000) / 60_000);
        const within = (minuteOf(now) - from + 1440) % 1440 < length;
        if (within) expect(until).toBeDefined();
        if (until === undefined) return;
        expect(until).toBeGreaterThan(now);
        expect(until - now).toBeLessThanOrEqual(26 * 3_600_000);
        const jumped = wallTime(zone, until) - wallTime(zone, until - 1) !== 1;
        expect(minuteOf(until) === to || jumped).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
