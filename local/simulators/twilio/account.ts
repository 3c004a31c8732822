/** The simulated Twilio account, and what its owner may set up. */
import { INBOUND_RETRIES } from '../../../lambdas/providers/standing/wiring.ts';

export interface TwilioAccount {
  accountSid: string;
  authToken: string;
  phoneNumber: string;
}

/** What the account's owner has switched on. */
export interface TwilioSettings extends Record<string, boolean | string> {
  /** Texts outside the hours that a state allows are put off to the next such hour. Here: every text. */
  complianceToolkit: boolean;
  /** The messaging service has an RCS sender, so phones answer by RCS. */
  rcs: boolean;
  /** A trial account. Here it only says so. */
  trial: boolean;
  /** The webhooks of the number, or of the messaging service, lead to us, with retries and a fallback. */
  wired: boolean;
  /** Where texts that come in lead while `wired`, with the policy of repetitions in the fragment; empty for nowhere. */
  smsUrl: string;
  /** Asked where that fails. */
  smsFallbackUrl: string;
  /** The number is this account's; the messaging service has one. */
  hasSender: boolean;
}

/**
 * An account as docs/deploy.md asks for it.
 * @param publicUrl what our API is called outside; undefined where nothing takes what comes in
 */
export function twilioSettings(publicUrl: string | undefined): TwilioSettings {
  const url = publicUrl === undefined ? '' : `${publicUrl}/webhooks/twilio/sms/inbound${INBOUND_RETRIES}`;
  return {
    complianceToolkit: false,
    rcs: false,
    trial: false,
    wired: true,
    smsUrl: url,
    smsFallbackUrl: url,
    hasSender: true,
  };
}
