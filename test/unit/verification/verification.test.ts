import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeText } from '../../../lambdas/core/content/verification.ts';
import { LANGUAGES, wordingFor } from '../../../lambdas/core/content/wording.ts';
import { segments } from '../../../lambdas/core/sms/segments.ts';
import { capsOf } from '../../../lambdas/core/verification/caps.ts';
import { newCode, opens, seal } from '../../../lambdas/core/verification/code.ts';
import { CAPS, VERIFICATION } from '../../../lambdas/core/verification/limits.ts';
import {
  countTry,
  grantSend,
  NO_VERIFICATION,
  spendCode,
  type Verification,
  withdrawSend,
} from '../../../lambdas/core/verification/verification.ts';

const PHONE = '+14155550100';
const sealed = (digest: string, phone = PHONE) => ({ phone, salt: 's', digest });
function granted(before: Verification, digest: string, now: number): Verification {
  const decision = grantSend(before, () => sealed(digest), now);
  if (decision.send !== 'granted') throw new Error('refused');
  return decision.after;
}

test('the numbers of the contract', () => {
  expect(VERIFICATION).toMatchObject({ digits: 6, tries: 5, lifetime: 600_000, sends: 3, sendWindow: 3_600_000 });
  expect(codeText('012345', wordingFor('en'))).toBe('Lifeline code 012345. It is valid for 10 minutes.');
});

test('in every language the text with the code is one segment of GSM-7, and the code stands in it once', () => {
  for (const language of Object.keys(LANGUAGES)) {
    const text = codeText('012345', wordingFor(language));
    expect(segments(text), text).toMatchObject({ encoding: 'GSM-7', count: 1 });
    expect(text.match(/\d{6}/g)).toEqual(['012345']);
    expect(text).toContain('10');
  }
});

test('in no hour more than three sends are granted, and none is refused that would fit', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40 * 60_000 }), { maxLength: 30 }), (gaps) => {
      const all: number[] = [];
      let state = NO_VERIFICATION;
      let now = 0;
      for (const gap of gaps) {
        now += gap;
        const within = all.filter((at) => now - at < VERIFICATION.sendWindow);
        const decision = grantSend(state, () => sealed(String(now)), now);
        expect(decision.send).toBe(within.length < 3 ? 'granted' : 'wait');
        if (decision.send === 'wait') {
          expect(grantSend(state, () => sealed('x'), decision.until - 1).send).toBe('wait');
          expect(grantSend(state, () => sealed('x'), decision.until).send).toBe('granted');
        } else {
          state = decision.after;
          all.push(now);
          expect(decision.sendsLeft).toBe(2 - within.length);
        }
      }
    }),
  );
});

describe('a send that no provider took', () => {
  test('leaves everything but the version as it was', () => {
    const before = granted(NO_VERIFICATION, 'first', 1_000);
    const after = withdrawSend(granted(before, 'second', 2_000), sealed('second'), 2_000, before);
    expect(after).toEqual({ ...before, version: 3 });
  });

  test('does not take back what was sent meanwhile, even in the same millisecond', () => {
    const failed = granted(NO_VERIFICATION, 'failed', 1_000);
    const later = granted(failed, 'later', 1_000);
    const after = withdrawSend(later, sealed('failed'), 1_000, NO_VERIFICATION);
    expect(after).toMatchObject({ sends: [1_000], code: { digest: 'later' } });
  });
});

describe('a try', () => {
  test('a try is counted up to five times, whatever becomes of it', () => {
    let state = granted(NO_VERIFICATION, 'd', 0);
    for (const left of [4, 3, 2, 1, 0]) {
      const decision = countTry(state, PHONE, 0);
      if (decision.try !== 'counted') throw new Error(decision.try);
      expect(decision.triesLeft).toBe(left);
      state = decision.after;
    }
    expect(countTry(state, PHONE, 0)).toEqual({ try: 'locked' });
  });

  test('ends with the ten minutes, to the millisecond', () => {
    const state = granted(NO_VERIFICATION, 'd', 5);
    expect(countTry(state, PHONE, 5 + VERIFICATION.lifetime - 1).try).toBe('counted');
    expect(countTry(state, PHONE, 5 + VERIFICATION.lifetime)).toEqual({ try: 'expired' });
  });

  test('needs a code for this very phone', () => {
    expect(countTry(NO_VERIFICATION, PHONE, 0)).toEqual({ try: 'no-code' });
    expect(countTry(granted(NO_VERIFICATION, 'd', 0), '+14155550199', 0)).toEqual({ try: 'no-code' });
  });

  test('that was right spends its own code and no later one', () => {
    const state = granted(NO_VERIFICATION, 'd', 0);
    expect(spendCode(state, sealed('d'))).toEqual({ version: 2, sends: [0] });
    expect(spendCode(state, sealed('other'))).toBe(state);
  });
});

describe('a code', () => {
  test('a code is six digits, leading zeros included, and as random as a million', () => {
    const drawn = Array.from({ length: 5_000 }, newCode);
    for (const code of drawn) expect(code).toMatch(/^\d{6}$/);
    // Birthdays: of 5,000 among a million some 12 meet; a generator of 100,000 would give over 100.
    expect(new Set(drawn).size).toBeGreaterThan(4_950);
    expect(drawn.some((code) => code.startsWith('0'))).toBe(true);
  });

  test('opens its seal for the same recipient and phone, and nothing else does', () => {
    const one = seal('123456', 'usr_alice', PHONE);
    expect(opens(one, '123456', 'usr_alice')).toBe(true);
    expect(opens(one, '123457', 'usr_alice')).toBe(false);
    expect(opens(one, '123456', 'usr_bob')).toBe(false);
    expect(opens({ ...one, phone: '+14155550199' }, '123456', 'usr_alice')).toBe(false);
    expect(JSON.stringify(one)).not.toContain('123456');
    expect(seal('123456', 'usr_alice', PHONE).digest).not.toBe(one.digest);
  });
});

describe('caps', () => {
  test('cover every moment once, narrowest first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (now) => {
        const caps = capsOf(PHONE, '1', now);
        expect(caps.map(({ scope }) => scope)).toEqual(['phone', 'country', 'installation']);
        for (const { scope, from, until, max } of caps) {
          expect(from <= now && now < until).toBe(true);
          expect([until - from, max]).toEqual([CAPS[scope].window, CAPS[scope].max]);
        }
      }),
    );
  });

  test('caps of different phones and countries are different counters', () => {
    const keys = [capsOf(PHONE, '1', 0), capsOf('+4915123456789', '49', 0)].flat().map(({ key }) => key);
    expect(new Set(keys).size).toBe(5);
  });

  test.each([
    ['+525562000000', '+5215562000000', '52'],
    ['+541123456789', '+5491123456789', '54'],
  ])(
    'one phone written as %s and as %s has the same counters, and a code sent to one fits the other',
    (one, other, country) => {
      expect(capsOf(one, country, 0)).toEqual(capsOf(other, country, 0));
      const state = grantSend(NO_VERIFICATION, () => sealed('d', one), 0);
      expect(state.after && countTry(state.after, other, 0).try).toBe('counted');
    },
  );
});
