/** Senders that receive: numbers, short codes too, and messaging services. A sender id is but a name on the phone. */
const NUMBER = /^\+?\d{3,15}$/;
export const MESSAGING_SERVICE = /^MG[0-9a-f]{32}$/i;

/** Whether a person can answer by text to what this sender of Twilio's sent (docs/spec/replies.md#answering). */
export const receivesTexts = (sender: string): boolean => NUMBER.test(sender) || MESSAGING_SERVICE.test(sender);

const E164 = /^\+[1-9]\d{6,14}$/;
/** At least one letter, 11 characters at most (Twilio, "Alphanumeric Sender ID"). */
const SENDER_ID = /^(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}$/;

/** Whether texts may be set up to come from this: a number in E.164, a messaging service or a sender id. */
export const isTwilioSender = (sender: string): boolean =>
  E164.test(sender) || MESSAGING_SERVICE.test(sender) || SENDER_ID.test(sender);
