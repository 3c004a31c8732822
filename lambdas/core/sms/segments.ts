/** What a text costs on the air (GSM 03.38, 3GPP TS 23.038 and 23.040). */
import { gsm7Septets, septetsOf } from './gsm7.ts';

export interface Segments {
  encoding: 'GSM-7' | 'UCS-2';
  /** Septets, or UTF-16 units. */
  units: number;
  count: number;
}

/** One segment holds this much; in a series each segment gives 7 septets or 3 units to the header that joins them. */
const CAPACITY = { 'GSM-7': { alone: 160, joined: 153 }, 'UCS-2': { alone: 70, joined: 67 } } as const;

/** How many segments a text takes. One character outside GSM-7 turns the whole text into UCS-2. */
export function segments(text: string): Segments {
  const septets = gsm7Septets(text);
  const encoding = septets === undefined ? 'UCS-2' : 'GSM-7';
  const units = septets ?? text.length;
  const { alone, joined } = CAPACITY[encoding];
  if (units <= alone) return { encoding, units, count: 1 };
  // A character is never spread over two segments, so one that needs two units may leave the last unit of one empty.
  let count = 1;
  let used = 0;
  for (const char of text) {
    const size = encoding === 'GSM-7' ? (septetsOf(char) ?? 1) : char.length;
    if (used + size > joined) {
      count += 1;
      used = 0;
    }
    used += size;
  }
  return { encoding, units, count };
}
