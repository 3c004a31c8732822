/** Which functions expressions may call. */
import { createHash } from 'node:crypto';

/** JSONata's own, but for $eval, which Step Functions leaves out, and $random and $shuffle, which no test could replay. */
export const BUILT_IN: ReadonlySet<string> = new Set(
  `sum count max min average string substring substringBefore substringAfter lowercase uppercase length trim pad match
   contains replace split join formatNumber formatBase formatInteger parseInteger number floor ceil round abs sqrt power
   boolean not map zip filter single reduce sift keys lookup append exists spread merge reverse each error assert type
   sort distinct encodeUrlComponent encodeUrl decodeUrlComponent decodeUrl toMillis fromMillis clone now millis`.split(
    /\s+/,
  ),
);

const ALGORITHMS: Record<string, string> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** What Step Functions adds (developer guide, "JSONata functions provided by Step Functions"), without $random and $uuid. */
export const EXTENSIONS: Record<string, (...args: never[]) => unknown> = {
  parse: (text: string) => JSON.parse(text),
  partition: (items: unknown[], size: number) =>
    Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size)),
  range: (first: number, last: number, delta: number) => {
    if (!delta) throw new Error('the step of $range must not be 0');
    return Array.from({ length: Math.max(0, Math.floor((last - first) / delta) + 1) }, (_, n) => first + n * delta);
  },
  hash: (text: string, algorithm = 'SHA-1') => {
    const known = ALGORITHMS[algorithm];
    if (!known) throw new Error(`$hash knows no ${algorithm}`);
    return createHash(known).update(text).digest('hex');
  },
};
