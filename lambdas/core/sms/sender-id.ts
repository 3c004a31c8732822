import { callingCodeOf } from './calling-code.ts';

/**
 * Calling codes of countries where a sender id has to be registered: a text under any other name is blocked, or shown as
 * from "Unverified" (Australia, from July 2026) or "Likely-SCAM" (Singapore). Source: "Supported countries and regions for
 * SMS messaging", AWS End User Messaging, and the regulators' registers; docs/deploy.md lists them by name.
 */
const REGISTERED_ONLY: ReadonlySet<string> = new Set(
  '7 20 61 62 63 65 66 84 86 90 91 94 254 353 374 375 380 420 852 962 965 966 968 971 974 998'.split(' '),
);

/**
 * The sender id that a text to this phone goes out with; undefined where it goes out under a number of the provider's.
 * @param senderId the deployment's; empty for none
 * @param to the phone, E.164
 * @param registered calling codes of the countries where the id is registered (`senderIdCountries`)
 */
export function senderIdFor(senderId: string, to: string, registered: readonly string[]): string | undefined {
  const code = callingCodeOf(to);
  const needsRegistration = code !== undefined && REGISTERED_ONLY.has(code) && !registered.includes(code);
  return senderId === '' || needsRegistration ? undefined : senderId;
}
