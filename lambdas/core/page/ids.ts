import { createHash, randomBytes } from 'node:crypto';

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
/** No vowels and nothing that looks like something else (docs/spec/api.md#ids). */
const CODE_ALPHABET = '23456789CFGHJKMPQRTVWX';

const digest = (...parts: string[]): Buffer =>
  // A length before each part, so that ('a','bc') and ('ab','c') differ.
  createHash('sha256')
    .update(parts.map((part) => `${Buffer.byteLength(part)}:${part}`).join(''))
    .digest();

/** The first 80 bits as 16 base32 characters. */
function base32(bytes: Buffer): string {
  let bits = BigInt(`0x${bytes.subarray(0, 10).toString('hex')}`);
  let text = '';
  for (let i = 0; i < 16; i++) {
    text = `${BASE32[Number(bits & 31n)]}${text}`;
    bits >>= 5n;
  }
  return text;
}

/** The page of an idempotency key; `generation` counts reuses of the key after its 24 hours. */
export const keyedPageId = (clientId: string, key: string, generation: number): string =>
  `pg_${base32(digest('key', clientId, key, String(generation)))}`;

/** Names an event that goes out, so that who gets it twice can tell. */
export const randomEventId = (): string => `evt_${base32(randomBytes(10))}`;

export const randomPageId = (): string => `pg_${base32(randomBytes(10))}`;
export const randomRedriveId = (): string => `rd_${base32(randomBytes(10))}`;

/** Names something by its parts without showing them: 80 bits of their SHA-256. */
export const shortHash = (...parts: string[]): string => base32(digest('short', ...parts));

/** Tells two request bodies apart whatever the order of their keys. */
export const bodyDigest = (body: unknown): string => base32(digest('body', canonical(body)));

/** Incident ids have at most so many characters (docs/spec/api.md#ids). */
export const INCIDENT_ID_LENGTH = 64;
/** What `madeIncidentId` puts in the place of what it leaves out. */
const DIGEST_LENGTH = 16;
const LOOKS_SHORTENED = new RegExp(`-[${BASE32}]{${DIGEST_LENGTH}}$`);

/**
 * The id of an incident of our own, named after something else: a recipient, the cause of an alert. Two names never
 * make the same id: one that is too long, or has other characters than an id of ours, is shortened to its beginning and
 * a digest of all of it.
 * @param head what ids of this kind begin with
 * @param tail what they end with
 */
export function madeIncidentId(head: string, name: string, tail = ''): string {
  const room = INCIDENT_ID_LENGTH - head.length - tail.length;
  const plain = name.replace(/[^\w.@+-]+/g, '_');
  // A name that ends like a shortened one is shortened too, or somebody could choose it.
  const isWhole = plain === name && name.length <= room && !LOOKS_SHORTENED.test(name);
  const short = `${plain.slice(0, room - DIGEST_LENGTH - 1)}-${base32(digest('name', name))}`;
  return `${head}${isWhole ? name : short}${tail}`;
}

/** The name under which the open page of an incident, recipient, type and level is found. */
export const dedupeKey = (incidentId: string, recipientId: string, type: string, level: number): string =>
  base32(digest('dedupe', incidentId, recipientId, type, String(level)));

/**
 * The reply code a page tries for: three characters at first, four after a collision (docs/spec/api.md#ids). It is
 * derived from the page id, so that a repeated dispatch reserves the same one.
 */
export function replyCode(pageId: string, collision: number): string {
  const bytes = digest('code', pageId, String(collision));
  const length = collision === 0 ? 3 : 4;
  return Array.from({ length }, (_, i) => CODE_ALPHABET[bytes.readUInt16BE(i * 2) % CODE_ALPHABET.length]).join('');
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, v) =>
    v && typeof v === 'object' && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v,
  );
}

/** A number in [0, 1) that is always the same for the same text, and spread evenly over texts. */
export const hashFraction = (text: string): number => digest('share', text).readUInt32BE(0) / 2 ** 32;
