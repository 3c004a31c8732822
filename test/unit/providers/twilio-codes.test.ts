import { describe, expect, it } from 'vitest';
import { isPermanent } from '../../../lambdas/core/page/attempt.ts';
import { callFault, laterFault } from '../../../lambdas/providers/sms/twilio-codes.ts';

const QUIET = { counts: false, opens: false, disablesSender: false };
/**
 * [codes, class, the properties that are set] of the create call, as docs/spec/delivery.md#failover and
 * docs/spec/delivery.md#after-sent bind them.
 */
const GROUPS: [number[], string, string[]][] = [
  [
    [20003, 20005, 20006, 20010, 10001, 30002, 30037, 20008, 60728, 63038],
    'account_fault',
    ['failsOver', 'counts', 'opens'],
  ],
  [[20429, 20500, 20503], 'transient', ['failsOver', 'counts']],
  [[10004, 21611, 30001, 30017, 30022], 'transient', ['failsOver']],
  [[30410, 30500, 30020, 30021, 30008, 30036, 30047, 21612, 30003], 'provider_fault', ['failsOver']],
  [[21212, 21601, 21603, 21606, 21659, 21660, 21703, 21704, 21705], 'sender_fault', ['failsOver', 'disablesSender']],
  [[21408, 21608, 30018, 30024, 21215], 'destination_fault', ['failsOver']],
  [[30023, 30027, 30032, 30033, 30034, 30035], 'destination_fault', ['failsOver']],
  [[21657, 30610, 39999, 77777], 'unknown_code', ['failsOver']],
  [[21211, 21214, 21217, 21614, 21635, 30006, 21265, 30005, 30004], 'recipient_permanent', []],
  [[21610], 'opted_out', []],
  [[30007], 'refused_this_time', []],
  [[30450], 'refused_this_time', ['failsOver']],
  [[21602, 21604, 21617, 21620, 21654, 21655, 21656, 30012, 30013, 90007], 'our_bug', []],
  [[21609, 21624], 'our_bug', ['failsOver']],
];

describe('every code does what the contract says', () => {
  const rows = GROUPS.flatMap(([codes, faultClass, does]) => codes.map((code) => [code, faultClass, does] as const));
  it.each(rows)('%i is %s', (code, faultClass, does) => {
    const { class: found, failsOver, counts, opens, disablesSender } = callFault(400, code);
    expect(found).toBe(faultClass);
    const set = Object.entries({ failsOver, counts, opens, disablesSender }).flatMap(([name, on]) =>
      on ? [name] : [],
    );
    expect(set).toEqual(does);
  });

  it('what depends on recipient or country never opens a circuit or takes a sender away', () => {
    for (const code of [
      21408, 21608, 30018, 30024, 21215, 21211, 21614, 30003, 30005, 30006, 21610, 30007, 30450, 30027, 30034, 39999,
    ]) {
      expect(callFault(400, code)).toMatchObject(QUIET);
      expect(laterFault('undelivered', code)).toMatchObject(QUIET);
    }
  });

  it('a later round may be tried after what it can mend, and after nothing else', () => {
    for (const code of [20003, 20429, 21611, 30003, 30007, 30450, 39999])
      expect(isPermanent(callFault(400, code))).toBe(false);
    for (const code of [21606, 21408, 30027, 21211, 21610, 21602]) expect(isPermanent(callFault(400, code))).toBe(true);
  });
});

describe('after a message was accepted', () => {
  it.each([30007, 21610, 30004, 30005, 30006])('%i ends it', (code) => {
    expect(laterFault('undelivered', code).failsOver).toBe(false);
  });

  it.each([30003, 30008, 30450, 30027, 30034, 30001, 21211, 30012, 30999, 63999])('%i fails over once', (code) => {
    expect(laterFault('undelivered', code).failsOver).toBe(true);
  });

  it('an unknown code says nothing about provider or sender', () => {
    expect(laterFault('undelivered', 30999)).toMatchObject({ code: '30999', class: 'unknown_code', ...QUIET });
  });

  it('no code at all is told by the status', () => {
    expect(laterFault('failed', undefined)).toMatchObject({ code: 'failed', failsOver: true, ...QUIET });
  });

  it('a carrier that does not know the sender takes it away from nobody else', () => {
    expect(laterFault('undelivered', 30034)).toMatchObject({ class: 'destination_fault', disablesSender: false });
  });
});
