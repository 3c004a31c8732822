import { flatten, transliterate } from '../sms/transliterate.ts';
import { MINUTE } from '../time.ts';
import { VERIFICATION } from '../verification/limits.ts';
import { say, type Wording } from './wording.ts';

/**
 * Says who asks and for how long, and carries no link: nothing in it can be mistaken for phishing. One GSM-7
 * segment in the languages that Lifeline brings; a deployment's own words may take more.
 */
export const codeText = (code: string, w: Wording): string =>
  flatten(transliterate(say(w, 'smsCode', { code, minutes: VERIFICATION.lifetime / MINUTE })));
