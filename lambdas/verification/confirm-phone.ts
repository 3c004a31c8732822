import type { Clock } from '../core/clock.ts';
import type { OptOutStore } from '../core/opt-out/ports.ts';
import { isSamePhone } from '../core/recipient/phone.ts';
import type { RecipientStore } from '../core/recipient/ports.ts';
import type { Recipient } from '../core/recipient/recipient.ts';
import { confirmPhone } from '../core/recipient/recipient-phone.ts';
import { opens, type SealedCode } from '../core/verification/code.ts';
import type { VerificationStore } from '../core/verification/ports.ts';
import { countTry, spendCode } from '../core/verification/verification.ts';
import { updateWithRetry } from '../use-cases/update-with-retry.ts';
import { changeVerification, MAX_ATTEMPTS } from './change-verification.ts';

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
    const done = await updateWithRetry({
      load: async () => {
        const found = unverifiedPhone(await recipients.get(recipientId));
        return 'why' in found ? found : { phone: found.phone, verification: await verifications.get(recipientId) };
      },
      decide: (found) => ('why' in found ? { try: found.why } : countTry(found.verification, found.phone, clock.now())),
      save: (found, decision) =>
        'verification' in found && decision.try === 'counted'
          ? verifications.save(recipientId, found.verification, decision.after)
          : 'saved',
      maxAttempts: MAX_ATTEMPTS,
    });
    if (!done) return { confirmed: false, why: 'conflict' };
    const { decision } = done;
    if (decision.try !== 'counted') return { confirmed: false, why: decision.try };
    if (opens(decision.code, code, recipientId)) return settle(recipientId, decision.code);
    return { confirmed: false, why: 'wrong-code', triesLeft: decision.triesLeft };
  };

  /** Of several who know the code one gets here first; for the others the phone is verified. */
  async function settle(recipientId: string, code: SealedCode): Promise<ConfirmResult> {
    const done = await updateWithRetry({
      load: async () => unverifiedPhone(await recipients.get(recipientId)),
      decide: async (found) => {
        if ('why' in found) return found;
        if (!isSamePhone(found.phone, code.phone)) return { why: 'no-code' } as const;
        const confirmed = confirmPhone(found.recipient, await optOuts.has(found.phone), clock.now());
        return { confirmed, expected: found.recipient.version };
      },
      save: (_, decision) => ('why' in decision ? 'saved' : recipients.put(decision.confirmed, decision.expected)),
      maxAttempts: MAX_ATTEMPTS,
    });
    if (!done) return { confirmed: false, why: 'conflict' };
    const { decision } = done;
    if ('why' in decision) return { confirmed: false, why: decision.why };
    await changeVerification(verifications, recipientId, (now) => ({ after: spendCode(now, code) }));
    return { confirmed: true, recipient: decision.confirmed };
  }
}

type Unverified = { phone: string; recipient: Recipient } | { why: 'unknown-recipient' | 'no-phone' | 'verified' };

function unverifiedPhone(recipient: Recipient | undefined): Unverified {
  if (!recipient) return { why: 'unknown-recipient' };
  if (recipient.phone === undefined) return { why: 'no-phone' };
  return recipient.phoneVerified ? { why: 'verified' } : { phone: recipient.phone, recipient };
}
