/** Providers of all channels that accept everything, unless a test says what becomes of a send. */
import { type CircuitName, circuitName } from '../../../lambdas/core/circuit/circuit.ts';
import type { Clock } from '../../../lambdas/core/clock.ts';
import { CHANNELS, type Channel, PROVIDERS_OF, type Provider } from '../../../lambdas/core/page/page.ts';
import type { ChannelProvider, SendResult } from '../../../lambdas/core/providers/ports.ts';
import { isTwoWayRoute } from '../../../lambdas/core/sms/way-back.ts';
import type { Surroundings } from '../late-ports.ts';
import { TWILIO } from './names.ts';

/** What every channel's request comes down to: a subject, a speech and a card are the body. */
export interface AnyRequest {
  to: string;
  ref: string;
  body: string;
}

/** What a provider makes of a send; undefined accepts it. `call` counts the calls to all providers. */
export type Behaviour = (request: AnyRequest, call: number) => SendResult | undefined | Promise<SendResult | undefined>;
export type Behaviours = Partial<Record<CircuitName, Behaviour>>;

export interface Called {
  by: Provider;
  channel: Channel;
  at: number;
  ref: string;
  to: string;
}
export interface Sent extends Called {
  body: string;
  providerId: string;
}

/** What the provider's ids begin with. */
const ID: Partial<Record<CircuitName, string>> = { 'twilio/sms': 'SM', 'twilio/voice': 'CA', 'sendgrid/email': 'sg' };

const STATUS: Partial<Record<Provider, string>> = { twilio: 'queued' };

const RECEIPTS: Partial<Record<Provider, ChannelProvider<unknown>['receipts']>> = {
  twilio: 'callback',
  sendgrid: 'callback',
  ses: 'callback',
  sns: 'late',
};

type Fake = ChannelProvider<never> & {
  twoWay: (to: string) => Promise<boolean>;
  update(providerId: string): Promise<SendResult>;
  hangUp(providerId: string): Promise<void>;
};

export function fakeProviders(
  clock: Clock,
  behaviours: Behaviours,
  sent: Sent[],
  calls: Called[],
  { port }: Surroundings,
  heard: {
    accepted(message: Sent, n: number): void;
    updated(providerId: string): void;
    hangUp(providerId: string): Promise<void>;
  },
): Record<Channel, Fake[]> {
  function fake(provider: Provider, channel: Channel): Fake {
    const name = circuitName(provider, channel);
    return port(name, {
      name: provider,
      twoWay: async (to: string) => name === 'twilio/sms' && isTwoWayRoute(TWILIO.phoneNumber, to, []),
      receipts: RECEIPTS[provider] ?? 'none',
      hangUp: heard.hangUp,
      update: async (providerId: string) => {
        heard.updated(providerId);
        return { outcome: 'accepted' as const, providerId, providerStatus: 'ok' };
      },
      async send(request: { to: string; ref: string }) {
        const { to, ref } = request;
        const called = { by: provider, channel, at: clock.now(), ref, to };
        calls.push(called);
        const number = String(calls.length).padStart(32, '0');
        const body = bodyOf(request);
        const result = (await behaviours[name]?.({ to, ref, body }, calls.length)) ?? {
          outcome: 'accepted' as const,
          providerId: `${ID[name] ?? `${provider}:`}${number}`,
          providerStatus: STATUS[provider] ?? 'accepted',
        };
        if (result.outcome === 'accepted') {
          const message = { ...called, body, providerId: result.providerId };
          sent.push(message);
          heard.accepted(message, sent.length);
        }
        return result;
      },
    });
  }
  const entries = CHANNELS.map((channel) => [channel, PROVIDERS_OF[channel].map((name) => fake(name, channel))]);
  return Object.fromEntries(entries);
}

const bodyOf = (request: object): string => {
  const { body, text, speech, card } = request as Record<string, unknown>;
  return String(body ?? text ?? speech ?? JSON.stringify(card));
};
