import { circuitName } from '../core/breaker.ts';
import type { Provider } from '../core/page/page.ts';
import type { Clock, Fault, OptOutStore, RecipientStore, SmsProvider } from '../core/ports.ts';
import type { Recipient } from '../core/recipient.ts';
import type { Cap, CapScope } from '../core/verification/caps.ts';
import { capsOf } from '../core/verification/caps.ts';
import { newCode, seal } from '../core/verification/code.ts';
import type { CapStore, VerificationStore } from '../core/verification/stores.ts';
import { codeText } from '../core/verification/text.ts';
import { grantSend, type Verification, withdrawSend } from '../core/verification/verification.ts';
import { changeVerification } from './change-verification.ts';
import type { Circuits } from './circuits.ts';
import type { OptOut } from './opt-out.ts';

/** Where a phone is, as far as its digits tell. */
export interface PhoneOrigin {
  callingCode: string;
  /** ISO codes; several when digits alone do not say which; none for numbers of no country, such as satellite phones. */
  countries: readonly string[];
}

export type SendCodeResult =
  | { sent: true; phone: string; expiresAt: number; sendsLeft: number; provider: Provider | undefined }
  | { sent: false; why: 'unknown-recipient' | 'no-phone' | 'verified' | 'conflict' }
  | { sent: false; why: 'country' | 'opted-out' | 'unreachable'; phone: string }
  | { sent: false; why: 'limit'; phone: string; limit: 'recipient' | CapScope; until: number }
  /** No provider took it. */
  | { sent: false; why: 'providers'; faults: (Pick<Fault, 'code' | 'class'> & { by: Provider })[] };

interface Deps {
  recipients: RecipientStore;
  verifications: VerificationStore;
  caps: CapStore;
  optOuts: Pick<OptOutStore, 'has'>;
  optOut: Pick<OptOut, 'suppress'>;
  /** In the order they are tried. */
  chain: readonly SmsProvider[];
  circuits: Circuits;
  originOf: (phone: string) => PhoneOrigin;
  /** ISO codes of the countries that codes are sent to. */
  countries: 'all' | ReadonlySet<string>;
  clock: Clock;
  /** In [0, 1): who is let through while a circuit ramps up. */
  random(): number;
}

/**
 * Sends the recipient's unverified phone a code (contract §1, ADR 6). What is written before the text goes out: the
 * send, its code, and the caps against pumping; what no provider would take is given back.
 */
export function createSendCode(deps: Deps) {
  const { recipients, verifications, caps, optOuts, optOut, chain, circuits, originOf, countries, clock, random } =
    deps;
  return async function sendCode(recipientId: string): Promise<SendCodeResult> {
    const recipient = await recipients.get(recipientId);
    if (!recipient) return { sent: false, why: 'unknown-recipient' };
    const { phone } = recipient;
    if (phone === undefined) return { sent: false, why: 'no-phone' };
    if (recipient.phoneVerified) return { sent: false, why: 'verified' };
    if (textedButSuppressed(recipient) || (await optOuts.has(phone))) return { sent: false, why: 'opted-out', phone };
    const origin = originOf(phone);
    if (!isServed(origin)) return { sent: false, why: 'country', phone };

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

    const { provider, faults, mayBeOut } = await walk(phone, codeText(code));
    if (provider !== undefined || mayBeOut) {
      const { expiresAt, sendsLeft } = decision;
      return { sent: true, phone, expiresAt, sendsLeft, provider };
    }
    // What a provider refuses because of the number stays counted, or the number could be tried for ever.
    const last = faults.at(-1);
    if (last?.class === 'opted_out') {
      await optOut.suppress(phone, last.by, last.code);
      return { sent: false, why: 'opted-out', phone };
    }
    if (last?.class === 'recipient_permanent') return { sent: false, why: 'unreachable', phone };
    await giveBack();
    return { sent: false, why: 'providers', faults };
  };

  function isServed({ countries: of }: PhoneOrigin): boolean {
    return countries === 'all' ? of.length > 0 : of.some((country) => countries.has(country));
  }

  /**
   * Calls the providers in turn until one accepts, or a fault says that no other would do better. An open circuit is
   * left alone and a pin holds, as for pages, and the circuits hear how it went.
   */
  async function walk(to: string, body: string) {
    const faults: (Fault & { by: Provider })[] = [];
    for (const provider of chain) {
      const name = circuitName(provider.name, 'sms');
      const admission = await circuits.admit(name, random());
      if (admission === 'skip') continue;
      // Nobody waits for reports on it: whoever gets no text asks for another.
      const result = await provider.send({ to, body, ref: 'verification' });
      const fault = result.outcome === 'failed' && result.fault.counts ? result.fault : undefined;
      if (fault) await circuits.failed(name, fault, admission === 'probe');
      else await circuits.succeeded(name, admission === 'probe');
      if (result.outcome === 'accepted') return { provider: provider.name, faults, mayBeOut: true };
      faults.push({ ...result.fault, by: provider.name });
      if (!result.fault.failsOver) break;
    }
    return { provider: undefined, faults, mayBeOut: faults.some((fault) => fault.class === 'ambiguous') };
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
