import { circuitName } from '../core/circuit/circuit.ts';
import type { Clock } from '../core/clock.ts';
import { codeText } from '../core/content/verification.ts';
import { callCode, speechLanguage } from '../core/content/voice.ts';
import type { Wording } from '../core/content/wording.ts';
import type { Leg } from '../core/page/attempt.ts';
import type { SendResult, SmsProvider, TellUnknownCode, VoiceProvider } from '../core/providers/ports.ts';
import { VERIFICATION } from '../core/verification/limits.ts';
import type { Circuits } from '../use-cases/circuits.ts';
import type { SenderLimits } from '../use-cases/sender-limits.ts';
import { createSpendSegments } from '../use-cases/spend-segments.ts';
import { type ProviderOfAttempt, tryProviders } from '../use-cases/try-providers.ts';

export type CodeVia = 'sms' | 'voice';

export interface DeliverCodeDeps {
  /** In the order they are tried; a way without providers is one that this deployment does not have. */
  chains: { sms: readonly SmsProvider[]; voice: readonly VoiceProvider[] };
  limits: Readonly<Record<CodeVia, SenderLimits>>;
  circuits: Circuits;
  unknownCode: TellUnknownCode;
  clock: Clock;
  /** Real milliseconds. */
  sleep(ms: number): Promise<unknown>;
  /** In [0, 1): who is let through while a circuit ramps up. */
  random(): number;
}

/** Nobody waits for reports on it: whoever gets no code asks for another. */
const REF = 'verification';

/**
 * One attempt at a code, as for a page: a place under the sender's limit, then the providers of the channel in turn, each of
 * which uses up what the text has in further segments: words of some languages are longer, or none of GSM-7. It counts as urgent, since somebody waits for it, and where every sender is too busy it goes out at once: three codes an
 * hour are no rush.
 * @returns the legs, as `tryProviders` gives them
 */
export function createDeliverCode({ chains, limits, circuits, unknownCode, clock, sleep, random }: DeliverCodeDeps) {
  const spend = createSpendSegments(limits.sms);

  async function text({ name, send }: SmsProvider, to: string, body: string): Promise<SendResult> {
    await spend(name, { body }, true);
    return send({ to, ref: REF, body });
  }

  return async function deliverCode(via: CodeVia, to: string, code: string, w: Wording): Promise<Leg[]> {
    const providers: ProviderOfAttempt[] =
      via === 'sms'
        ? chains.sms.map((provider) => ({ name: provider.name, send: () => text(provider, to, codeText(code, w)) }))
        : chains.voice.map(({ name, send }) => ({
            name,
            send: () => send({ to, ref: REF, speech: callCode(code, w), language: speechLanguage(w) }),
          }));
    const start = await placed(via, providers);
    return tryProviders(via, [...providers.slice(start), ...providers.slice(0, start)], 1, random(), {
      circuits,
      unknownCode,
      clock,
    });
  };

  /** Waits for a place, and answers whose it is. */
  async function placed(via: CodeVia, providers: readonly ProviderOfAttempt[]): Promise<number> {
    for (const [i, { name }] of providers.entries()) {
      const wait = await limits[via].reserve(circuitName(name, via), VERIFICATION.longestWait, true);
      if (wait === undefined) continue;
      if (wait > 0) await sleep(wait);
      return i;
    }
    return 0;
  }
}
