/** What Twilio is told to do in a call, as TwiML. Texts are escaped by Twilio's own builder, and limited by `spoken`. */
import VoiceResponseModule from 'twilio/lib/twiml/VoiceResponse.js';
import { spoken } from './speech.ts';

/** CommonJS: the default export is one level down on Node, and directly there in some bundlers. */
const VoiceResponse = ((module: { default?: unknown }) => module.default ?? module)(
  VoiceResponseModule as never,
) as typeof VoiceResponseModule;

/** The same voice as on the AWS leg: people should know it at night. */
const VOICE = { voice: 'Polly.Joanna', language: 'en-US' } as const;

/** Long enough to take the phone from the ear and find the key, in seconds. */
const KEY_TIMEOUT = 8;

/**
 * How Twilio repeats a request of a call in progress that we did not answer: twice, whatever the failure, with 2 s to
 * connect and 4 s to answer, because somebody listens to the silence and Twilio gives up after 15 s. A fragment is not
 * part of the signed URL.
 */
export const MENU_RETRIES = '#rc=2&rp=all&ct=2000&rt=4000';

/** Speaks, and ends the call. */
export function speakTwiml(...texts: string[]): string {
  const response = new VoiceResponse();
  for (const text of texts) response.say(VOICE, spoken(text));
  response.hangup();
  return response.toString();
}

/**
 * Speaks, and posts the key that is pressed to `action`; without one, empty digits. A key may be pressed while it speaks.
 * @param first said before the menu, for example why it is said again
 */
export function menuTwiml({ first, menu, action }: { first?: string; menu: string; action: string }): string {
  const response = new VoiceResponse();
  const gather = response.gather({
    input: ['dtmf'],
    numDigits: 1,
    timeout: KEY_TIMEOUT,
    actionOnEmptyResult: true,
    action: action + MENU_RETRIES,
    method: 'POST',
  });
  if (first) gather.say(VOICE, spoken(first));
  gather.say(VOICE, spoken(menu));
  return response.toString();
}
