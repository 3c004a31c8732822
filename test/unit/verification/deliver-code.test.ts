import { describe, expect, it } from 'vitest';
import { circuitsOf } from '../../../lambdas/composition/circuits.ts';
import { wordingFor } from '../../../lambdas/core/content/wording.ts';
import type { SmsProvider } from '../../../lambdas/core/providers/ports.ts';
import { rules } from '../../../lambdas/core/rules.ts';
import { failed, OVERLOAD } from '../../../lambdas/providers/faults.ts';
import { createDeliverCode } from '../../../lambdas/verification/deliver-code.ts';
import { memoryCircuits } from '../../support/memory-ports.ts';
import { recordedTelemetry } from '../../support/telemetry.ts';

const clock = { now: () => 0 };

/** Sends a code in these words; `spent` is what it used up beside its first place, by sender. */
async function carried(words: string | undefined, { isTwilioDown = false } = {}) {
  const spent: [sender: string, places: number, urgent: boolean][] = [];
  const bodies: string[] = [];
  const provider = (name: 'twilio' | 'sns', isDown: boolean): SmsProvider => ({
    name,
    receipts: 'none',
    twoWay: async () => false,
    send: async ({ body }) => {
      bodies.push(body);
      return isDown
        ? failed({ code: 'http_503', message: 'down', ...OVERLOAD })
        : { outcome: 'accepted', providerId: 'SM1', providerStatus: 'queued' };
    },
  });
  const limits = {
    reserve: async () => 0,
    spend: async (sender: string, places: number, urgent: boolean) => {
      if (places > 0) spent.push([sender, places, urgent]);
    },
  };
  const deliverCode = createDeliverCode({
    chains: { sms: [provider('twilio', isTwilioDown), provider('sns', false)], voice: [] },
    limits: { sms: limits, voice: limits },
    circuits: circuitsOf({ ...recordedTelemetry(), circuits: memoryCircuits(), clock, random: () => 0 }, rules()),
    unknownCode: () => {},
    clock,
    sleep: async () => {},
    random: () => 0,
  });
  const own = words === undefined ? {} : { en: { smsCode: words } };
  await deliverCode('sms', '+14155550100', '123456', wordingFor('en', own));
  return { spent, bodies };
}

describe('a verification code', () => {
  it.each([
    ['in the words that Lifeline brings', undefined, 0],
    ['in 200 characters of GSM-7', `{code} ${'a'.repeat(200)} {minutes}`, 1],
    ['in 100 characters of another script', `{code} ${'я'.repeat(100)} {minutes}`, 1],
    ['in 150 characters of another script', `{code} ${'я'.repeat(150)} {minutes}`, 2],
  ])('%s uses up a place under the limit of its sender for each further segment', async (_, words, further) => {
    const { spent } = await carried(words);
    expect(spent).toEqual(further === 0 ? [] : [['twilio/sms', further, true]]);
  });

  it('that the standby carries uses up places of the standby as well', async () => {
    const { spent, bodies } = await carried(`{code} ${'я'.repeat(100)} {minutes}`, { isTwilioDown: true });
    expect(bodies).toHaveLength(2);
    expect(spent).toEqual([
      ['twilio/sms', 1, true],
      ['sns/sms', 1, true],
    ]);
  });
});
