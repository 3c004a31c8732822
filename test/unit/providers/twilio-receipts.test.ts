import { describe, expect, it } from 'vitest';
import { parseSmsStatus } from '../../../lambdas/providers/sms/twilio-receipts.ts';

const SID = `SM${'0123456789abcdef'.repeat(2)}`;
const form = (status: string, more = {}) => ({ MessageSid: SID, SmsSid: SID, MessageStatus: status, ...more });
const rank = (status: string) => parseSmsStatus(form(status))?.rank ?? Number.NaN;

describe('the order of news', () => {
  it('a late callback of an earlier status never outranks a later one', () => {
    const order = ['accepted', 'queued', 'sending', 'sent', 'delivered', 'read'].map(rank);
    expect(order).toEqual([...new Set(order)].sort((a, b) => a - b));
    expect(rank('scheduled')).toBe(rank('accepted'));
    for (const status of ['undelivered', 'failed', 'canceled']) expect(rank(status)).toBe(rank('delivered'));
  });
});

describe('what a callback means', () => {
  it.each(['accepted', 'queued', 'sending', 'sent'])('%s is progress', (status) => {
    expect(parseSmsStatus(form(status))).toMatchObject({ provider: 'twilio', providerId: SID, news: 'progress' });
  });

  it.each(['delivered', 'read'])('%s is delivered', (status) => {
    expect(parseSmsStatus(form(status))).toMatchObject({ providerStatus: status, news: 'delivered' });
  });

  it.each(['undelivered', 'failed', 'canceled'])('%s carries its fault', (status) => {
    const known = parseSmsStatus(form(status, { ErrorCode: '30007' }));
    expect(known?.news).toMatchObject({ undelivered: { code: '30007', failsOver: false } });
    const bare = parseSmsStatus(form(status));
    expect(bare?.news).toMatchObject({ undelivered: { code: status, failsOver: true } });
  });

  it('takes MM ids, and the older field names', () => {
    const sid = `MM${'a'.repeat(32)}`;
    expect(parseSmsStatus({ MessageSid: sid, MessageStatus: 'sent' })?.providerId).toBe(sid);
    expect(parseSmsStatus({ SmsSid: sid, SmsStatus: 'sent' })?.providerId).toBe(sid);
  });

  it.each([
    ['partially_delivered', 'partially_delivered'],
    ['received', 'received'],
    ['Receiving', 'receiving'],
    ['teleported', 'teleported'],
    ['constructor', 'constructor'],
    ['a|b, "é" 😀', 'a_b_ _ _'],
    ['x'.repeat(500), 'x'.repeat(40)],
  ])('the status %s has no rule: it is noted as %s', (status, providerStatus) => {
    expect(parseSmsStatus(form(status, { ErrorCode: '30007' }))).toEqual({
      provider: 'twilio',
      providerId: SID,
      providerStatus,
      rank: 0,
      news: 'unknown',
    });
  });

  it.each([
    ['no id', { MessageStatus: 'sent' }],
    ['a call', { MessageSid: `CA${'a'.repeat(32)}`, MessageStatus: 'sent' }],
    ['no status', { MessageSid: SID }],
    ['an empty status', form('')],
    ['a blank status', form('  ')],
    ['a status that is given twice', { MessageSid: SID, MessageStatus: ['sent', 'delivered'] }],
    ['a repeated field', { MessageSid: [SID, SID], MessageStatus: 'sent' }],
  ])('%s is no receipt', (_, fields) => {
    expect(parseSmsStatus(fields)).toBeUndefined();
  });
});
