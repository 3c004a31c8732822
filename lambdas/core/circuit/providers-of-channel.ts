/** The providers a deployment sends with: what has circuits, what is checked and what GET /providers lists. */

import { type Channel, PROVIDERS_OF, type Provider } from '../page/page.ts';
import { type CircuitName, circuitName } from './circuit.ts';

export interface ProviderOnChannel {
  provider: Provider;
  channel: Channel;
  circuit: CircuitName;
}

/** All providers of these channels, channel by channel, in the order in which an attempt tries them. */
export const providersOn = (channels: readonly Channel[]): ProviderOnChannel[] =>
  channels.flatMap((channel) =>
    PROVIDERS_OF[channel].map((provider) => ({ provider, channel, circuit: circuitName(provider, channel) })),
  );

/** The one with these names, as they come from a caller; undefined when this deployment does not send with it. */
export const providerInUse = (
  channels: readonly Channel[],
  provider: string,
  channel: string,
): ProviderOnChannel | undefined =>
  providersOn(channels).find((one) => one.provider === provider && one.channel === channel);
