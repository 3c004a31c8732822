/** Providers that fail, hang, lie, and call back twice, early, late, out of order or never; phones that ring. */
import { type CircuitName, circuitName } from '../../lambdas/core/circuit/circuit.ts';
import { CHANNELS, type Channel, PROVIDERS_OF, type Provider } from '../../lambdas/core/page/page.ts';
import type { ChannelProvider, SendResult } from '../../lambdas/core/providers/ports.ts';
import { slackFault } from '../../lambdas/providers/slack/slack-codes.ts';
import { callFault } from '../../lambdas/providers/sms/twilio-codes.ts';
import type { Invocation, Simulation } from './simulation.ts';

export const WEATHER = [
  'ok',
  'down',
  'hang',
  'busy',
  'refused',
  'abroad',
  'undelivered',
  'silent',
  'account',
  'early',
] as const;
/**
 * What carriers and phones do besides (docs/simulators.md), in runs that ask for it: the others keep their luck. `opted-out`:
 * the provider knows that the person said STOP.
 */
export const CARRIERS = ['unknown-code', 'guarded', 'filtered', 'capped', 'sender-off'] as const;
/** What an address of its own does in such runs: it is limited, or it is dead. */
export const ADDRESSES = ['busy-address', 'gone'] as const;
export type Weather = (typeof WEATHER)[number] | 'opted-out' | (typeof CARRIERS)[number] | (typeof ADDRESSES)[number];
/** Texts that come back by a verdict of the carrier or of Twilio. */
const VERDICTS: Partial<Record<Weather, number>> = { guarded: 30450, filtered: 30007, capped: 30027 };

/** A message that a provider took, whether or not we were told so. */
export interface Message {
  provider: Provider;
  channel: Channel;
  id: string;
  ref: string;
  to: string;
  at: number;
  /** Of a call: when its line is free again. */
  until?: number;
  /** The code that it comes back with. */
  code?: number | undefined;
  /** How the call ended. */
  ended?: string;
  /** We were not told that it was taken. */
  untold: boolean;
  invocation: Invocation | undefined;
}

export interface Call {
  provider: string;
  ref: string;
  at: number;
  invocation: number;
}

type Fake = ChannelProvider<never> & {
  twoWay: () => Promise<boolean>;
  update(): Promise<SendResult>;
  hangUp(id: string): Promise<void>;
};

export interface Network {
  providers: Record<Channel, Fake[]>;
  messages: Message[];
  weather: Record<CircuitName, Weather>;
}

const RECEIPTS: Partial<Record<Provider, Fake['receipts']>> = {
  twilio: 'callback',
  sendgrid: 'callback',
  ses: 'callback',
  sns: 'late',
};
const PREFIX: Partial<Record<CircuitName, string>> = {
  'twilio/sms': 'SM',
  'twilio/voice': 'CA',
  'sendgrid/email': 'sg',
};

const ambiguous: SendResult = {
  outcome: 'failed',
  fault: { ...callFault(503, undefined), code: 'timeout', class: 'ambiguous', message: 'no answer in time' },
};
const failed = (status: number, code?: number): SendResult => ({ outcome: 'failed', fault: callFault(status, code) });

