import type { Clock } from '../core/clock.ts';
import type { OptOutStore } from '../core/opt-out/ports.ts';
import { isSamePhone } from '../core/recipient/phone.ts';
import type { RecipientStore } from '../core/recipient/ports.ts';
import type { Recipient } from '../core/recipient/recipient.ts';
import { confirmPhone } from '../core/recipient/recipient-phone.ts';
import { opens, type SealedCode } from '../core/verification/code.ts';
import type { VerificationStore } from '../core/verification/ports.ts';
import { countTry, spendCode } from '../core/verification/verification.ts';
import { changeVerification, MOST_TRIES } from './change-verification.ts';

export type ConfirmResult =
  | { confirmed: true; recipient: Recipient }
  | {
      confirmed: false;
      why: 'unknown-recipient' | 'no-phone' | 'verified' | 'no-code' | 'expired' | 'locked' | 'conflict';
    }
  | { confirmed: false; why: 'wrong-code'; triesLeft: number };

interface Deps {
  recipients: RecipientStore;
  verifications: VerificationStore;
  optOuts: Pick<OptOutStore, 'has'>;
  clock: Clock;
}

/**
 * Confirms the recipient's phone with the code that was sent to it. The try is counted before the code is compared, and
 * the code spent after the phone is confirmed: a crash in between costs a try, and the same code can be sent again.
 */
export function createConfirmPhone({ recipients, verifications, optOuts, clock }: Deps) {
  return async function confirm(recipientId: string, code: string): Promise<ConfirmResult> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const recipient = await recipients.get(recipientId);
      const phone = unverifiedPhone(recipient);
      if ('why' in phone) return { confirmed: false, ...phone };
      const before = await verifications.get(recipientId);
      const decision = countTry(before, phone.phone, clock.now());
      if (decision.try !== 'counted') return { confirmed: false, why: decision.try };
      if ((await verifications.save(recipientId, before, decision.after)) === 'conflict') continue;
      if (opens(decision.code, code, recipientId)) return settle(recipientId, decision.code);
      return { confirmed: false, why: 'wrong-code', triesLeft: decision.triesLeft };
    }
    return { confirmed: false, why: 'conflict' };
  };

  /** Of several who know the code one gets here first; for the others the phone is verified. */
  async function settle(recipientId: string, code: SealedCode): Promise<ConfirmResult> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const recipient = await recipients.get(recipientId);
      const phone = unverifiedPhone(recipient);
      if ('why' in phone) return { confirmed: false, ...phone };
      if (!isSamePhone(phone.phone, code.phone)) return { confirmed: false, why: 'no-code' };
      const next = confirmPhone(phone.recipient, await optOuts.has(phone.phone), clock.now());
      if ((await recipients.put(next, phone.recipient.version)) === 'conflict') continue;
      await changeVerification(verifications, recipientId, (now) => ({ after: spendCode(now, code) }));
      return { confirmed: true, recipient: next };
    }
    return { confirmed: false, why: 'conflict' };
  }
}

type Unverified = { phone: string; recipient: Recipient } | { why: 'unknown-recipient' | 'no-phone' | 'verified' };

function unverifiedPhone(recipient: Recipient | undefined): Unverified {
  if (!recipient) return { why: 'unknown-recipient' };
  if (recipient.phone === undefined) return { why: 'no-phone' };
  return recipient.phoneVerified ? { why: 'verified' } : { phone: recipient.phone, recipient };
}
