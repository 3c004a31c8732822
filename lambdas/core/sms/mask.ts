/**
 * Phone numbers for people to read (contract §4: process output never shows one whole). Enough is left to tell two
 * people apart: country, area and the last four digits.
 */
export function maskPhone(phone: string): string {
  const digits = phone.replace(/\D/g, '');
  // Short national numbers would be readable with eight digits shown.
  const [head, tail] = digits.length >= 10 ? [4, 4] : [2, 2];
  const plus = phone.trimStart().startsWith('+') ? '+' : '';
  return digits.length <= head + tail ? `${plus}•••` : `${plus}${digits.slice(0, head)}•••${digits.slice(-tail)}`;
}

/** Masks every run of 7 to 15 digits that could be a phone number; ids such as `SM0123…` and error codes stay. */
export function maskPhones(text: string): string {
  return text.replace(/(?<![\w/#])(?<![A-Za-z]-)(?:\+|%2B)?\d(?:[ ().-]?\d){6,14}(?!\w)/gi, (found) =>
    maskPhone(found.replace(/^%2B/i, '+')),
  );
}
