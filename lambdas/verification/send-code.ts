import type { Clock } from '../core/clock.ts';
import type { Wording } from '../core/content/wording.ts';
import type { OptOutStore } from '../core/opt-out/ports.ts';
import type { Provider } from '../core/page/page.ts';
import type { Fault } from '../core/providers/fault.ts';
import { codeCallHolder } from '../core/rate-limit/phone-lock.ts';
import type { PhoneLocks } from '../core/rate-limit/ports.ts';
import type { RecipientStore } from '../core/recipient/ports.ts';
import type { Recipient } from '../core/recipient/recipient.ts';
import type { Cap, CapScope } from '../core/verification/caps.ts';
import { capsOf } from '../core/verification/caps.ts';
import { newCode, seal } from '../core/verification/code.ts';
import { VERIFICATION } from '../core/verification/limits.ts';
import type { CapStore, VerificationStore } from '../core/verification/ports.ts';
import { grantSend, type Verification, withdrawSend } from '../core/verification/verification.ts';
import type { OptOut } from '../use-cases/opt-out.ts';
import { changeVerification } from './change-verification.ts';
import { type CodeVia, createDeliverCode, type DeliverCodeDeps } from './deliver-code.ts';

/** Where a phone is, as far as its digits tell. */
export interface PhoneOrigin {
  callingCode: string;
  /**
   * ISO codes; several when digits alone do not say which; none for numbers of no country, such as satellite phones.
   */
  countries: readonly string[];
}

export type SendCodeResult =
  | { sent: true; phone: string; expiresAt: number; sendsLeft: number; provider: Provider | undefined }
  | { sent: false; why: 'unknown-recipient' | 'no-phone' | 'verified' | 'conflict' }
  /** `no-calls`: this deployment has no voice channel. `busy`: a call of ours is on the phone's line. */
  | { sent: false; why: 'country' | 'opted-out' | 'unreachable' | 'no-calls' | 'busy'; phone: string }
  | { sent: false; why: 'limit'; phone: string; limit: 'recipient' | CapScope; until: number }
  /** No provider took it. */
  | { sent: false; why: 'providers'; faults: (Pick<Fault, 'code' | 'class'> & { by: Provider })[] };

interface Deps extends DeliverCodeDeps {
  recipients: RecipientStore;
  verifications: VerificationStore;
  caps: CapStore;
  optOuts: Pick<OptOutStore, 'has'>;
  optOut: Pick<OptOut, 'suppress'>;
  phoneLocks: PhoneLocks;
  originOf: (phone: string) => PhoneOrigin;
  /** ISO codes of the countries that codes are sent to. */
  countries: 'all' | ReadonlySet<string>;
  /** The words for a recipient's language. */
  wording: (language: string | undefined) => Wording;
  clock: Clock;
}

/**
 * Sends the recipient's unverified phone a code, as a text or spoken in a call (docs/spec/api.md#verification, ADR 6).
 * What is written before it goes out: the send, its code, and the caps against pumping, which count both ways together;
 * what no provider would take is given back. Who opted out of texts may be called.
 */
export function createSendCode(deps: Deps) {
  const { recipients, verifications, caps, optOuts, optOut, phoneLocks, originOf, countries, wording, clock } = deps;
  const deliverCode = createDeliverCode(deps);

  return async function sendCode(recipientId: string, via: CodeVia): Promise<SendCodeResult> {
    const recipient = await recipients.get(recipientId);
    if (!recipient) return { sent: false, why: 'unknown-recipient' };
    const { phone } = recipient;
    if (phone === undefined) return { sent: false, why: 'no-phone' };
    if (recipient.phoneVerified) return { sent: false, why: 'verified' };
    if (via === 'voice' && deps.chains.voice.length === 0) return { sent: false, why: 'no-calls', phone };
    if (via === 'sms' && (textedButSuppressed(recipient) || (await optOuts.has(phone)))) {
      return { sent: false, why: 'opted-out', phone };
    }
    const origin = originOf(phone);
    if (!isServed(origin)) return { sent: false, why: 'country', phone };
    if (via === 'sms') return grantAndCarry(recipient, phone, origin, via);

    const holder = codeCallHolder(recipientId);
    const now = clock.now();
    if (!(await phoneLocks.take(phone, holder, now, now + VERIFICATION.call)))
      return { sent: false, why: 'busy', phone };
    const result = await grantAndCarry(recipient, phone, origin, via);
    if (!result.sent) await phoneLocks.free(phone, holder);
    return result;
  };

  async function grantAndCarry(
    { id: recipientId, language }: Recipient,
    phone: string,
    origin: PhoneOrigin,
    via: CodeVia,
  ): Promise<SendCodeResult> {
    const code = newCode();
    const sealed = once(() => seal(code, recipientId, phone));
    const at = clock.now();
    const granted = await changeVerification(verifications, recipientId, (before) => grantSend(before, sealed, at));
    if (!granted) return { sent: false, why: 'conflict' };
    const { before, decision } = granted;
    if (decision.send === 'wait') {
      return { sent: false, why: 'limit', phone, limit: 'recipient', until: decision.until };
    }
    const taken: Cap[] = [];
    const withdraw = (now: Verification) => ({ after: withdrawSend(now, sealed(), at, before) });
    const giveBack = async () => {
      await changeVerification(verifications, recipientId, withdraw);
      for (const cap of taken) await caps.giveBack(cap);
    };
    for (const cap of capsOf(phone, origin.callingCode, at)) {
      if (!(await caps.take(cap))) {
        await giveBack();
        return { sent: false, why: 'limit', phone, limit: cap.scope, until: cap.until };
      }
      taken.push(cap);
    }

    const legs = await deliverCode(via, phone, code, wording(language));
    const faults = legs.flatMap(({ provider, result }) =>
      result.outcome === 'failed' ? [{ ...result.fault, by: provider }] : [],
    );
    const carrier = legs.find(({ result }) => result.outcome === 'accepted')?.provider;
    if (carrier !== undefined || faults.some((fault) => fault.class === 'ambiguous')) {
      const { expiresAt, sendsLeft } = decision;
      return { sent: true, phone, expiresAt, sendsLeft, provider: carrier };
    }
    // What a provider refuses because of the number stays counted, or the number could be tried for ever.
    const last = faults.at(-1);
    if (last?.class === 'opted_out' && via === 'sms') {
      await optOut.suppress(phone, last.by, last.code);
      return { sent: false, why: 'opted-out', phone };
    }
    if (last?.class === 'opted_out' || last?.class === 'recipient_permanent') {
      return { sent: false, why: 'unreachable', phone };
    }
    await giveBack();
    return { sent: false, why: 'providers', faults };
  }

  function isServed({ countries: of }: PhoneOrigin): boolean {
    return countries === 'all' ? of.length > 0 : of.some((country) => countries.has(country));
  }
}

/** An opt-out on the record is about the number in use; beside one in use, the new phone has not said anything yet. */
const textedButSuppressed = ({ smsSuppressed, verifiedPhone }: Recipient): boolean =>
  smsSuppressed && verifiedPhone === undefined;

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
