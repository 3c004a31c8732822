/**
 * What a call says that takes no keys, as TwiML. Written out here and not by Twilio's builder, which is 60 KB that every
 * function placing calls would carry for two tags; a test holds it to the builder's output.
 */
import { spoken } from './speech.ts';
import { voiceFor } from './voices.ts';

/**
 * How Twilio repeats a request of a call in progress that we did not answer: twice, whatever the failure, with 2 s to
 * connect and 4 s to answer, because somebody listens to the silence and Twilio gives up after 15 s. A fragment is not
 * part of the signed URL.
 */
export const MENU_RETRIES = '#rc=2&rp=all&ct=2000&rt=4000';

/**
 * Speaks, and ends the call.
 * @param language BCP 47, of the texts
 */
export function speakTwiml(language: string | undefined, ...texts: string[]): string {
  const { name, language: spokenIn } = voiceFor(language);
  const said = texts.map((text) => `<Say voice="Polly.${name}" language="${spokenIn}">${escaped(spoken(text))}</Say>`);
  return `<?xml version="1.0" encoding="UTF-8"?><Response>${said.join('')}<Hangup/></Response>`;
}

/** As the content of an element. What XML cannot hold at all `spoken` has left out. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
