/** The default alphabet of text messages (3GPP TS 23.038, 6.2.1). Anything else makes the whole text UCS-2. */
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** Sent as an escape and a second septet. */
const EXTENSION = new Set('\f^{}\\[~]|€');

/** 1, or 2 for the extension table; undefined outside GSM-7. `char` is one code point. */
export function septetsOf(char: string): 1 | 2 | undefined {
  if (BASIC.has(char)) return 1;
  return EXTENSION.has(char) ? 2 : undefined;
}

/** Septets the text takes; undefined when something in it is outside GSM-7. */
export function gsm7Septets(text: string): number | undefined {
  let total = 0;
  for (const char of text) {
    const septets = septetsOf(char);
    if (septets === undefined) return undefined;
    total += septets;
  }
  return total;
}

export const isGsm7 = (text: string): boolean => gsm7Septets(text) !== undefined;
