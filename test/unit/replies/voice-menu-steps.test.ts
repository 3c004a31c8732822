import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCallbackRef } from '../../../lambdas/core/page/callback-ref.ts';
import { hasCall, MENUS, menuSegment, nextStep, parseMenuSegment } from '../../../lambdas/core/replies/voice-menu.ts';
import { someDelivery, somePage, T0 } from '../../support/pages.ts';

const BY = { at: T0, by: 'Alice', via: 'voice' } as const;
const heard = (more: object = {}) => ({ said: 0, digits: undefined, machine: false, name: 'Alice', ...more });
const anyKey = fc.option(fc.stringMatching(/^[0-9*#]{0,3}$/), { nil: undefined });
const anyHeard = fc.record({
  said: fc.nat(9),
  digits: anyKey,
  machine: fc.boolean(),
  name: fc.constantFrom('Alice', 'Bob'),
});

describe('what a call does next', () => {
  it('only key 1 acknowledges and only key 9 escalates, and neither on an answered page', () => {
    fc.assert(
      fc.property(anyHeard, fc.boolean(), (given, isAnswered) => {
        const page = somePage(isAnswered ? { acknowledged: { ...BY, by: 'Carol' } } : {});
        const step = nextStep(page, given).do;
        expect(step === 'acknowledge').toBe(!isAnswered && given.digits === '1');
        expect(step === 'escalate').toBe(!isAnswered && given.digits === '9');
        if (isAnswered) expect(step).toBe('say-who-has-it');
      }),
    );
  });

  it('ends, whatever is pressed or not: the keys are said three times at most', () => {
    fc.assert(
      fc.property(fc.array(anyKey, { minLength: 20, maxLength: 20 }), fc.boolean(), (keys, machine) => {
        let said = 0;
        for (const digits of [undefined, ...keys]) {
          if (nextStep(somePage(), heard({ said, digits, machine })).do !== 'menu') break;
          said += 1;
        }
        expect(said).toBeLessThanOrEqual(MENUS);
      }),
    );
  });

  it('into silence the script is said twice', () => {
    const silent = (said: number) => nextStep(somePage(), heard({ said, digits: said === 0 ? undefined : '' }));
    expect([silent(0), silent(1), silent(2)]).toEqual([
      { do: 'menu', say: 'script' },
      { do: 'menu', say: 'script' },
      { do: 'goodbye' },
    ]);
  });

  it('a machine is left a message, and nothing it "presses" later counts as a second one', () => {
    expect(nextStep(somePage(), heard({ machine: true }))).toEqual({ do: 'leave-message' });
    expect(nextStep(somePage(), heard({ machine: true, said: 1, digits: '' })).do).toBe('menu');
  });

  it('2 says the details, every other key that it means nothing', () => {
    const step = (digits: string) => nextStep(somePage(), heard({ said: 1, digits }));
    expect(step('2')).toEqual({ do: 'menu', say: 'details' });
    for (const key of ['0', '3', '*', '#', '12']) expect(step(key)).toEqual({ do: 'menu', say: 'unknown-key' });
  });

  it('a key told twice is confirmed again to who pressed it, and to nobody else', () => {
    const step = (page: object, name = 'Alice') => nextStep(somePage(page), heard({ said: 1, digits: '1', name })).do;
    expect(step({ acknowledged: BY })).toBe('confirm');
    expect(step({ acknowledged: BY }, 'Bob')).toBe('say-who-has-it');
    expect(step({ acknowledged: { ...BY, via: 'sms' } })).toBe('say-who-has-it');
    expect(step({ acknowledged: BY, resolved: BY })).toBe('say-who-has-it');
  });
});

describe('which call it is', () => {
  const REF = { pageId: 'pg_aaaaaaaaaaaaaaaa', round: 1, channel: 'voice', claim: 1, leg: 1 } as const;
  const page = (fields: object = {}) =>
    somePage({ deliveries: { '1.voice': someDelivery({ channel: 'voice', claims: 1, legs: 2, ...fields }) } });

  it('a key is counted for a call that was made, and the same one where its id is known', () => {
    expect(hasCall(page(), REF, 'CA1')).toBe(true);
    expect(hasCall(page({ providerLeg: 1, providerId: 'CA1' }), REF, 'CA1')).toBe(true);
    expect(hasCall(page({ providerLeg: 1, providerId: 'CA2' }), REF, 'CA1')).toBe(false);
    expect(hasCall(page({ providerLeg: 2, providerId: 'CA2' }), REF, 'CA1')).toBe(true);
  });

  it.each([{ claim: 2 }, { leg: 3 }, { leg: 0 }, { claim: 0 }, { round: 2 }, { channel: 'sms' as const }])(
    'is none of ours: %o',
    (change) => {
      expect(hasCall(page(), { ...REF, ...change }, 'CA1')).toBe(false);
    },
  );

  it('the path keeps how often the menu was said, and reads back what it wrote', () => {
    const ref = formatCallbackRef(REF);
    expect(parseMenuSegment(ref)).toEqual({ ref, said: 0 });
    for (let said = 1; said <= MENUS; said++) {
      expect(parseMenuSegment(menuSegment(ref, said))).toEqual({ ref, said });
      expect(menuSegment(ref, said)).toMatch(/^[A-Za-z0-9._~-]{1,128}$/);
    }
    expect(parseMenuSegment('~1')).toBeUndefined();
    expect(parseMenuSegment(`${ref}~x`)).toBeUndefined();
  });
});
