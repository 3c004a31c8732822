import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toMailAddress } from '../../../lambdas/http/schemas/email.ts';

it.each([
  'alice@example.com',
  'user@example.xn--p1ai',
  'a&b@example.com',
  'ops/oncall@example.com',
  'ops+p1@example.com',
  "o'hara@example.com",
  "!#$%&'*+-/=?^_`{|}~@example.com",
  'first.last@sub.example.co.uk',
  '1@example.com',
  'x@a-b.example.museum',
  'Alice.B@Example.COM',
  `${'a'.repeat(64)}@example.com`,
  'a@xn--bcher-kva.example',
])('the address %s is taken as it is', (email) => {
  expect(toMailAddress(email)).toEqual({ email });
});

it.each([
  ['user@пример.рф', 'user@xn--e1afmkfd.xn--p1ai'],
  ['a@bücher.example', 'a@xn--bcher-kva.example'],
  ['a@例え.テスト', 'a@xn--r8jz45g.xn--zckzah'],
  ['a@BÜCHER.example', 'a@xn--bcher-kva.example'],
])('the domain of %s becomes its ASCII form, which mail providers want', (given, email) => {
  expect(toMailAddress(given)).toEqual({ email });
});

it.each([
  ['', /like alice@example\.com/],
  ['alice', /like alice@example\.com/],
  ['@example.com', /like alice@example\.com/],
  ['alice@', /like alice@example\.com/],
  ['Alice <alice@example.com>', /one address alone/],
  ['a@example.com, b@example.com', /one address alone/],
  ['a@example.com;', /one address alone/],
  ['a@b@example.com', /one address alone/],
  ['"a b"@example.com', /quoted part/],
  [' alice@example.com', /spaces or invisible/],
  ['alice@example.com\n', /spaces or invisible/],
  ['ali\u200bce@example.com', /spaces or invisible/],
  ['alice@exam\u00adple.com', /spaces or invisible/],
  ['jürgen@example.com', /ASCII characters/],
  ['a\uffff@example.com', /ASCII characters/],
  ['a(b)@example.com', /letters, digits, dots and/],
  ['a:b@example.com', /letters, digits, dots and/],
  ['.a@example.com', /dot before the @/],
  ['a.@example.com', /dot before the @/],
  ['a..b@example.com', /two in a row/],
  [`${'a'.repeat(65)}@example.com`, /at most 64/],
  [`a@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(60)}.${'f'.repeat(20)}.com`, /at most 254/],
  ['a@example', /full domain name/],
  ['a@example.', /full domain name/],
  ['a@example.com.', /full domain name/],
  ['a@.example.com', /full domain name/],
  ['a@-b.com', /full domain name/],
  ['a@b-.com', /full domain name/],
  ['a@b_c.com', /full domain name/],
  ['a@b/c.com', /full domain name/],
  [`a@${'b'.repeat(64)}.com`, /full domain name/],
  ['a@192.0.2.1', /full domain name/],
  ['a@[192.0.2.1]', /full domain name/],
  ['a@example.1', /full domain name/],
  ['a@example.c', /full domain name/],
  ['a@пример.рф/x', /full domain name/],
  ['a@\ud800.com', /full domain name/],
  ['a@b\uffff.com', /full domain name/],
])('the address %j is refused with its reason', (given, reason) => {
  const result = toMailAddress(given);
  expect('refused' in result ? result.refused : result).toMatch(reason);
});

it('an address of RFC 5321 without quotes is taken, whatever it is made of', () => {
  fc.assert(
    fc.property(fc.emailAddress({ size: 'small' }), (email) => {
      expect(toMailAddress(email)).toEqual({ email });
    }),
  );
});

it('every address that is taken has one @, no character outside printable ASCII, and is taken again as it came out', () => {
  const near = fc
    .tuple(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.domain())
    .map(([local, domain]) => `${local}@${domain}`);
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.emailAddress(), near), (given) => {
      const result = toMailAddress(given);
      if ('refused' in result) return;
      expect(result.email).toMatch(/^[!-?A-~]{1,64}@[A-Za-z0-9.-]+$/);
      expect(toMailAddress(result.email)).toEqual(result);
    }),
  );
});
