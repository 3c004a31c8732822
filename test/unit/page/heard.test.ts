import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { callScript } from '../../../lambdas/core/content/voice.ts';
import { wordingFor } from '../../../lambdas/core/content/wording.ts';
import { judgeCall, keyPressed, secondsOf } from '../../../lambdas/core/page/heard.ts';
import type { DeliveryEvent } from '../../../lambdas/core/page/page.ts';
import type { Fault } from '../../../lambdas/core/providers/fault.ts';
import type { Report } from '../../../lambdas/core/receipts/ports.ts';
import { noHuman } from '../../../lambdas/providers/voice/twilio-voice-codes.ts';
import { flat, someDelivery, somePage, T0 } from '../../support/pages.ts';

const KEY = '1.voice';
const CALL = `CA${'a'.repeat(32)}`;
const unheard: Fault = noHuman('answered, and nobody listened to the end');
const ended = (seconds: number): Report => ({
  provider: 'twilio',
  providerId: CALL,
  providerStatus: 'completed',
  rank: 4,
  news: { taken: { seconds }, unheard },
});
const found = (providerStatus: string, leg = 1): DeliveryEvent => ({
  at: T0,
  kind: 'receipt',
  attempt: 1,
  leg,
  provider: 'twilio',
  providerStatus,
});
function called(events: DeliveryEvent[] = [], language?: string) {
  const sent = { status: 'SENT', sentAt: T0, claims: 1, legs: 1, providerLeg: 1, providerId: CALL } as const;
  const delivery = someDelivery({ channel: 'voice', provider: 'twilio', ...sent, events });
  return somePage({ deliveries: { [KEY]: delivery }, ...(language && { locale: { language } }) });
}
const isHeard = (page: ReturnType<typeof called>, seconds: number) =>
  judgeCall(page, KEY, 1, ended(seconds)).news === 'delivered';

describe('a call that was taken', () => {
  test('counts as heard from the moment on that its words have been said', () => {
    const words = secondsOf(callScript(called(), wordingFor(undefined)));
    expect(words).toBeGreaterThan(5);
    fc.assert(fc.property(fc.nat(120), (seconds) => isHeard(called(), seconds) === seconds >= words));
  });

  test('takes as long as its words in the language of its recipient', () => {
    const words = (language: string) => secondsOf(callScript(called([], language), wordingFor(language)));
    for (const language of ['en', 'de', 'fr', 'es']) {
      expect([language, isHeard(called([], language), words(language) - 1)]).toEqual([language, false]);
      expect([language, isHeard(called([], language), words(language))]).toEqual([language, true]);
    }
  });

  test.each([2, 40])('is judged by the %i s that the words took which it was placed with', (spoken) => {
    const page = called();
    const delivery = page.deliveries[KEY];
    const placed = { ...page, deliveries: { [KEY]: someDelivery({ ...flat(delivery), spoken }) } };
    expect([isHeard(placed, spoken - 1), isHeard(placed, spoken)]).toEqual([false, true]);
    // Another leg was placed with other words.
    expect(judgeCall(placed, KEY, 2, ended(39)).news).toBe('delivered');
  });

  test.each(['machine_start', 'machine_end_beep', 'machine_end_silence', 'machine_end_other', 'fax'])(
    'was heard by nobody where detection found %s before, however long it lasted',
    (status) => {
      expect(judgeCall(called([found(status)]), KEY, 1, ended(90)).news).toEqual({ undelivered: unheard });
    },
  );

  test.each(['human', 'unknown'])('was heard where detection found %s', (status) => {
    expect(isHeard(called([found(status)]), 90)).toBe(true);
  });

  test('a call that was taken is not judged by what was found in another call of its delivery', () => {
    expect(isHeard(called([found('machine_end_beep', 3)]), 90)).toBe(true);
  });
});

test('a key that was pressed makes the page DELIVERED, also in a call that a machine took, and once', () => {
  for (const page of [called(), called([found('machine_end_beep')])]) {
    const heard = keyPressed(page, KEY, { claim: 1, leg: 1 }, CALL, T0);
    expect(flat(heard.deliveries[KEY])).toMatchObject({ status: 'DELIVERED', providerId: CALL });
    expect(keyPressed(heard, KEY, { claim: 1, leg: 1 }, CALL, T0)).toBe(heard);
  }
});
