import { randomBytes, randomInt, scryptSync, timingSafeEqual } from 'node:crypto';
import { VERIFICATION } from './limits.ts';

/** A code as it is stored: nobody who reads it can tell the code, and it fits one phone of one recipient. */
export interface SealedCode {
  phone: string;
  salt: string;
  digest: string;
}

/** Six digits, each of the million as likely as any other. */
export const newCode = (): string => String(randomInt(10 ** VERIFICATION.digits)).padStart(VERIFICATION.digits, '0');

export function seal(code: string, recipientId: string, phone: string): SealedCode {
  const salt = randomBytes(16).toString('base64url');
  return { phone, salt, digest: digest(code, recipientId, phone, salt).toString('base64url') };
}

/** Takes as long for a wrong code as for the right one. */
export const opens = (sealed: SealedCode, code: string, recipientId: string): boolean =>
  timingSafeEqual(digest(code, recipientId, sealed.phone, sealed.salt), Buffer.from(sealed.digest, 'base64url'));

/**
 * scrypt and not a plain hash: a million codes are tried in a second with SHA-256, and in half a day with this (50 ms
 * each), when the code has long expired. So no key has to be kept anywhere.
 */
const digest = (code: string, recipientId: string, phone: string, salt: string): Buffer =>
  scryptSync(code, JSON.stringify([salt, recipientId, phone]), 32);
