import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emailContent } from '../../../lambdas/core/content/email.ts';
import { emailBundle } from '../../../lambdas/core/content/email-bundle.ts';
import { wordingFor } from '../../../lambdas/core/content/wording.ts';
import { LINKS, PAGE } from '../../../scripts/render-content.ts';
import { hostileBundle, hostilePage, UNSEEN } from './hostile.ts';

const wording = wordingFor('en');
const options = { wording, links: LINKS };
const tagsOf = (html: string) => Array.from(html.matchAll(/<([^\s>]+)/g), ([, name]) => name);
const KNOWN = new Set(
  ['!doctype', 'html', 'head', 'meta', 'title', 'style', 'body', 'div', 'table', 'tr', 'td', 'h1', 'a', 'br'].flatMap(
    (name) => [name, `/${name}`],
  ),
);

describe('an e-mail', () => {
  it('has the subject that PagerDuty users look for', () => {
    expect(emailContent(PAGE, options).subject).toBe('[CRITICAL] payments-api: High error rate (INC-1042)');
  });

  it('has a subject of one line with the whole id, whatever the title', () => {
    const page = { ...PAGE, incident: { ...PAGE.incident, title: `${'x'.repeat(300)}\r\nBcc: a@b.example` } };
    const { subject } = emailContent(page, options);
    expect(subject).toMatch(/^\[CRITICAL\] payments-api: x+… \(INC-1042\)$/);
    expect(subject.length).toBeLessThanOrEqual(200);
  });

  it('loads nothing from anywhere', () => {
    expect(emailContent(PAGE, options).html).not.toMatch(/<(img|link|script|iframe|form)|url\(|@import|src=/i);
  });

  it('offers buttons only where there is something to answer, and only those that lead somewhere', () => {
    const buttonsOf = (html: string) => Array.from(html.matchAll(/href="([^"]*actions[^"]*)"/g), ([, url]) => url);
    expect(buttonsOf(emailContent(PAGE, options).html)).toEqual([LINKS.acknowledge, LINKS.resolve]);
    expect(buttonsOf(emailContent({ ...PAGE, type: 'resolution' }, options).html)).toEqual([]);
    const links = { acknowledge: LINKS.acknowledge, resolve: 'javascript:alert(1)' };
    const { html, text } = emailContent(PAGE, { wording, links });
    expect(buttonsOf(html)).toEqual([LINKS.acknowledge]);
    expect(html + text).not.toContain('javascript');
  });

  it('says in its text part all that the HTML part says', () => {
    const page = { ...PAGE, type: 'escalation', escalationLevel: 2, test: true } as const;
    const { text } = emailContent(page, { ...options, late: PAGE.createdAt, timezone: 'Europe/Berlin' });
    for (const part of [
      'This is a test.',
      'Escalation level 2.',
      'this page was due 22 Nov 2026, 11:00 (Europe/Berlin)',
      'Team: Payments',
      'Alerts: 3',
      'https://example.com/i/1042',
      '5xx at 12 %',
      LINKS.acknowledge,
      LINKS.resolve,
    ]) {
      expect(text).toContain(part);
    }
  });
});

describe('whatever a page contains, its e-mail', () => {
  const both = fc.oneof(
    hostilePage.map((page) => emailContent(page, options)),
    hostileBundle.map((bundle) => emailBundle(bundle, options)),
  );

  it('has no elements, attributes or links but ours', () => {
    fc.assert(
      fc.property(both, ({ html }) => {
        const unknown = tagsOf(html).filter((name) => !KNOWN.has(name ?? ''));
        expect(unknown).toEqual([]);
        const attributes = Array.from(html.matchAll(/<[a-z1]+((?: [a-z-]+="[^"<>]*")*)>/g), ([whole]) => whole);
        expect(attributes.length).toBe(
          tagsOf(html).filter((name) => !name?.startsWith('/') && name !== '!doctype').length,
        );
        for (const [, url] of html.matchAll(/href="([^"]*)"/g)) expect(url).toMatch(/^https?:\/\//);
        expect(html).not.toMatch(/ on\w+="/);
      }),
    );
  });

  it('has a subject of one line, and nothing hidden in any part', () => {
    fc.assert(
      fc.property(both, ({ subject, text, html }) => {
        expect(subject).not.toMatch(/[\r\n]/);
        expect(subject.length).toBeLessThanOrEqual(200);
        for (const part of [subject, text, html]) expect(part).not.toMatch(UNSEEN);
        // Gmail cuts a message of more than 102 KB, and with it the footer.
        expect(Buffer.byteLength(html)).toBeLessThan(102 * 1024);
      }),
    );
  });
});
