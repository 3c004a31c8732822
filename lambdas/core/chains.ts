/**
 * The providers this product sends with, per channel, in the order in which one attempt tries them (contract §2,
 * "Failover"). What has circuits, what is checked and what GET /providers lists is this and nothing else.
 */
import { type CircuitName, circuitName } from './breaker.ts';
import type { Channel, Provider } from './page/page.ts';

export const CHAINS: Readonly<Partial<Record<Channel, readonly Provider[]>>> = { sms: ['twilio', 'sns'] };

export interface ProviderOnChannel {
  provider: Provider;
  channel: Channel;
  circuit: CircuitName;
}

/** All of them, channel by channel. */
export const PROVIDERS_IN_USE: readonly ProviderOnChannel[] = (Object.keys(CHAINS) as Channel[]).flatMap((channel) =>
  (CHAINS[channel] ?? []).map((provider) => ({ provider, channel, circuit: circuitName(provider, channel) })),
);

/** The one with these names, as they come from a caller; undefined when this product does not send with it. */
export const providerInUse = (provider: string, channel: string): ProviderOnChannel | undefined =>
  PROVIDERS_IN_USE.find((one) => one.provider === provider && one.channel === channel);
