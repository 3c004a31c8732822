/** The simulated Twilio account, and what its owner may set up. */
export interface TwilioAccount {
  accountSid: string;
  authToken: string;
  phoneNumber: string;
}

/** What the account's owner has switched on. */
export interface TwilioSettings extends Record<string, boolean> {
  /** Texts outside the hours that a state allows are put off to the next such hour. Here: every text. */
  complianceToolkit: boolean;
  /** The messaging service has an RCS sender, so phones answer by RCS. */
  rcs: boolean;
  /** A trial account. Here it only says so. */
  trial: boolean;
  /** The webhooks of the number, or of the messaging service, lead to us, with retries and a fallback. */
  wired: boolean;
  /** The number is this account's; the messaging service has one. */
  hasSender: boolean;
}
export const TWILIO_SETTINGS: TwilioSettings = {
  complianceToolkit: false,
  rcs: false,
  trial: false,
  wired: true,
  hasSender: true,
};
