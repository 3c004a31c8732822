/** Senders that receive: numbers, short codes too, and messaging services. A sender id is but a name on the phone. */
const NUMBER = /^\+?\d{3,15}$/;
export const MESSAGING_SERVICE = /^MG[0-9a-f]{32}$/i;

/** Whether a person can answer by text to what this sender of Twilio's sent (contract §2, "Answering"). */
export const receivesTexts = (sender: string): boolean => NUMBER.test(sender) || MESSAGING_SERVICE.test(sender);
