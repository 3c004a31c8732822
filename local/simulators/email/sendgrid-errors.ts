/** SendGrid's refusals, and the words under which a mail comes back, with the codes that a mode may name. */
import type { Check } from '../modes.ts';

export interface JsonAnswer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

const WORDS: Record<number, string> = {
  400: 'Bad Request',
  401: 'The provided authorization grant is invalid, expired, or revoked',
  403: 'access forbidden',
  404: 'resource not found',
  405: 'method not allowed',
  413: 'Payload Too Large',
  415: 'unsupported media type',
  429: 'too many requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};

export const sendGridError = (status: number, message = WORDS[status], field: string | null = null): JsonAnswer => ({
  status,
  body: { errors: [{ message, field, help: null }] },
  ...(status === 429 && {
    headers: { 'X-RateLimit-Limit': '600', 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': '1' },
  }),
});

/** Why a mail was dropped: SendGrid's words, under the codes Lifeline gives them. */
export const DROPS: Record<string, string> = {
  bounced_address: 'Bounced Address',
  invalid_address: 'Invalid',
  spam_content: 'Spam Content',
  spam_reporting_address: 'Spam Reporting Address',
  unsubscribed_address: 'Unsubscribed Address',
};
/** Refused by the recipient's server for now, and refused after it had taken the mail. */
const BOUNCES = ['blocked', 'late_bounce'];
export const isStatus = (v: unknown): v is string => typeof v === 'string' && /^[45]\.\d{1,3}\.\d{1,3}$/.test(v);

/** An HTTP status or `invalid_address` for a call; for what comes back, a drop, a bounce or a server's status. */
export const sendGridErrorCode: Check = (v) =>
  (typeof v === 'number' && Object.hasOwn(WORDS, v)) ||
  isStatus(v) ||
  (typeof v === 'string' && (Object.hasOwn(DROPS, v) || BOUNCES.includes(v)))
    ? undefined
    : `must be one of ${[...Object.keys(WORDS), ...Object.keys(DROPS), ...BOUNCES].join(', ')} or a status such as 5.1.1`;
