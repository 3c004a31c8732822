import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smsText } from '../../../lambdas/core/content/sms.ts';
import { smsBundle } from '../../../lambdas/core/content/sms-bundle.ts';
import { LANGUAGES, wordingFor } from '../../../lambdas/core/content/wording.ts';
import { gsm7Septets } from '../../../lambdas/core/sms/gsm7.ts';
import { segments } from '../../../lambdas/core/sms/segments.ts';
import { LINKS, PAGE } from '../../../scripts/render-content.ts';
import { hostileBundle, hostilePage } from './hostile.ts';

const everyLanguage = Object.entries(LANGUAGES);

describe.each(everyLanguage)('a text in %s', (language, wording) => {
  it('a text in %s is GSM-7 and one segment where the English one is', () => {
    expect(gsm7Septets(smsText(PAGE, { wording, replyCode: '7K3' }))).toBeLessThanOrEqual(160);
    expect(gsm7Septets(smsText(PAGE, { wording, link: LINKS.acknowledge }))).toBeLessThanOrEqual(160);
  });

  it('keeps tags and verbs, which phones and people send back, untranslated', () => {
    const text = smsText({ ...PAGE, type: 'escalation', escalationLevel: 2 }, { wording, replyCode: '7K3' });
    expect(text).toMatch(/^\[ESC-L2\]\[CRITICAL\] payments-api: High error rate\. .* #INC-1042 - .*ACK 7K3$/);
    const bundle = { recipientId: 'usr_alice', pages: [PAGE, PAGE] };
    expect(smsBundle(bundle, { wording, twoWay: true })).toMatch(/ACK ALL$/);
  });

  it('a text in %s is cut in its title alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'abc de'), minLength: 1, maxLength: 200 }), (title) => {
        const page = { ...PAGE, incident: { ...PAGE.incident, title: `x${title}` } };
        const text = smsText(page, { wording, replyCode: '7K3' });
        expect(gsm7Septets(text)).toBeLessThanOrEqual(160);
        expect(text).toMatch(/#INC-1042 - .*ACK 7K3$/);
      }),
    );
  });
  it(`${language} is what wordingFor gives`, () => expect(wordingFor(language)).toEqual(wording));
});

describe('a text about a test', () => {
  it('a text about a test is marked as one and can be answered, for that is what is tested', () => {
    expect(smsText({ ...PAGE, test: true }, { replyCode: '7K3' })).toMatch(
      /^\[TEST\] payments-api: .* - Reply ACK 7K3$/,
    );
  });
});

describe('several incidents in one text', () => {
  const pages = ['checkout', 'search', 'payments-api', 'mailer', 'login'].map((service, i) => ({
    ...PAGE,
    incident: {
      ...PAGE.incident,
      id: `INC-${i}`,
      service,
      priority: i === 2 ? ('CRITICAL' as const) : ('HIGH' as const),
    },
    createdAt: i,
  }));
  const bundle = { recipientId: 'usr_alice', pages };

  it('are counted first and named, the most urgent first, with the way to answer all', () => {
    expect(smsBundle(bundle, { twoWay: true })).toBe(
      '5 incidents: INC-2 payments-api, INC-0 checkout, INC-1 search, INC-3 mailer, INC-4 login - Reply ACK ALL',
    );
  });

  it('have a link on senders that cannot receive', () => {
    const text = smsBundle(bundle, { twoWay: false, link: LINKS.acknowledge });
    expect(text).toMatch(/, \+\d more - Ack: https:\S+$/);
    expect(segments(text).count).toBe(1);
  });

  it('that ask for no answer offer none', () => {
    const done = { ...bundle, pages: pages.map((page) => ({ ...page, type: 'resolution' as const })) };
    expect(smsBundle(done, { twoWay: true, link: LINKS.acknowledge })).not.toMatch(/ACK|Ack/);
  });

  it('state the time they were due when they are late', () => {
    expect(smsBundle(bundle, { twoWay: true, late: PAGE.createdAt })).toMatch(/ \(10:00 UTC\) - Reply ACK ALL$/);
  });

  it('take two segments at most and keep count and answer, whatever they contain', () => {
    fc.assert(
      fc.property(hostileBundle, fc.constantFrom(...everyLanguage), (any, [, wording]) => {
        const text = smsBundle(any, { wording, twoWay: true });
        expect(segments(text).count).toBeLessThanOrEqual(2);
        expect(text.startsWith(`${any.pages.length} `)).toBe(true);
        expect(text).not.toMatch(/[\r\n]|\p{Cs}/u);
        const asks = any.pages.some(({ type }) => type === 'new_incident' || type === 'escalation');
        expect(text.endsWith('ACK ALL')).toBe(asks);
      }),
    );
  });
});

describe('a text, whatever it contains and in every language', () => {
  it('a text, whatever it contains and in every language is one line that ends in the way to answer', () => {
    fc.assert(
      fc.property(hostilePage, fc.constantFrom(...everyLanguage), (page, [, wording]) => {
        const text = smsText({ ...page, type: 'new_incident' }, { wording, replyCode: '7K3' });
        expect(text).not.toMatch(/[\r\n]|\p{Cs}/u);
        expect(text.endsWith('ACK 7K3')).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});
