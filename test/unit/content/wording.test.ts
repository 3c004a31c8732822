import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acceptedLanguage, checkWording, LANGUAGES, say, wordingFor } from '../../../lambdas/core/content/wording.ts';

const en = wordingFor('en');

describe('the words of a recipient', () => {
  it('every language says every phrase with the same placeholders', () => {
    expect(checkWording(LANGUAGES)).toEqual([]);
    for (const words of Object.values(LANGUAGES)) expect(Object.keys(words)).toEqual(Object.keys(en));
  });

  it('a regional tag falls back to its language, and that to English', () => {
    expect(wordingFor('de-AT')).toEqual(wordingFor('de'));
    expect(wordingFor('FR_ca')).toEqual(wordingFor('fr'));
    expect(wordingFor('de').acknowledge).toBe('Übernehmen');
    for (const unknown of [undefined, '', 'tlh', 'constructor', '__proto__', 'x-y-z']) {
      expect(wordingFor(unknown)).toEqual(en);
    }
  });

  it('a deployment replaces single phrases, a region those of its language', () => {
    const own = { en: { team: 'Crew' }, de: { team: 'Mannschaft' }, 'de-CH': { team: 'Equipe' } };
    expect(wordingFor('de', own)).toMatchObject({ team: 'Mannschaft', service: 'Dienst' });
    expect(wordingFor('de-ch', own).team).toBe('Equipe');
    expect(wordingFor('fr', own).team).toBe('Équipe');
    expect(wordingFor('nl', own).team).toBe('Crew');
  });

  it('a deployment can bring a language of its own; what it leaves out is English', () => {
    const words = wordingFor('nl-BE', { nl: { locale: 'nl', resolve: 'Oplossen' } });
    expect(words).toMatchObject({ locale: 'nl', resolve: 'Oplossen', acknowledge: 'Acknowledge' });
  });
});

describe('the language that a browser asks for', () => {
  it('the best loved language that there are words for is taken, and no header is an error', () => {
    expect(acceptedLanguage('fr-CA;q=0.7, de-CH;q=0.9, tlh')).toBe('de-CH');
    expect(acceptedLanguage('nl, en')).toBe('en');
    expect(acceptedLanguage('nl, en', { 'nl-BE': {} })).toBe('nl');
    for (const header of [undefined, '', '*', 'tlh', 'de;q=0']) expect(acceptedLanguage(header)).toBeUndefined();
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^[a-z]{2}(-[A-Z]{2})?(;q=[01]\.\d)?(, ?[a-z]{2}){0,3}$/)),
        (header) => {
          expect(() => wordingFor(acceptedLanguage(header))).not.toThrow();
        },
      ),
    );
  });
});

describe('filling a phrase', () => {
  it('takes values as they are: braces and dollar signs in them mean nothing', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(say(en, 'acknowledgedBy', { name })).toBe(`Acknowledged by ${name}`);
      }),
    );
    expect(say(en, 'callIncident', { kind: '{title}', service: '$&', title: '{kind}' })).toBe(
      '{title} for $&. {kind}.',
    );
  });
});

describe("checking a deployment's words", () => {
  it('accepts phrases with their placeholders', () => {
    expect(checkWording({ de: { acknowledge: 'Annehmen', smsReply: '{command} senden' } })).toEqual([]);
  });

  it.each([
    [{ de: { acknowlege: 'x' } }, 'de.acknowlege: there is no such phrase'],
    [{ de: { constructor: 'x' } }, 'de.constructor: there is no such phrase'],
    [{ de: { smsReply: 'Antworte' } }, 'de.smsReply: {command} is missing'],
    [{ de: { acknowledge: 'Ja, {name}' } }, 'de.acknowledge: {name} is not known here'],
    [{ de: { acknowledge: 7 } }, 'de.acknowledge: must be a text'],
    [{ de: { acknowledge: ' ' } }, 'de.acknowledge: must be a text'],
    [{ de: { acknowledge: 'x'.repeat(141) } }, 'de.acknowledge: longer than 140 characters'],
    [{ de: { acknowledge: 'a\nb' } }, 'de.acknowledge: has a line break or another control character'],
    [{ de: { locale: 'no such_tag' } }, 'de.locale: not a language tag'],
    [{ 'not a tag': {} }, 'not a tag: not a language tag'],
    [{ de: [] }, 'de: must be an object of phrases'],
    [[], 'the wording must be an object of languages'],
    [null, 'the wording must be an object of languages'],
  ])('names what is wrong: %j', (json, problem) => {
    expect(checkWording(json)).toEqual([problem]);
  });

  it('names everything at once', () => {
    expect(checkWording({ de: { smsReply: '{code}' }, fr: { nope: 'x' } })).toEqual([
      'de.smsReply: {command} is missing',
      'de.smsReply: {code} is not known here',
      'fr.nope: there is no such phrase',
    ]);
  });
});
