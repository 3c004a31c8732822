import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { whenText } from '../../../lambdas/core/content/page-words.ts';
import { wordingFor } from '../../../lambdas/core/content/wording.ts';
import { timeZoneRefusal } from '../../../lambdas/core/recipient/timezone.ts';

const NAMES = readFileSync(join(import.meta.dirname, '../../fixtures/iana-time-zones.txt'), 'utf8')
  .split('\n')
  .filter((name) => name !== '' && !name.startsWith('#'));
/** In the database, and nevertheless no place: see ADR 14. */
const ABBREVIATIONS = ['CET', 'CST6CDT', 'EET', 'EST', 'EST5EDT', 'GMT', 'HST', 'MET', 'MST', 'MST7MDT', 'PST8PDT'];
const MORE_ABBREVIATIONS = ['UCT', 'WET'];
const OFFSETS = ['GMT+0', 'GMT-0', 'GMT0'];

describe('a time zone', () => {
  it('every name of the IANA database is a time zone, links included, but for abbreviations and offsets', () => {
    const refused = NAMES.filter((name) => timeZoneRefusal(name) !== undefined);
    expect(NAMES.length).toBeGreaterThan(590);
    expect(refused.sort()).toEqual([...ABBREVIATIONS, ...MORE_ABBREVIATIONS, ...OFFSETS].sort());
  });

  it('every zone that this runtime lists is a time zone', () => {
    expect(Intl.supportedValuesOf('timeZone').filter((name) => timeZoneRefusal(name) !== undefined)).toEqual([]);
  });

  it.each(['Asia/Calcutta', 'US/Eastern', 'Japan', 'GB', 'Zulu', 'utc', 'europe/kyiv', 'Etc/GMT+2'])(
    '%s is a time zone',
    (name) => expect(timeZoneRefusal(name)).toBeUndefined(),
  );

  it.each(['BST', 'IST', 'PST', 'CST', 'AST', 'JST', 'ECT', 'bst', 'Est', 'CEST', ...ABBREVIATIONS])(
    'the abbreviation %s is refused, and the refusal says what to name instead',
    (name) => expect(timeZoneRefusal(name)).toMatch(/^must not be an abbreviation.*Europe\/London, or UTC$/),
  );

  it.each(['+02:00', '-0500', '+5', 'GMT+2', 'UTC-3', 'gmt+02:00', ...OFFSETS])(
    'the offset %s is refused, and the refusal says what to name instead',
    (name) => expect(timeZoneRefusal(name)).toMatch(/^must not be an offset.*Europe\/Berlin, or UTC$/),
  );

  it.each([
    '',
    ' ',
    'SystemV/EST5',
    'Europe/Atlantis',
    'Europe',
    'Mars/Base',
    'Etc/Unknown',
    'localtime',
    'Berlin',
    '/',
  ])('%j is refused as a time zone', (name) => expect(timeZoneRefusal(name)).toBeDefined());
});

describe('a time in a message', () => {
  const at = Date.parse('2026-11-22T10:00:00Z');
  const wording = wordingFor('en');

  it.each([
    ['Asia/Kolkata', '15:30'],
    ['Asia/Calcutta', '15:30'],
    ['Europe/Kyiv', '12:00'],
    ['Europe/Kiev', '12:00'],
    ['Asia/Ho_Chi_Minh', '17:00'],
    ['Asia/Kathmandu', '15:45'],
    ['America/Argentina/Buenos_Aires', '07:00'],
    ['US/Eastern', '05:00'],
    ['Japan', '19:00'],
    ['Etc/UTC', '10:00'],
  ])('a message names the zone %s as it was given, whatever Intl calls it', (zone, time) => {
    expect(whenText(at, wording, zone)).toBe(`22 Nov 2026, ${time} (${zone})`);
  });

  it('a message names every zone of the database as it was given', () => {
    const wanted = NAMES.filter((name) => timeZoneRefusal(name) === undefined && name !== 'UTC');
    for (const zone of wanted) expect(whenText(at, wording, zone)).toContain(`(${zone})`);
  });

  it.each(['BST', 'EST', 'GMT+2', '+02:00'])('a message is in UTC for a reader whose stored zone is %s', (zone) => {
    expect(whenText(at, wording, zone)).toBe('22 Nov 2026, 10:00 UTC');
  });
});
