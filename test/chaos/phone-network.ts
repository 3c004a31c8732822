/** Providers that fail, hang, lie, and call back twice, early, late, out of order or never. */
import type { SendResult, SmsProvider, SmsRequest } from '../../lambdas/core/ports.ts';
import { callFault } from '../../lambdas/providers/sms/twilio-codes.ts';
import type { Simulation } from './simulation.ts';

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
export type Weather = (typeof WEATHER)[number];

/** A message that a provider took, whether or not we were told so. */
export interface Message {
  provider: 'twilio' | 'sns';
  id: string;
  ref: string;
  to: string;
  at: number;
}

export interface Network {
  provider(name: 'twilio' | 'sns'): SmsProvider;
  messages: Message[];
  /** Every call at the moment it began. */
  calls: { provider: string; ref: string; at: number; invocation: number }[];
  weather: Record<'twilio' | 'sns', Weather>;
}

const ambiguous: SendResult = {
  outcome: 'failed',
  fault: { ...callFault(503, undefined), code: 'timeout', class: 'ambiguous', message: 'no answer in time' },
};
const failed = (status: number, code?: number): SendResult => ({ outcome: 'failed', fault: callFault(status, code) });

/** @param callBack tells us of a message's status, as the provider would */
export function createNetwork(
  sim: Simulation,
  callBack: (message: Message, status: string) => void,
  onCall: (call: { provider: string; ref: string; at: number; invocation: number }) => void,
): Network {
  const network: Network = { provider, messages: [], calls: [], weather: { twilio: 'ok', sns: 'ok' } };
  return network;

  function provider(name: 'twilio' | 'sns'): SmsProvider {
    const isTwilio = name === 'twilio';
    return { name, twoWay: isTwilio, receipts: isTwilio ? 'callback' : 'late', send };

    async function send(request: SmsRequest): Promise<SendResult> {
      const call = { provider: name, ref: request.ref, at: sim.now, invocation: sim.invocation?.id ?? 0 };
      network.calls.push(call);
      onCall(call);
      const weather = network.weather[name];
      switch (weather) {
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
        case 'hang':
          // The nasty kind: nobody answers, half of the time the text went out all the same, and some of those come back.
          if (sim.chance(0.5)) accept(request, sim.pick(['ok', 'ok', 'undelivered']));
          await sim.pause(3_000);
          return ambiguous;
        default: {
          const message = accept(request, weather);
          await sim.pause(sim.between(10, weather === 'early' ? 2_000 : 200));
          return { outcome: 'accepted', providerId: message.id, providerStatus: isTwilio ? 'queued' : 'accepted' };
        }
      }
    }

    function accept(request: SmsRequest, weather: Weather): Message {
      const number = String(network.messages.length + 1).padStart(32, '0');
      const message: Message = {
        provider: name,
        id: isTwilio ? `SM${number}` : `sns:${number}`,
        ref: request.ref,
        to: request.to,
        at: sim.now,
      };
      network.messages.push(message);
      if (weather !== 'silent') report(message, weather === 'undelivered' ? 'undelivered' : 'delivered', weather);
      return message;
    }

    function report(message: Message, last: string, weather: Weather): void {
      const statuses = isTwilio ? ['sent', last] : [last];
      for (const status of statuses) {
        const copies = sim.chance(0.15) ? 2 : sim.chance(0.05) ? 0 : 1;
        for (let copy = 0; copy < copies; copy++) {
          const delay = sim.between(0, weather === 'early' ? 50 : sim.chance(0.1) ? 600_000 : 4_000);
          sim.at(delay, `callback ${status}`, async () => callBack(message, status));
        }
      }
    }
  }
}
