import { circuitName } from '../core/circuit/circuit.ts';
import type { Clock } from '../core/clock.ts';
import type { Leg } from '../core/page/attempt.ts';
import type { Channel, Provider } from '../core/page/page.ts';
import type { SendResult, TellUnknownCode } from '../core/providers/ports.ts';
import type { Circuits } from './circuits.ts';

/** One provider of the channel's chain, with the message made for it. */
export interface ProviderOfAttempt {
  name: Provider;
  /** @param leg the number this call goes by in references */
  send(leg: number): Promise<SendResult>;
}

/**
 * Walks the providers of one attempt, of a page or of a verification code, in turn until one accepts, or a fault says
 * that no other would do better (docs/spec/delivery.md#failover). Providers whose circuit is open are skipped; the
 * circuits hear how the others did.
 * @param ticket in [0, 1), of a delivery always the same: whether it is let through while a circuit ramps up
 */
export async function tryProviders(
  channel: Channel,
  providers: readonly ProviderOfAttempt[],
  firstLeg: number,
  ticket: number,
  { circuits, unknownCode, clock }: { circuits: Circuits; unknownCode: TellUnknownCode; clock: Clock },
): Promise<Leg[]> {
  const legs: Leg[] = [];
  for (const [i, provider] of providers.entries()) {
    const leg = firstLeg + i;
    const name = circuitName(provider.name, channel);
    const admission = await circuits.admit(name, ticket);
    if (admission === 'skip') {
      legs.push({ leg, provider: provider.name, at: clock.now(), result: { outcome: 'skipped' } });
      continue;
    }
    const wasProbe = admission === 'probe';
    const result = await provider.send(leg);
    legs.push({ leg, provider: provider.name, at: clock.now(), result, ...(wasProbe && { wasProbe }) });
    const fault = result.outcome === 'failed' ? result.fault : undefined;
    if (fault?.class === 'unknown_code') unknownCode({ provider: provider.name, channel, word: fault.code });
    if (fault?.disablesSender) await circuits.refusedSender(name, fault.code);
    else if (fault?.counts) await circuits.failed(name, fault, wasProbe);
    else await circuits.succeeded(name, { wasProbe, accepted: fault === undefined });
    if (!fault?.failsOver) break;
  }
  return legs;
}
