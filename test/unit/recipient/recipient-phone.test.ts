import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pagedPhone, type Recipient } from '../../../lambdas/core/recipient/recipient.ts';
import {
  confirmPhone,
  type PhoneFields,
  type PhoneInput,
  putPhone,
} from '../../../lambdas/core/recipient/recipient-phone.ts';

const [A, B, C] = ['+14155550100', '+14155550199', '+4915123456789'];

/** The fields after a PUT that is let through, and whether it needed an admin. */
function put(input: PhoneInput, stored?: PhoneFields) {
  const result = putPhone(input, stored);
  if (result.put !== 'ok') throw new Error(result.put);
  return { ...result.fields, needsAdmin: result.needsAdmin };
}
const fields = (more: Partial<PhoneFields> = {}): PhoneFields => ({
  phone: A,
  phoneVerified: true,
  smsSuppressed: false,
  ...more,
});
const MOVING = fields({ phone: B, phoneVerified: false, verifiedPhone: A });

describe('a PUT of', () => {
  test('a new phone leaves the verified one in use', () => {
    expect(put({ phone: B }, fields())).toEqual({ ...MOVING, needsAdmin: false });
  });

  test('a third phone still leaves the verified one in use', () => {
    expect(put({ phone: C }, MOVING)).toMatchObject({ phone: C, phoneVerified: false, verifiedPhone: A });
  });

  test('a new phone beside one that never was verified leaves nothing in use', () => {
    expect(put({ phone: B }, fields({ phoneVerified: false }))).not.toHaveProperty('verifiedPhone');
  });

  test.each([{}, { phoneVerified: true }, { phoneVerified: false }, { verifiedPhone: A }])(
    'the phone in use, with %j, goes back to it without an admin',
    (more) => {
      expect(put({ phone: A, ...more }, MOVING)).toEqual({ ...fields(), needsAdmin: false });
    },
  );

  test('phoneVerified true is for admins unless the phone is in use', () => {
    expect(put({ phone: B, phoneVerified: true }, MOVING)).toEqual({ ...fields({ phone: B }), needsAdmin: true });
    expect(put({ phone: A, phoneVerified: true }, fields()).needsAdmin).toBe(false);
    expect(put({ phone: A, phoneVerified: true }).needsAdmin).toBe(true);
    expect(put({ phoneVerified: true })).toEqual({ phoneVerified: false, smsSuppressed: false, needsAdmin: true });
  });

  test('phoneVerified false takes the verification from the same phone', () => {
    expect(put({ phone: A, phoneVerified: false }, fields())).toEqual({
      ...fields({ phoneVerified: false }),
      needsAdmin: false,
    });
  });

  test('verifiedPhone null takes the old number out of use, and no phone takes both', () => {
    expect(put({ phone: B, verifiedPhone: null }, MOVING)).not.toHaveProperty('verifiedPhone');
    expect(put({ phone: B, verifiedPhone: null }, fields())).not.toHaveProperty('verifiedPhone');
    expect(put({}, MOVING)).toEqual({ phoneVerified: false, smsSuppressed: false, needsAdmin: false });
  });

  test('a verifiedPhone that is not in use is refused, or anybody could vouch', () => {
    expect(putPhone({ phone: B, verifiedPhone: C }, MOVING).put).toBe('foreign-verified-phone');
    expect(putPhone({ phone: B, verifiedPhone: A }, undefined).put).toBe('foreign-verified-phone');
  });

  test('an opt-out stays with the number in use', () => {
    const suppressed = fields({ smsSuppressed: true });
    expect(put({ phone: B }, suppressed).smsSuppressed).toBe(true);
    expect(put({ phone: B, verifiedPhone: null }, suppressed).smsSuppressed).toBe(false);
    expect(put({ phone: B, smsSuppressed: false }, suppressed).needsAdmin).toBe(true);
  });
});

test('who texted STOP from the new phone before it was confirmed gets no texts there', () => {
  const recipient = { id: 'r', name: 'R', preferences: [], version: 1, updatedAt: 0, ...MOVING };
  expect(confirmPhone(recipient, true, 5)).toMatchObject({ phone: B, phoneVerified: true, smsSuppressed: true });
  expect(confirmPhone(recipient, false, 5)).toMatchObject({ smsSuppressed: false, version: 2, updatedAt: 5 });
});

const phone = fc.constantFrom(A, B, C);
const flag = fc.option(fc.boolean(), { nil: undefined });
const step = fc.oneof(
  fc.record({
    kind: fc.constant('put' as const),
    phone: fc.option(phone, { nil: undefined }),
    phoneVerified: flag,
    verifiedPhone: fc.option(fc.oneof(phone, fc.constant(null)), { nil: undefined }),
    admin: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('confirm' as const) }),
);

describe('whatever is put and confirmed in whatever order', () => {
  test('only numbers that were confirmed or vouched for are ever paged, and never one that was taken back', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const trusted = new Set<string>();
        let now: Recipient | undefined;
        for (const one of steps) {
          if (one.kind === 'confirm') {
            if (now?.phone === undefined) continue;
            trusted.add(now.phone);
            now = confirmPhone(now, false, 0);
            expect(now).toMatchObject({ phoneVerified: true });
          } else {
            const { kind: _, admin, ...given } = one;
            const input = Object.fromEntries(Object.entries(given).filter(([, v]) => v !== undefined)) as PhoneInput;
            const result = putPhone(input, now);
            if (result.put !== 'ok' || (result.needsAdmin && !admin)) continue;
            if (admin && input.phoneVerified && input.phone) trusted.add(input.phone);
            now = { id: 'r', name: 'R', preferences: [], version: 1, updatedAt: 0, ...result.fields };
            expect(now.phone).toBe(input.phone);
          }
          const paged = pagedPhone(now);
          if (paged !== undefined) expect(trusted).toContain(paged);
          if (now.phoneVerified) expect(now).not.toHaveProperty('verifiedPhone');
          expect(now.verifiedPhone).not.toBe(now.phone ?? 'none');
        }
      }),
    );
  });

  test('what was read can be put back by anybody and changes nothing', () => {
    fc.assert(
      fc.property(fc.array(phone, { maxLength: 5 }), fc.boolean(), fc.boolean(), (phones, verified, suppressed) => {
        let now: PhoneFields = { phone: A, phoneVerified: verified, smsSuppressed: suppressed };
        for (const next of phones) {
          const { needsAdmin: _, ...after } = put({ phone: next }, now);
          now = after;
          expect(put(now, now)).toEqual({ ...now, needsAdmin: false });
        }
      }),
    );
  });
});

describe.each([
  ['Mexico', '+525562000000', '+5215562000000'],
  ['Argentina', '+541123456789', '+5491123456789'],
])('a phone of %s that is written the other way (docs/spec/replies.md#answering)', (_country, one, other) => {
  test.each([
    [one, other],
    [other, one],
  ])(
    'a number written the other way stays verified and suppressed, and is shown as given: %s, then %s',
    (before, after) => {
      const stored = fields({ phone: before, smsSuppressed: true });
      expect(put({ phone: after }, stored)).toEqual({
        phone: after,
        phoneVerified: true,
        smsSuppressed: true,
        needsAdmin: false,
      });
    },
  );

  test('the verified number written the other way is the one of the record, and goes back into use without a code', () => {
    const moving = fields({ phone: B, phoneVerified: false, verifiedPhone: one });
    expect(put({ phone: B, verifiedPhone: other }, moving)).toMatchObject({ phone: B, verifiedPhone: one });
    expect(put({ phone: other }, moving)).toMatchObject({ phone: other, phoneVerified: true });
  });
});
