import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gsm7Septets, isGsm7 } from '../../../lambdas/core/sms/gsm7.ts';
import { segments } from '../../../lambdas/core/sms/segments.ts';
import { flatten, transliterate } from '../../../lambdas/core/sms/transliterate.ts';

describe('septets are counted as the network counts them', () => {
  it('takes one for a letter and two for the extension table', () => {
    expect(gsm7Septets('aÄ@é')).toBe(4);
    expect(gsm7Septets('^{}\\[~]|€')).toBe(18);
  });

  it('has no count for what GSM-7 lacks', () => {
    for (const char of ['ç', '`', '“', '🔥', '字', '\t']) expect(gsm7Septets(`a${char}`)).toBeUndefined();
  });
});

describe('segments are counted as they are billed', () => {
  it.each([
    [160, 1],
    [161, 2],
    [306, 2],
    [307, 3],
  ])('%i septets are %i', (length, count) => {
    expect(segments('a'.repeat(length))).toEqual({ encoding: 'GSM-7', units: length, count });
  });

  it.each([
    [70, 1],
    [71, 2],
    [134, 2],
    [135, 3],
  ])('%i UCS-2 units are %i', (length, count) => {
    expect(segments('字'.repeat(length))).toEqual({ encoding: 'UCS-2', units: length, count });
  });

  it('does not spread a bracket or an emoji over two segments', () => {
    // 152 + a bracket that needs two: the first segment stays one short, and 306 septets need a third.
    expect(segments(`${'a'.repeat(152)}[${'a'.repeat(152)}`)).toMatchObject({ units: 306, count: 3 });
    expect(segments(`${'字'.repeat(66)}🔥${'字'.repeat(66)}`)).toMatchObject({ units: 134, count: 3 });
  });
});

describe('plain forms', () => {
  it.each([
    ['“Disk” ‘full’ – 95 %…', '"Disk" \'full\' - 95 %...'],
    ['São Paulo – Łódź: čekání', 'Sao Paulo - Lodz: cekani'],
    ['a\u00a0b\u202fc', 'a b c'],
    ['e\u0301 is é', 'é is é'],
    ['latency ≥ 300 µs → db', 'latency >= 300 us -> db'],
    ['10² ≠ 102', '10^2 != 102'],
    ['zero\u200bwidth\ufeff', 'zerowidth'],
    ['ﬁne Ａ', 'fine A'],
  ])('%s becomes %s', (text, plain) => {
    expect(transliterate(text)).toBe(plain);
    expect(isGsm7(transliterate(text))).toBe(true);
  });

  it('leaves what has no faithful form: emoji, other scripts, circled digits', () => {
    for (const text of ['🔥', '👩‍🚒', 'данные', '障害', '①', 'Ά']) expect(transliterate(text)).toBe(text);
  });

  it('keeps every GSM-7 text as it is', () => {
    const gsm = fc.string({ unit: fc.constantFrom(...'@£Δ ñüßÉ[]{}€|~^\\abc123.-\'"') });
    fc.assert(
      fc.property(gsm, (text) => {
        expect(transliterate(text)).toBe(text);
      }),
    );
  });

  it('has no direction overrides: a text must read as it was written', () => {
    expect(transliterate('abc\u202edef\u2066')).toBe('abcdef');
  });
});

describe('one line', () => {
  it('turns breaks and control characters into single spaces', () => {
    expect(flatten(' a\r\n\tb\u0000c\u0085d ')).toBe('a b c d');
  });

  it('replaces half a character, which no provider would take', () => {
    expect(flatten('a\ud83d')).toBe('a?');
  });
});
