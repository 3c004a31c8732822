import { maskPhones } from '../core/recipient/mask.ts';

/** Carry secrets or whole requests wherever they turn up, mostly in errors of libraries. */
const HIDDEN =
  /^(authorization|authorizationtoken|auth|authtoken|auth_token|token|password|secret|secretstring|cookie|body|rawbody|headers|config|request|response|item|messagebody|to|from|email|phone)$/i;

/**
 * For JSON.stringify: what must not reach a log is replaced, whoever put it there (docs/spec/inside.md#invariants, 9).
 * The net below the rule that nobody logs bodies, contact points or tokens in the first place.
 */
export function scrub(key: string, value: unknown): unknown {
  if (value !== undefined && value !== null && HIDDEN.test(key)) return '[hidden]';
  if (typeof value !== 'string') return value;
  return maskPhones(value)
    .replace(/eyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, '[token]')
    .replace(/[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?=[\w-]+\.)/g, '•••@');
}
