/**
 * What Lifeline says, per language. A phrase is a text with named placeholders, `{service}`; it is filled first and
 * escaped afterwards for where it goes, so neither a phrase nor what stands in it can be markup.
 */
import { de } from './languages/de.ts';
import { en, type Phrase, type Wording } from './languages/en.ts';
import { es } from './languages/es.ts';
import { fr } from './languages/fr.ts';

export type { Phrase, Wording };
/** A deployment's own words: `{"de": {"acknowledge": "Annehmen"}}`, plain JSON. */
export type WordingOverrides = Record<string, Partial<Wording>>;

export const LANGUAGES: Readonly<Record<string, Wording>> = { en, de, es, fr };

/**
 * The words for a recipient.
 * @param language BCP 47: de-AT falls back to de and that to en, and what nobody speaks is en
 * @param overrides checked by `checkWording`; those of a language come after what it has built in
 */
export function wordingFor(language: string | undefined, overrides: WordingOverrides = {}): Wording {
  const own = new Map(Object.entries(overrides).map(([tag, phrases]) => [tag.toLowerCase(), phrases]));
  const wording: Wording = { ...en, ...own.get('en') };
  const subtags = (language ?? 'en').replaceAll('_', '-').toLowerCase().split('-');
  const chain = subtags.map((_, i) => subtags.slice(0, i + 1).join('-')).filter((tag) => tag !== 'en');
  return Object.assign({}, wording, ...chain.flatMap((tag) => [builtIn(tag), own.get(tag)]));
}

/** Whether there are words for this language, or for the one it is a regional form of. */
function speaks(language: string, overrides: WordingOverrides): boolean {
  const [subtag = ''] = language.toLowerCase().split('-');
  return (
    builtIn(subtag) !== undefined || Object.keys(overrides).some((tag) => tag.toLowerCase().split('-')[0] === subtag)
  );
}

/**
 * The language a browser asks for that there are words for, the best loved first (RFC 9110, 12.5.4); undefined for none.
 * @param header as sent: `de-CH, de;q=0.9, en;q=0.8`
 */
export function acceptedLanguage(header: string | undefined, overrides: WordingOverrides = {}): string | undefined {
  const wanted = (header ?? '').split(',').flatMap((part) => {
    const [, tag, weight = '1'] = ACCEPTED.exec(part) ?? [];
    return tag === undefined || Number(weight) === 0 ? [] : [{ tag, weight: Number(weight) }];
  });
  const [first] = wanted.toSorted((a, b) => b.weight - a.weight).filter(({ tag }) => speaks(tag, overrides));
  return first?.tag;
}
const ACCEPTED = /^\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?$/;

/** What an HTML page in these words says of its language: `de`, or with a script, `zh-Hant`. */
export function htmlLanguage({ locale }: Wording): string {
  const { language, script } = new Intl.Locale(locale);
  return script === undefined ? language : `${language}-${script}`;
}

const builtIn = (tag: string): Wording | undefined => (Object.hasOwn(LANGUAGES, tag) ? LANGUAGES[tag] : undefined);

type Names<T extends string> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type Values<P extends Phrase> = [Names<(typeof en)[P]>] extends [never]
  ? []
  : [Record<Names<(typeof en)[P]>, string | number>];

/** The phrase with its placeholders filled, in one pass: braces and dollar signs in a value mean nothing. */
export function say<P extends Phrase>(wording: Wording, phrase: P, ...[values]: Values<P>): string {
  const given: Record<string, string | number> = values ?? {};
  return wording[phrase].replace(PLACEHOLDER, (whole, name: string) =>
    Object.hasOwn(given, name) ? String(given[name]) : whole,
  );
}

const PLACEHOLDER = /\{(\w+)\}/g;
const placeholders = (text: string): string[] => [...new Set(Array.from(text.matchAll(PLACEHOLDER), ([it]) => it))];

/** A spoken text has 300 characters for everything, and a text message 160. */
const LONGEST = 140;

/**
 * What is wrong with a deployment's words, a line each that names where and what; empty when they may be used. Every
 * placeholder of the English phrase must be there and no other, or a text could lose the way to answer it.
 */
export function checkWording(json: unknown): string[] {
  if (!isObject(json)) return ['the wording must be an object of languages'];
  return Object.entries(json).flatMap(([language, phrases]) => {
    if (!isLocale(language)) return [`${language}: not a language tag`];
    if (!isObject(phrases)) return [`${language}: must be an object of phrases`];
    return Object.entries(phrases).flatMap(([key, text]) =>
      checkPhrase(key, text).map((problem) => `${language}.${key}: ${problem}`),
    );
  });
}

function checkPhrase(key: string, text: unknown): string[] {
  if (!isPhrase(key)) return ['there is no such phrase'];
  if (typeof text !== 'string' || text.trim() === '') return ['must be a text'];
  if (key === 'locale') return isLocale(text) ? [] : ['not a language tag'];
  const [wanted, found] = [placeholders(en[key]), placeholders(text)];
  return [
    ...wanted.filter((name) => !found.includes(name)).map((name) => `${name} is missing`),
    ...found.filter((name) => !wanted.includes(name)).map((name) => `${name} is not known here`),
    ...(text.length > LONGEST ? [`longer than ${LONGEST} characters`] : []),
    ...(/\p{Cc}/u.test(text) ? ['has a line break or another control character'] : []),
  ];
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isPhrase = (key: string): key is Phrase => Object.hasOwn(en, key);

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
