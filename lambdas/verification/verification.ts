import type { AuditAction } from '../core/audit/actions.ts';
import type { AuditLog } from '../core/audit/ports.ts';
import type { Clock } from '../core/clock.ts';
import { maskPhone } from '../core/recipient/mask.ts';
import type { ApiRequest, Handler } from '../http/http.ts';
import { Problem } from '../http/problem.ts';
import { verificationCodeSchema, verificationRequestSchema } from '../http/schemas/verification.ts';
import { parse } from '../http/validation.ts';
import { etag, recipientSummary } from '../http/views/recipient.ts';
import type { Log } from '../runtime/logger.ts';
import { METRICS } from '../runtime/metric-names.ts';
import type { Count } from '../runtime/metrics.ts';
import type { ConfirmResult, createConfirmPhone } from './confirm-phone.ts';
import type { CodeVia } from './deliver-code.ts';
import type { createSendCode, SendCodeResult } from './send-code.ts';

interface Deps {
  sendCode: ReturnType<typeof createSendCode>;
  confirmPhone: ReturnType<typeof createConfirmPhone>;
  audit: AuditLog;
  clock: Clock;
  logger: Pick<Log, 'error'>;
  count: Count;
}

/** POST /recipients/{id}/phone/verification: a code, by text or call, to the phone that is not verified yet. */
export function createSendVerification({ sendCode, audit, clock, logger, count }: Deps): Handler {
  return async (request) => {
    const { id = '' } = request.params;
    const { via } = parse(verificationRequestSchema, request.body);
    const result = await sendCode(id, via);
    const at = clock.now();
    if (result.sent) {
      const phone = maskPhone(result.phone);
      count(METRICS.codeSent);
      await audit.record(entry(request, at, 'phone.code_sent', { phone, via, provider: result.provider ?? 'unknown' }));
      const expiresAt = new Date(result.expiresAt).toISOString();
      return { status: 202, body: { phone, via, expiresAt, sendsLeft: result.sendsLeft } };
    }
    if (result.why === 'country' || result.why === 'limit') {
      const why = result.why === 'limit' ? `limit:${result.limit}` : result.why;
      // The recipient's own limit is somebody without patience; the others look like pumping.
      if (why !== 'limit:recipient') count(METRICS.codeRefused);
      await audit.record(entry(request, at, 'phone.code_refused', { phone: maskPhone(result.phone), via, why }));
    }
    if (result.why === 'providers') {
      count(METRICS.codeNotSent);
      logger.error('no provider took a verification code', { via, faults: result.faults });
    }
    throw refusal(id, result, at, via);
  };
}

/** POST /recipients/{id}/phone/verification/confirm: from now on the phone is the one that is used. */
export function createConfirmVerification({ confirmPhone, audit, clock }: Deps): Handler {
  return async (request) => {
    const { id = '' } = request.params;
    const { code } = parse(verificationCodeSchema, request.body);
    const result = await confirmPhone(id, code);
    if (!result.confirmed) throw refusal(id, result, clock.now());
    const { recipient } = result;
    const phone = maskPhone(recipient.phone ?? '');
    await audit.record(entry(request, recipient.updatedAt, 'phone.verified', { phone }));
    return { status: 200, body: recipientSummary(recipient), headers: { ETag: etag(recipient) } };
  };
}

type Refused = Exclude<SendCodeResult, { sent: true }> | Exclude<ConfirmResult, { confirmed: true }>;

/** What the caller is told; why a provider refused is for our logs. */
function refusal(id: string, result: Refused, now: number, via: CodeVia = 'sms'): Problem {
  switch (result.why) {
    case 'unknown-recipient':
      return new Problem('recipient-not-found', { detail: `There is no recipient "${id}".` });
    case 'no-phone':
      return new Problem('nothing-to-verify', { detail: `"${id}" has no phone.` });
    case 'verified':
      return new Problem('nothing-to-verify', { detail: `The phone of "${id}" is verified.` });
    case 'conflict':
      return new Problem('conflict');
    case 'country':
      return new Problem('country-not-served', { detail: `No codes are sent to ${maskPhone(result.phone)}.` });
    case 'opted-out':
      return new Problem('code-not-sendable', {
        detail: `${maskPhone(result.phone)} opted out of texts; START from that phone undoes it, and "via": "voice" calls it.`,
      });
    case 'unreachable':
      return new Problem('code-not-sendable', {
        detail: `${maskPhone(result.phone)} does not take ${via === 'voice' ? 'calls' : 'texts'}.`,
      });
    case 'no-calls':
      return new Problem('code-not-sendable', { detail: 'Calls are not available here; use "via": "sms".' });
    case 'busy':
      return new Problem('phone-busy', {
        detail: `A call of ours is on the line of ${maskPhone(result.phone)}. Nothing was counted.`,
        headers: { 'Retry-After': '30' },
      });
    case 'limit':
      return new Problem('too-many-codes', {
        detail: LIMIT_TEXT[result.limit],
        headers: { 'Retry-After': String(Math.max(1, Math.ceil((result.until - now) / 1000))) },
      });
    case 'providers':
      return new Problem('code-not-sent', { detail: 'Nothing was counted.', headers: { 'Retry-After': '30' } });
    case 'no-code':
      return new Problem('no-code', { detail: `No code waits for the phone of "${id}".` });
    case 'expired':
      return new Problem('code-expired', { detail: 'The code was sent more than 10 minutes ago.' });
    case 'locked':
      return new Problem('code-expired', { detail: 'The code was tried five times.' });
    case 'wrong-code':
      return new Problem('wrong-code', { triesLeft: result.triesLeft, detail: triesText(result.triesLeft) });
  }
}

const LIMIT_TEXT = {
  recipient: 'Three codes were sent to this recipient within an hour.',
  phone: 'Too many codes were sent to this phone today.',
  country: 'Too many codes were sent to this country calling code today.',
  installation: 'Too many codes were sent by this installation within the hour.',
} as const;

const triesText = (left: number): string =>
  left === 0 ? 'That was the last try: send a new code.' : `${left} more ${left === 1 ? 'try' : 'tries'}.`;

const entry = ({ params, caller }: ApiRequest, at: number, action: AuditAction, details: Record<string, string>) => ({
  at,
  resource: `recipient/${params.id}`,
  action,
  actor: `${caller.clientId}/${caller.subject}`,
  ...(caller.sourceIp && { from: caller.sourceIp }),
  details,
});
