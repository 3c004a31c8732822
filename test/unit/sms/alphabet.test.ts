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
    // Joiners and selectors that change nothing in Latin text.
    ['data\u200dbase is\u200c down', 'database is down'],
    ['Acme™\ufe0f ©\ufe0f ®\ufe0e 2026', 'Acme(TM) (c) (R) 2026'],
    ['step 1\ufe0f\u20e3 of #\ufe0f\u20e3 3\u20e3', 'step 1 of # 3'],
    ['fail ➡\ufe0f over ↔\ufe0f ⬅\ufe0f', 'fail -> over <-> <-'],
    // Widths.
    ['ＤＢ１２３：９５％ ＃＠［ａ］～', 'DB123:95% #@[a]~'],
    ['￡5 ￥7', '£5 ¥7'],
    // Fractions, exponents, indices.
    ['½ full', '1/2 full'],
    ['1½ h, ¾, ⅔, ⅛', '1 1/2 h, 3/4, 2/3, 1/8'],
    ['½3 ⅟7 １½', '1/2 3 1/7 1 1/2'],
    ['2⁵ is 32, 10⁻³, xⁿ⁺¹', '2^5 is 32, 10^-3, x^n+1'],
    ['CO₂ H₂O x₁₀', 'CO2 H2O x10'],
    ['log₂8, 101₂', 'log2 8, 101_2'],
    ['m² and ㎡, ㎥, ㎧, ㎨', 'm^2 and m^2, m^3, m/s, m/s^2'],
    // Units and signs in one character.
    ['25℃ 77℉ 25 °C 25ºC 300 K', '25degC 77degF 25 degC 25degC 300 K'],
    ['5㎏ 3㎞ 7㎳ 2㎛ 9 μs 4 µm', '5kg 3km 7ms 2um 9 us 4 um'],
    ['№ 7, nº 8, 1ª, 5ᵗʰ, ℠ ℅ ℡', 'No. 7, no 8, 1a, 5th, (SM) c/o TEL'],
    ['① ⑳ ㊿ Ⓐ ❶ ➓ ⑴ ⒈', '(1) (20) (50) (A) (1) (10) (1) 1.'],
    ['Ⅳ ⅷ 𝐂𝐑𝐈𝐓 𝟗𝟗 𝘥𝘣 ℝ ℓ', 'IV viii CRIT 99 db R l'],
    ['‼ ⁉ ⁇ ‥', '!! !? ?? ..'],
    // Blanks, dashes and quotes of every kind.
    ['a\u2007b\u2003c\u3000d\u2800e', 'a b c d e'],
    ['‐‑‒–—―−﹣－﹘', '----------'],
    ['“a” „b‟ «c» ‹d› ‘e’ ‚f‛ ′g″ ❝h❞ ＂i＂ ＇j＇', '"a" "b" "c" \'d\' \'e\' \'f\' \'g" "h" "i" \'j\''],
    ['x̂ ẍ̂ y̌', 'x x y'],
    ['ŧest ŋ ƒ ﬀ ﬄ ĳ ŉ ǆ', "test ng f ff ffl ij 'n dz"],
  ])('%s becomes %s', (text, plain) => {
    expect(transliterate(text)).toBe(plain);
    expect(isGsm7(transliterate(text))).toBe(true);
  });

  it('leaves what has no faithful form: emoji with their joiners and selectors, other scripts, signs struck through', () => {
    const texts = [
      ...['🔥', '👩‍🚒', '❤️‍🔥', '👍🏽', '🇩🇪', '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}', '☎️', '✅'],
      ...['данные', '障害', 'Ά', 'μία', 'می\u200cخواهم', 'क्\u200dष', '각', 'שלום', '٣', 'ｱ', '≮', '∄', '㊙', '万'],
    ];
    for (const text of texts) expect(transliterate(text)).toBe(text.normalize('NFC'));
  });

  it('a plain form never makes a sign mean its opposite, or a number another one', () => {
    for (const [text, not] of [
      ['a ≮ b', 'a < b'],
      ['2⁵', '25'],
      ['1½', '11/2'],
      ['10₂', '102'],
      ['①②', '12'],
      ['d̶o̶n̶e̶', 'done'],
    ] as const) {
      expect(transliterate(text)).not.toBe(not);
    }
  });

  it('a text of GSM-7 and of what has a plain form is one segment where the plain form fits', () => {
    const pieces = fc.constantFrom(
      '½',
      '℃',
      '₂',
      '²',
      '①',
      '™\ufe0f',
      '…',
      '–',
      '“',
      'Ａ',
      '９',
      '㎏',
      'é',
      'ő',
      'ﬁ',
      'a\u200d',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 25 }), (parts) => {
        expect(segments(flatten(transliterate(parts.join(''))))).toMatchObject({ encoding: 'GSM-7', count: 1 });
      }),
    );
  });

  it('a text that was made plain once is plain: a second time changes nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' })), (text) => {
        const once = transliterate(text);
        expect(transliterate(once)).toBe(once);
      }),
    );
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