/** @param callBack tells us of a message's status, as the provider would */
export function createNetwork(
  sim: Simulation,
  callBack: (message: Message, status: string) => void,
  onCall: (call: Call) => void,
  { carriers }: { carriers: boolean },
): Network {
  const messages: Message[] = [];
  const weather = {} as Record<CircuitName, Weather>;
  const over = new Set<string>();
  const entries = CHANNELS.map((channel) => [channel, PROVIDERS_OF[channel].map((name) => fake(name, channel))]);
  return { providers: Object.fromEntries(entries), messages, weather };

  function fake(provider: Provider, channel: Channel): Fake {
    const name = circuitName(provider, channel);
    weather[name] = 'ok';
    return {
      name: provider,
      twoWay: async () => name === 'twilio/sms',
      receipts: RECEIPTS[provider] ?? 'none',
      send,
      update: async () => ({ outcome: 'accepted', providerId: '', providerStatus: 'ok' }),
      hangUp: async (id) => hangUp(id),
    };

    async function send(request: { to: string; ref: string }): Promise<SendResult> {
      onCall({ provider, ref: request.ref, at: sim.now, invocation: sim.invocation?.id ?? 0 });
      const now = weather[name];
      switch (now) {
        case 'down':
          await sim.pause(20);
          return failed(503);
        case 'account':
          return failed(401, 20003);
        case 'busy':
          return failed(429, 21611);
        case 'refused':
          return failed(400, 21211);
        case 'abroad':
          return failed(400, 21408);
        case 'unknown-code':
          return failed(400, 99_999);
        case 'sender-off':
          return failed(400, 21606);
        case 'busy-address':
          return {
            outcome: 'failed',
            fault: { ...slackFault(429, 'ratelimited'), retryAfter: sim.between(1_000, 90_000) },
          };
        case 'gone':
          return { outcome: 'failed', fault: slackFault(200, 'user_not_found') };
        case 'opted-out':
          return failed(400, 21610);
        case 'hang':
          // The nasty kind: nobody answers, half of the time it went out all the same, and some of those come back.
          if (sim.chance(0.5)) accept(request, sim.pick(['ok', 'ok', 'undelivered']), true);
          await sim.pause(3_000);
          return ambiguous;
        default: {
          const message = accept(request, now, false);
          await sim.pause(sim.between(10, now === 'early' ? 2_000 : 200));
          return {
            outcome: 'accepted',
            providerId: message.id,
            providerStatus: provider === 'twilio' ? 'queued' : 'ok',
          };
        }
      }
    }

    function accept({ ref, to }: { to: string; ref: string }, now: Weather, untold: boolean): Message {
      const id = `${PREFIX[name] ?? `${provider}:`}${String(messages.length + 1).padStart(32, '0')}`;
      const code = VERDICTS[now];
      const message: Message = {
        provider,
        channel,
        id,
        ref,
        to,
        at: sim.now,
        code,
        untold,
        invocation: sim.invocation,
      };
      messages.push(message);
      if (name === 'twilio/voice') ring(message);
      else if (name === 'aws-voice/voice') message.until = sim.now + 20_000;
      else if (now !== 'silent' && RECEIPTS[provider])
        report(message, now === 'undelivered' || code !== undefined ? 'undelivered' : 'delivered', now);
      return message;
    }

    function report(message: Message, last: string, now: Weather): void {
      const statuses = name === 'twilio/sms' ? ['sent', last] : [last];
      for (const status of statuses) {
        const copies = sim.chance(0.15) ? 2 : sim.chance(0.05) ? 0 : 1;
        for (let copy = 0; copy < copies; copy++) {
          const delay = sim.between(0, now === 'early' ? 50 : sim.chance(0.1) ? 600_000 : 4_000);
          sim.at(delay, `callback ${status}`, async () => callBack(message, status));
        }
      }
    }
  }

  /** Rings for up to 30 s, which is reported as it begins; somebody may take it and listen, or a machine. */
  function ring(message: Message): void {
    if (sim.chance(0.9)) {
      const begin = async () => void (over.has(message.id) || callBack(message, 'initiated'));
      sim.at(sim.between(20, sim.chance(0.1) ? 6_000 : 800), 'call initiated', begin);
    }
    const more = carriers ? ['put-down', 'screened'] : [];
    const status = sim.pick(['no-answer', 'no-answer', 'busy', 'completed', 'machine', ...more]);
    if (status === 'screened' && sim.chance(0.9)) {
      const found = async () => void (over.has(message.id) || callBack(message, 'detected'));
      sim.at(sim.between(4_000, 12_000), 'machine detected', found);
    }
    const lasts = status === 'busy' ? 2_000 : status === 'no-answer' ? 30_000 : sim.between(15_000, 90_000);
    message.until = sim.now + lasts;
    sim.at(lasts, `call ${status}`, async () => void (over.has(message.id) || end(message, status)));
  }

  function end(message: Message, status: string): void {
    over.add(message.id);
    message.until = Math.min(message.until ?? sim.now, sim.now);
    message.ended = status;
    if (sim.chance(0.05)) return;
    callBack(message, status);
    if (sim.chance(0.1)) sim.at(sim.between(0, 60_000), `call ${status} again`, async () => callBack(message, status));
  }

  function hangUp(id: string): void {
    const call = messages.find((message) => message.id === id);
    // What somebody has taken goes on; here nobody takes a call in its first seconds.
    if (call && !over.has(id) && sim.now - call.at < 5_000) end(call, 'canceled');
  }
}
