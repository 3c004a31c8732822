/** A question in a call, as TwiML. Texts are escaped by Twilio's own builder, and limited by `spoken`. */
import VoiceResponseModule from 'twilio/lib/twiml/VoiceResponse.js';
import { spoken } from './speech.ts';
import { MENU_RETRIES } from './twiml-speech.ts';
import { voiceFor } from './voices.ts';

/** CommonJS: the default export is one level down on Node, and directly there in some bundlers. */
const VoiceResponse =
  (VoiceResponseModule as unknown as { default?: typeof VoiceResponseModule }).default ?? VoiceResponseModule;

/** Long enough to take the phone from the ear and find the key, in seconds. */
const KEY_TIMEOUT = 8;

const sayAs = (language: string | undefined) => {
  const voice = voiceFor(language);
  return { voice: `Polly.${voice.name}`, language: voice.language } as const;
};

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
