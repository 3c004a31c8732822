/**
 * What calls say, as TwiML. Written out here and not by Twilio's builder, which is 60 KB that every function of calls would
 * carry for four tags; a test holds it to the builder's output.
 */
import { spoken } from './speech.ts';
import { voiceFor } from './voices.ts';

/**
 * How Twilio repeats a request of a call in progress that we did not answer: twice, whatever the failure, with 2 s to
 * connect and 4 s to answer, because somebody listens to the silence and Twilio gives up after 15 s. A fragment is not
 * part of the signed URL.
 */
export const MENU_RETRIES = '#rc=2&rp=all&ct=2000&rt=4000';

/** Long enough to take the phone from the ear and find the key, in seconds. */
const KEY_TIMEOUT = 8;

/**
 * How long a call goes on for a key after a machine has been told everything, in seconds: a phone that screens calls
 * answers by machine, shows what it heard, and the person who then joins the call needs that long (ADR 21).
 */
const JOIN_TIMEOUT = 22;

/** Twilio takes no more characters than this of TwiML that comes with the request to call. */
const INLINE_MAX = 4_000;

/**
 * Speaks, and ends the call.
 * @param language BCP 47, of the texts
 */
export function speakTwiml(language: string | undefined, ...texts: string[]): string {
  return response(...texts.map((text) => say(language, text)), '<Hangup/>');
}

export interface Menu {
  /** BCP 47, of the texts. */
  language?: string | undefined;
  menu: string;
  /** Where the key is posted to, empty digits when none was pressed in time. */
  action: string;
}

/** Speaks, and waits for a key, which may be pressed while it speaks. */
export const menuTwiml = ({ language, menu, action }: Menu): string =>
  response(gather(KEY_TIMEOUT, action, say(language, menu), true));

/**
 * What a call begins with, for the request that places it: nothing has to be fetched between pick-up and voice. Where
 * escaping makes it too long for that, the words alone have to do.
 */
export function firstWordsTwiml(menu: Menu): string {
  const twiml = menuTwiml(menu);
  return twiml.length <= INLINE_MAX ? twiml : speakTwiml(menu.language, menu.menu);
}

/** For a machine whose greeting is over: the message whole, then the keys, and time for a person to join the call. */
export const machineTwiml = ({ language, message, menu, action }: Menu & { message: string }): string =>
  response(say(language, message), gather(JOIN_TIMEOUT, action, say(language, menu), false), '<Hangup/>');

const response = (...verbs: string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Response>${verbs.join('')}</Response>`;

function say(language: string | undefined, text: string): string {
  const { name, language: spokenIn } = voiceFor(language);
  return `<Say voice="Polly.${name}" language="${spokenIn}">${escaped(spoken(text))}</Say>`;
}

/** @param onEmpty whether the action is asked too when no key was pressed */
function gather(seconds: number, action: string, said: string, onEmpty: boolean): string {
  const asks = onEmpty ? ' actionOnEmptyResult="true"' : '';
  const url = escaped(action + MENU_RETRIES).replaceAll('"', '&quot;');
  return `<Gather input="dtmf" numDigits="1" timeout="${seconds}"${asks} action="${url}" method="POST">${said}</Gather>`;
}

/** As the content of an element. What XML cannot hold at all `spoken` has left out. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
