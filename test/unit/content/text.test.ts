import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ageText, factsOf, whenText } from '../../../lambdas/core/content/page-words.ts';
import {
  cut,
  cutEscaped,
  escapeHtml,
  graphemesOf,
  manyLines,
  oneLine,
  webUrl,
} from '../../../lambdas/core/content/text.ts';
import { LANGUAGES, wordingFor } from '../../../lambdas/core/content/wording.ts';
import { PAGE } from '../../../scripts/render-content.ts';
import { hostile, UNSEEN } from './hostile.ts';

const en = wordingFor('en');

describe('text that others wrote', () => {
  it('text that others wrote is one line, or lines, without anything that hides or tears', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(oneLine(text)).not.toMatch(UNSEEN);
        expect(oneLine(text)).not.toContain('\n');
        expect(manyLines(text)).not.toMatch(UNSEEN);
        expect(manyLines(text)).not.toMatch(/\n{3}/);
      }),
    );
  });

  it('keeps what a person wrote: indentation, emoji, other scripts', () => {
    expect(manyLines('a:\r\n\tb\r\n\r\n\r\n\r\n  c  \n')).toBe('a:\n  b\n\n  c');
    expect(oneLine(' 👩‍🚒  データ\tمرحبا ')).toBe('👩‍🚒 データ مرحبا');
  });

  it('text that others wrote is cut between whole characters, to what there is room for', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 400 }), (text, max) => {
        const clean = oneLine(text);
        expect(cut(clean, max).length).toBeLessThanOrEqual(max);
        expect(cut(clean, max)).not.toMatch(/\p{Cs}/u);
        expect(cutEscaped(clean, max, escapeHtml).length).toBeLessThanOrEqual(Math.max(max, 6));
      }),
    );
    // What is kept is the beginning of the text, in whole characters as a reader sees them.
    fc.assert(
      fc.property(hostile, fc.integer({ min: 0, max: 400 }), (text, max) => {
        const clean = oneLine(text);
        const kept = cut(clean, max, '');
        const graphemes = graphemesOf(clean);
        const starts = graphemes.map((_, count) => graphemes.slice(0, count).join('').trimEnd());
        expect([...starts, clean]).toContain(kept);
      }),
    );
    const flags = fc.array(fc.constantFrom('🇩🇪', '🇫🇷', '👍🏽', '👨‍👩‍👧‍👦', 'x', '🔥'), { maxLength: 40 });
    fc.assert(
      fc.property(flags, fc.integer({ min: 0, max: 200 }), (characters, max) => {
        const kept = cut(characters.join(''), max, '');
        const starts = Array.from({ length: characters.length + 1 }, (_, n) => characters.slice(0, n).join(''));
        expect(starts).toContain(kept);
      }),
    );
    expect(cut('xx🇩🇪', 4, '')).toBe('xx');
    expect(cut('👩‍🚒👩‍🚒', 8)).toBe('👩‍🚒…');
    expect(cut('exactly', 7)).toBe('exactly');
  });
});

describe('HTML', () => {
  it('has no character of it left, in text or in quotes of either kind', () => {
    expect(escapeHtml(`<a href="x" id='y'>&`)).toBe('&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;');
  });
});

describe('links', () => {
  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'mailto:a@b.c',
    '//x',
    'x',
    '',
    'https://a:b@x.example/',
    'http://',
  ])('lead only to the web, and %j does not', (url) => expect(webUrl(url)).toBeUndefined());

  it('hold no character that ends a link', () => {
    expect(webUrl('https://x.example/a|b>(c)[d]"e\'?f={g}')).toBe(
      'https://x.example/a%7Cb%3E%28c%29%5Bd%5D%22e%27?f=%7Bg%7D',
    );
    expect(webUrl('http://[::1]:3000/a')).toBe('http://[::1]:3000/a');
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), hostile, (url, text) => {
        expect(webUrl(`${url}${text}`) ?? '').not.toMatch(/[|<>"'()\s\p{Cc}]/u);
      }),
    );
  });
});

describe('times', () => {
  const at = Date.parse('2026-11-22T10:00:00Z');

  it("are in the recipient's zone, which is named", () => {
    expect(whenText(at, en, 'Asia/Kolkata')).toBe('22 Nov 2026, 15:30 (Asia/Kolkata)');
    expect(whenText(at, wordingFor('de'), 'Europe/Berlin')).toBe('22.11.2026, 11:00 (Europe/Berlin)');
  });

  it.each([undefined, '', 'Mars/Olympus', '<b>', 'UTC', 'utc'])('are UTC where the zone is %j', (zone) => {
    expect(whenText(at, en, zone)).toBe('22 Nov 2026, 10:00 UTC');
  });

  it('midnight is hour 0 in every language, never 24', () => {
    const midnight = Date.parse('2026-11-22T00:00:00Z');
    for (const words of Object.values(LANGUAGES)) expect(whenText(midnight, words, 'UTC')).toMatch(/ 0?0:00 /);
  });

  it('that cannot be read are those of the page', () => {
    const page = { ...PAGE, createdAt: at, incident: { ...PAGE.incident, triggeredAt: 'yesterday' } };
    expect(factsOf(page, { wording: en }).find(({ label }) => label === 'Triggered')?.at).toBe(at);
  });

  it.each([
    [0, 'just now'],
    [60_000, '1 minute ago'],
    [119 * 60_000, '119 minutes ago'],
    [120 * 60_000, '2 hours ago'],
    [49 * 3_600_000, '2 days ago'],
    [-60_000, 'just now'],
  ])('%i ms back is "%s"', (ms, text) => expect(ageText(at - ms, en, at)).toBe(text));
});
