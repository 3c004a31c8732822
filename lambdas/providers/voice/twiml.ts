/** What Twilio is told to do in a call, as TwiML. Texts are escaped by Twilio's own builder, and limited by `spoken`. */
import VoiceResponseModule from 'twilio/lib/twiml/VoiceResponse.js';
import { spoken } from './speech.ts';
import { voiceFor } from './voices.ts';

/** CommonJS: the default export is one level down on Node, and directly there in some bundlers. */
const VoiceResponse =
  (VoiceResponseModule as unknown as { default?: typeof VoiceResponseModule }).default ?? VoiceResponseModule;

/** Long enough to take the phone from the ear and find the key, in seconds. */
const KEY_TIMEOUT = 8;

/**
 * How Twilio repeats a request of a call in progress that we did not answer: twice, whatever the failure, with 2 s to
 * connect and 4 s to answer, because somebody listens to the silence and Twilio gives up after 15 s. A fragment is not
 * part of the signed URL.
 */
export const MENU_RETRIES = '#rc=2&rp=all&ct=2000&rt=4000';

const sayAs = (language: string | undefined) => {
  const voice = voiceFor(language);
  return { voice: `Polly.${voice.name}`, language: voice.language } as const;
};

/**
 * Speaks, and ends the call.
 * @param language BCP 47, of the texts
 */
export function speakTwiml(language: string | undefined, ...texts: string[]): string {
  const response = new VoiceResponse();
  for (const text of texts) response.say(sayAs(language) as object, spoken(text));
  response.hangup();
  return response.toString();
}

export interface Menu {
  /** BCP 47, of the texts. */
  language?: string | undefined;
  menu: string;
  /** Where the key is posted to, empty digits when none was pressed in time. */
  action: string;
}

/** Speaks, and waits for a key, which may be pressed while it speaks. */
export function menuTwiml({ language, menu, action }: Menu): string {
  const response = new VoiceResponse();
  const gather = response.gather({
    input: ['dtmf'],
    numDigits: 1,
    timeout: KEY_TIMEOUT,
    actionOnEmptyResult: true,
    action: action + MENU_RETRIES,
    method: 'POST',
  });
  gather.say(sayAs(language) as object, spoken(menu));
  return response.toString();
}
