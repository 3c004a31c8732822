const E164 = /^\+[1-9]\d{6,14}$/;

/**
 * A contact with all numbers that pages come from, so that a phone in do-not-disturb lets them through. vCard 3.0
 * (RFC 2426): iOS reads it whole, and the 4.0 of RFC 6350 only in part. Lines end in CRLF, as both ask.
 * @param senders what texts and calls come from; what is no number (a sender id, a pool) cannot be in a card
 */
export function contactCard(senders: readonly string[]): string {
  const numbers = [...new Set(senders)].filter((sender) => E164.test(sender));
  return [
    'BEGIN:VCARD',
    'VERSION:3.0',
    'N:Lifeline;;;;',
    'FN:Lifeline',
    'ORG:Lifeline',
    ...numbers.map((number) => `TEL;TYPE=VOICE,MSG:${number}`),
    'NOTE:Pages come from here. Let it break through do-not-disturb.',
    'END:VCARD',
    '',
  ].join('\r\n');
}
