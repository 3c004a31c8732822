/**
 * A phone number as it may stand in logs and lists: `+14155550100` → `+1415•••0100` (contract §4).
 * What is too short to hide anything that way is hidden whole.
 */
export function maskPhone(phone: string): string {
  return phone.length < 10 ? '•••' : `${phone.slice(0, 5)}•••${phone.slice(-4)}`;
}

/** Masks every international number in a text; a safety net, not a licence to write numbers into texts. */
export function maskPhones(text: string): string {
  return text.replace(/(?:\+|%2[Bb])[1-9]\d{6,14}(?!\d)/g, (phone) => maskPhone(phone.replace(/^%2[Bb]/, '+')));
}
