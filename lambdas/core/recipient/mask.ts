/**
 * Phone numbers for people to read: `+14155550100` → `+1415•••0100` (docs/spec/local-run.md#the-local-run: process
 * output never shows one whole). Enough is left to tell two people apart: country, area and the last four digits.
 */
export function maskPhone(phone: string): string {
  const digits = phone.replace(/\D/g, '');
  // Short national numbers would be readable with eight digits shown.
  const [head, tail] = digits.length >= 10 ? [4, 4] : [2, 2];
  const plus = phone.trimStart().startsWith('+') ? '+' : '';
  return digits.length <= head + tail ? `${plus}•••` : `${plus}${digits.slice(0, head)}•••${digits.slice(-tail)}`;
}

/** Masks every international number in a log line; a safety net, not a licence to write numbers into logs. */
export function maskPhones(text: string): string {
  return text.replace(/(?:\+|%2[Bb])[1-9]\d{6,14}(?!\d)/g, (phone) => maskPhone(phone.replace(/^%2[Bb]/, '+')));
}

/**
 * Masks every run of 7 to 15 digits that could be a phone number, however it is spelled; ids such as `SM0123…` and
 * error codes stay. For texts that others wrote, where a number masked too many does no harm.
 */
export function maskAnyPhones(text: string): string {
  return text.replace(/(?<![\w/#])(?<![A-Za-z]-)(?:\+|%2B)?\d(?:[ ().-]?\d){6,14}(?!\w)/gi, (found) =>
    maskPhone(found.replace(/^%2B/i, '+')),
  );
}
