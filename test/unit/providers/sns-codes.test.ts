import { describe, expect, it } from 'vitest';
import { callFault, laterFault } from '../../../lambdas/providers/sms/sns-codes.ts';

const QUIET = { counts: false, opens: false, disablesSender: false };

describe('a code means the same with and without the suffix that modelled errors have', () => {
  it.each(['Throttling', 'Throttled', 'InternalError', 'OptedOut', 'InvalidParameter', 'AuthorizationError'])(
    '%s',
    (code) => {
      expect(callFault(400, `${code}Exception`)).toEqual(callFault(400, code));
    },
  );
});

describe('the reasons that AWS documents for calls', () => {
  it.each([
    ['MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT: SPEND LIMIT', 'account_fault', { opens: true }],
    ['ACCOUNT_DISABLED', 'account_fault', { opens: true, counts: true, failsOver: true }],
    ['DESTINATION_PHONE_NUMBER_OPTED_OUT', 'opted_out', { failsOver: false, ...QUIET }],
    ['DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION', 'refused_this_time', { failsOver: false, ...QUIET }],
    ['DAILY_DESTINATION_LIMIT', 'refused_this_time', { failsOver: false, ...QUIET }],
    ['DESTINATION_PHONE_NUMBER_NOT_VERIFIED', 'destination_fault', { failsOver: true, ...QUIET }],
    ['NO_ORIGINATION_IDENTITIES_FOUND', 'destination_fault', { failsOver: true, ...QUIET }],
    ['SENDER_ID_REQUIRES_REGISTRATION', 'destination_fault', { failsOver: true, ...QUIET }],
    ['SENDER_ID_NOT_REGISTERED', 'destination_fault', { failsOver: true, ...QUIET }],
    ['Invalid parameter: SenderID', 'sender_fault', { failsOver: true, counts: false, disablesSender: true }],
    ['Sending to this country is not supported', 'destination_fault', { failsOver: true, ...QUIET }],
  ])('%s', (text, faultClass, properties) => {
    expect(callFault(400, 'ConflictException', text)).toMatchObject({ class: faultClass, ...properties });
    expect(callFault(400, 'InvalidParameter', text)).toMatchObject({ class: faultClass, ...properties });
  });

  it('an outage is one whatever its words', () => {
    expect(callFault(500, 'InternalError', 'the phone number is opted out')).toMatchObject({ class: 'transient' });
    expect(callFault(503, undefined, 'this region is down')).toMatchObject({ class: 'transient', code: 'http_503' });
  });

  it('a code that is no word does not get into our records', () => {
    expect(callFault(400, 'a|b\nc').code).toBe('http_400');
    expect(callFault(400, 'constructor')).toMatchObject({ class: 'unknown_code', failsOver: true, ...QUIET });
  });
});

describe('after a text was accepted', () => {
  it.each([
    ['Phone number is opted out', 'opted_out'],
    ['Blocked as spam by phone carrier', 'carrier_blocked'],
    ['Phone carrier has blocked this message', 'carrier_blocked'],
    ['Destination is on a blocked list', 'recipient_blocked'],
    ['Destination is blacklisted', 'recipient_blocked'],
    ['Phone is on a blocked list', 'recipient_blocked'],
    ['Phone has blocked SMS', 'recipient_blocked'],
    ['Invalid phone number', 'invalid_number'],
  ])('%s: ends it, and says nothing about SNS', (text, code) => {
    expect(laterFault(text)).toMatchObject({ code, failsOver: false, ...QUIET });
  });

  it.each([
    ['Phone carrier is currently unreachable/unavailable', 'carrier_unreachable'],
    ['Phone is currently unreachable/unavailable', 'phone_unreachable'],
    ['This delivery would exceed max price', 'max_price'],
    ['Unknown error attempting to reach phone', 'unknown_error'],
    ['Message body is invalid', 'invalid_body'],
    ['Something new', 'undelivered'],
    ['', 'undelivered'],
  ])('%s: fails over once, and says nothing about SNS', (text, code) => {
    expect(laterFault(text)).toMatchObject({ code, failsOver: true, ...QUIET });
  });

  it('a spent quota is the account’s, and it is the log that says so', () => {
    const spent = { code: 'spend_limit', class: 'account_fault', failsOver: true, counts: true, opens: true };
    expect(laterFault('No quota left for account')).toMatchObject(spent);
  });

  it('keeps the log’s own words out, which may name the recipient', () => {
    expect(laterFault('Cannot reach +14155550100').message).not.toContain('4155550100');
  });
});
