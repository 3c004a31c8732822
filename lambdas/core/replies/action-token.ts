import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AnswerAction } from '../page/answer.ts';
import { FIXED } from '../rules.ts';
import { MINUTE } from '../time.ts';

/**
 * Action links carry everything in themselves, so that a link costs no row and works for whoever holds it
 * (docs/spec/replies.md#actions): page 80 bits, action 1, whether it means all that the page's message listed 1, expiry
 * 30 (minutes since 1970, past the year 4000), HMAC-SHA256 cut to 80. Together 24 bytes, 32 characters of base64url:
 * every one is taken from the text that the link stands in. A forger gets one of 2^80 guesses a request.
 */
const BODY = 14;
const MAC = 10;
const TOKEN = /^[A-Za-z0-9_-]{32}$/;
const RESOLVE_BIT = 0x8000_0000;
const ALL_BIT = 0x4000_0000;

export type ReadToken =
  /** With `all` every page is meant that a message of this one has listed (ADR 12). */
  | { result: 'good'; pageId: string; action: AnswerAction; all?: true }
  | { result: 'expired' }
  /** Tampered with, signed with another key, or never a token. */
  | { result: 'unknown' };

/**
 * @param pageId `pg_` and 16 base32 characters
 * @param key the secret all tokens are signed with
 * @param now epoch ms; the token lives for 7 days of real time from then on, a few minutes more at most
 */
export function signActionToken(pageId: string, action: AnswerAction, key: string, now: number, all = false): string {
  const body = Buffer.alloc(BODY);
  idToBytes(pageId).copy(body);
  for (let minute = Math.ceil((now + FIXED.actionLifetime) / MINUTE); ; minute++) {
    const bits = (action === 'resolve' ? RESOLVE_BIT : 0) | (all ? ALL_BIT : 0);
    body.writeUInt32BE((minute | bits) >>> 0, 10);
    const token = Buffer.concat([body, macOf(body, key)]).toString('base64url');
    // Phones find links in texts by themselves, and leave a final - or _ outside.
    if (!/[-_]$/.test(token)) return token;
  }
}

/** @param keys the current key and, after a rotation, the one before */
export function readActionToken(token: string, keys: readonly string[], now: number): ReadToken {
  if (!TOKEN.test(token)) return { result: 'unknown' };
  const bytes = Buffer.from(token, 'base64url');
  const [body, mac] = [bytes.subarray(0, BODY), bytes.subarray(BODY)];
  // Every key is tried, so that the time taken does not tell which one fitted.
  const isOurs = keys.map((key) => timingSafeEqual(macOf(body, key), mac)).some(Boolean);
  if (!isOurs) return { result: 'unknown' };
  const word = body.readUInt32BE(10);
  if (now >= (word & ~(RESOLVE_BIT | ALL_BIT)) * MINUTE) return { result: 'expired' };
  const action = (word & RESOLVE_BIT) !== 0 ? 'resolve' : 'acknowledge';
  return { result: 'good', pageId: bytesToId(body), action, ...((word & ALL_BIT) !== 0 && { all: true }) };
}

/**
 * The purpose is part of what is signed, so that the key could sign other things without a token of theirs being one.
 */
function macOf(body: Buffer, key: string): Buffer {
  // An empty key would make tokens that anybody can make.
  if (key === '') throw new Error('the action key is empty');
  return createHmac('sha256', key).update('lifeline action 1:').update(body).digest().subarray(0, MAC);
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

function idToBytes(pageId: string): Buffer {
  if (!/^pg_[a-z2-7]{16}$/.test(pageId)) throw new Error('not a page id');
  const bits = Array.from(pageId.slice(3)).reduce((sum, char) => sum * 32n + BigInt(BASE32.indexOf(char)), 0n);
  return Buffer.from(bits.toString(16).padStart(20, '0'), 'hex');
}

function bytesToId(body: Buffer): string {
  let bits = BigInt(`0x${body.subarray(0, 10).toString('hex')}`);
  let text = '';
  for (let i = 0; i < 16; i++) {
    text = `${BASE32[Number(bits % 32n)]}${text}`;
    bits /= 32n;
  }
  return `pg_${text}`;
}
