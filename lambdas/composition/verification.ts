import { wordingFor } from '../core/content/wording.ts';
import { originOf } from '../http/schemas/phone-origin.ts';
import { createSenderLimits } from '../use-cases/sender-limits.ts';
import { createConfirmPhone } from '../verification/confirm-phone.ts';
import { createSendCode } from '../verification/send-code.ts';
import { createConfirmVerification, createSendVerification } from '../verification/verification.ts';
import { type CircuitPorts, circuitsOf } from './circuits.ts';
import { type ContactPorts, optingOut } from './contacts.ts';
import type { Ports, Settings } from './ports.ts';
import { createTellUnknownCode } from './unknown-code.ts';

export type VerificationPorts = CircuitPorts &
  ContactPorts &
  Pick<Ports, 'verifications' | 'caps' | 'phoneLocks' | 'rateLimits' | 'sms' | 'voice' | 'pause'>;
export interface VerificationSettings extends Pick<Settings, 'rules' | 'overrides' | 'environments'> {
  /** Limits of the senders of texts and calls, shared with pages. */
  pace: { sms: Settings['senderLimit']; voice: Settings['senderLimit'] };
  /** Where codes are sent, as ISO codes. */
  countries: 'all' | ReadonlySet<string>;
}

/** Sends codes to phones and confirms them. */
export function verifying(ports: VerificationPorts, settings: VerificationSettings) {
  const { clock, rateLimits: store, sms, voice } = ports;
  const limitsOf = (pace: Settings['senderLimit']) => createSenderLimits({ store, clock, pace }, settings.environments);
  const sendCode = createSendCode({
    ...ports,
    ...settings,
    optOut: optingOut(ports),
    chains: { sms, voice },
    limits: { sms: limitsOf(settings.pace.sms), voice: limitsOf(settings.pace.voice) },
    circuits: circuitsOf(ports, settings.rules),
    unknownCode: createTellUnknownCode(ports),
    wording: (language) => wordingFor(language, settings.overrides),
    originOf,
    sleep: ports.pause,
  });
  const deps = { ...ports, sendCode, confirmPhone: createConfirmPhone(ports) };
  return { sendVerification: createSendVerification(deps), confirmVerification: createConfirmVerification(deps) };
}
