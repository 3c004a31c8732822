/** What calls say (docs/spec/delivery.md#texts). Every text is at most 300 characters and holds no markup. */
import type { Channel, Page } from '../page/page.ts';
import { type Bundle, countLine, type Headline, inOrder } from './bundle.ts';
import { ageText, idOf, kindOf, nameOf, serviceOf, titleOf, triggeredAt } from './page-words.ts';
import { fitSpeech, speakable, spelled, spokenId } from './speech.ts';
import { cut, oneLine } from './text.ts';
import { type Phrase, say, type Wording } from './wording.ts';

/**
 * "Lifeline. Critical incident for payments-api. High error rate. Press 1 to acknowledge, press 2 for details, press 9
 * to escalate." Where it is too long the title is cut, the keys never.
 */
export const callScript = (page: Page, w: Wording): string =>
  fitSpeech(title(page, w), w, (text) => `${opening(page, w, text)} ${say(w, 'callMenu')}`);

/** More of a description than this fits into no call, whatever its words are. */
const DESCRIPTION_READ = 600;

/** Key 2: id, team, alerts, age and as much of the description as fits, and the keys again. */
export function callDetails(page: Page, w: Wording, now?: number): string {
  const { incident } = page;
  const team = cut(speakable(incident.team?.name ?? '', w), 40, '');
  const facts = [
    say(w, 'callDetails', { id: spokenId(idOf(page), w) }),
    ...(team === '' ? [] : [say(w, 'callTeam', { team })]),
    ...(incident.alertCount === undefined ? [] : [say(w, 'callAlerts', { count: incident.alertCount })]),
    ...(now === undefined ? [] : [say(w, 'callTriggered', { age: ageText(triggeredAt(page), w, now) })]),
  ];
  // Without a description the title is what there is to say once more.
  const more = speakable(cut(oneLine(incident.description ?? ''), DESCRIPTION_READ, ''), w) || title(page, w);
  return fitSpeech(more, w, (text) => [...facts, sentence(text), say(w, 'callMenuAfterDetails')].join(' '));
}

/** The keys alone, for a person who joins a call whose words a machine has taken. */
export const callKeys = (w: Wording): string => plain(w, 'callMenu');

/** Key 1 has counted. */
export const callConfirmation = (page: Page, w: Wording): string =>
  fitSpeech(title(page, w), w, (text) => say(w, 'callConfirmed', { service: service(page, w), title: text }));

/** For a call that is answered when somebody else has it already. */
export function callAnswered(page: Page, w: Wording, now: number): string {
  const answer = page.resolved ?? page.acknowledged;
  const name = answer ? speakable(nameOf(answer, w), w) || say(w, 'somebody') : say(w, 'somebody');
  const age = answer ? ageText(answer.at, w, now) : say(w, 'justNow');
  const phrase = page.resolved ? 'callResolved' : 'callAcknowledged';
  return fitSpeech(service(page, w), w, (text) => say(w, phrase, { name, service: text, age }));
}

/**
 * Key 9: the next person is paged and the page stays open. Where the page names nobody, whoever hears it still has it.
 */
export const callEscalated = (w: Wording, isSomebodyNext: boolean): string =>
  plain(w, isSomebodyNext ? 'callEscalated' : 'callNobodyNext');
/** No key was pressed until the end. */
export const callGoodbye = (w: Wording): string => plain(w, 'callGoodbye');
export const callUnknownKey = (w: Wording): string => plain(w, 'callUnknownKey');

/** For a machine: what it is, and where to answer, since no key will come. */
export const voicemail = (page: Page, w: Wording): string =>
  fitSpeech(title(page, w), w, (text) => `${opening(page, w, text)} ${say(w, 'callVoicemail')}`);

/**
 * For calls that take no keys (AWS).
 * @param where a place that can be said, such as what `answerPlaces` gives, or a host name
 */
export function oneWayCall(page: Page, { where }: { where: string }, w: Wording): string {
  const place = cut(speakable(where, w), 90, '');
  const code = page.code === undefined ? '' : ` ${say(w, 'callReplyCode', { code: spelled(page.code) })}`;
  const how = `${say(w, 'callOneWay', { where: place })}${code}`;
  return fitSpeech(title(page, w), w, (text) => `${opening(page, w, text)} ${how}`);
}

const PLACES = {
  sms: 'placeSms',
  email: 'placeEmail',
  slack: 'placeSlack',
  teams: 'placeTeams',
  push: 'placePush',
} as const satisfies Partial<Record<Channel, Phrase>>;

/** `the text message or the e-mail`: the first two of the channels that can be answered there. */
export function answerPlaces(channels: readonly Channel[], w: Wording): string {
  const places = channels.flatMap((channel) => (channel === 'voice' ? [] : [say(w, PLACES[channel])]));
  return new Intl.ListFormat(w.locale, { type: 'disjunction' }).format(places.slice(0, 2));
}

/** `a text or a call to 1 4 1 5 …`: where the person has nothing else of this page in hands. */
export const answerNumber = (number: string, w: Wording): string => say(w, 'placeNumber', { number: spelled(number) });

/** How many incidents a call names. */
const SAID = 3;

/**
 * "Lifeline. 5 incidents. payments-api, High error rate; checkout, Latency; and 3 more. Press 1 to acknowledge all, …"
 */
export function callBundle(bundle: Bundle, w: Wording, headline?: Headline): string {
  const spoken = countLine(bundle, w, headline);
  return fitSpeech(saidOf(bundle, w), w, (text) =>
    ['Lifeline.', say(w, 'callBundle', { headline: spoken, list: text }), say(w, 'callBundleMenu')].join(' '),
  );
}

/** The same for calls that take no keys. */
export function oneWayBundle(bundle: Bundle, w: Wording, headline?: Headline): string {
  const spoken = countLine(bundle, w, headline);
  return fitSpeech(saidOf(bundle, w), w, (text) =>
    ['Lifeline.', say(w, 'callBundle', { headline: spoken, list: text }), say(w, 'callVoicemail')].join(' '),
  );
}

function saidOf(bundle: Bundle, w: Wording): string {
  const pages = inOrder(bundle);
  const names = pages.slice(0, SAID).map((page) => `${cut(service(page, w), 40, '')}, ${title(page, w)}`);
  const left = pages.length - names.length;
  return [...names, ...(left > 0 ? [say(w, 'callBundleMore', { count: left })] : [])].join('; ');
}

/** A verification code, said twice. */
export const callCode = (code: string, w: Wording): string => say(w, 'callCode', { code: `${spelled(code)}` });

/** As Twilio and Polly name the language of a voice. */
export const speechLanguage = (w: Wording): string => (w.locale.startsWith('en') ? 'en-US' : w.locale);

function opening(page: Page, w: Wording, text: string): string {
  const { type, escalationLevel, test } = page;
  return [
    'Lifeline.',
    ...(test ? [say(w, 'callTest')] : []),
    ...(type === 'escalation' ? [say(w, 'escalated', { level: Math.max(escalationLevel, 1) })] : []),
    say(w, 'callIncident', { kind: kindOf(page, w), service: service(page, w), title: text }),
  ].join(' ');
}

const service = (page: Page, w: Wording): string => cut(speakable(serviceOf(page), w), 64, '');
const title = (page: Page, w: Wording): string => speakable(titleOf(page), w);
const sentence = (text: string): string => (text === '' ? '' : `${text}.`);
const plain = (
  w: Wording,
  phrase: 'callMenu' | 'callEscalated' | 'callNobodyNext' | 'callGoodbye' | 'callUnknownKey',
): string => fitSpeech('', w, () => say(w, phrase));
