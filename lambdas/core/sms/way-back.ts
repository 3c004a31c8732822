/**
 * Whether a person can answer a text by a text (docs/spec/replies.md#answering). Two-way is a property of the route and
 * not of the sender alone: outside its own calling code carriers overwrite a numeric sender, and a reply reaches
 * nobody.
 */
import { callingCodeOf } from './calling-code.ts';
import { receivesTexts } from './sender.ts';

/** Calling codes without plus, beside the sender's own, that a deployment has declared two-way (`twoWayCountries`). */
export type DeclaredTwoWay = readonly string[];

/**
 * A text names `Reply ACK <code>` where this says true, and a link elsewhere. Of a messaging service and of a short
 * code only the declaration tells where they are at home.
 * @param sender Twilio's sender: a number, a short code, a messaging service, a sender id
 * @param to the phone, E.164
 */
export function isTwoWayRoute(sender: string, to: string, declared: DeclaredTwoWay): boolean {
  if (!receivesTexts(sender)) return false;
  const code = callingCodeOf(to);
  return code !== undefined && (code === callingCodeOf(sender) || declared.includes(code));
}
