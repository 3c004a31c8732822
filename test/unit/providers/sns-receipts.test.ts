import { describe, expect, it } from 'vitest';
import { parseSmsLogLine } from '../../../lambdas/providers/sms/sns-receipts.ts';

/** As the SNS developer guide shows them. */
const SUCCESS = {
  notification: { messageId: '34d9b400-c6dd-5444-820d-fbeb0f1f54cf', timestamp: '2016-06-28 00:40:34.558' },
  delivery: {
    phoneCarrier: 'My Phone Carrier',
    mnc: 270,
    numberOfMessageParts: 1,
    destination: '+14155550100',
    priceInUSD: 0.00645,
    smsType: 'Transactional',
    mcc: 310,
    providerResponse: 'Message has been accepted by phone carrier',
    dwellTimeMs: 599,
    dwellTimeMsUntilDeviceAck: 1344,
  },
  status: 'SUCCESS',
};
const failure = (providerResponse: unknown) => ({
  ...SUCCESS,
  delivery: { ...SUCCESS.delivery, providerResponse },
  status: 'FAILURE',
});
const read = (line: unknown) => parseSmsLogLine(JSON.stringify(line));

describe('a line of the delivery log', () => {
  it('a log line of a success is a delivery, under our name for the message', () => {
    expect(read(SUCCESS)).toEqual({
      provider: 'sns',
      providerId: 'sns:34d9b400-c6dd-5444-820d-fbeb0f1f54cf',
      providerStatus: 'SUCCESS',
      rank: 1,
      news: 'delivered',
    });
  });

  it('a log line of a failure carries its fault', () => {
    expect(read(failure('Phone has blocked SMS'))).toMatchObject({
      providerStatus: 'FAILURE',
      news: { undelivered: { code: 'recipient_blocked', class: 'recipient_permanent', failsOver: false } },
    });
    expect(read(failure(undefined))?.news).toMatchObject({ undelivered: { code: 'undelivered', failsOver: true } });
  });

  it.each(['PENDING', 'success', 'constructor'])('of the status %s, which has no rule, is noted', (status) => {
    expect(read({ ...SUCCESS, status })).toEqual({
      provider: 'sns',
      providerId: 'sns:34d9b400-c6dd-5444-820d-fbeb0f1f54cf',
      providerStatus: status,
      rank: 0,
      news: 'unknown',
    });
  });

  it('holds nothing of the recipient', () => {
    for (const line of [SUCCESS, failure('Unknown error attempting to reach phone +14155550100')]) {
      expect(JSON.stringify(read(line))).not.toContain('4155550100');
    }
  });

  it.each([
    ['no JSON', '{'],
    ['an empty line', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['no message id', JSON.stringify({ ...SUCCESS, notification: {} })],
    ['a message id that is none', JSON.stringify({ ...SUCCESS, notification: { messageId: 'a#b' } })],
    ['no status', JSON.stringify({ ...SUCCESS, status: undefined })],
    ['a blank status', JSON.stringify({ ...SUCCESS, status: ' ' })],
    ['a status that is no text', JSON.stringify({ ...SUCCESS, status: { SUCCESS: true } })],
    ['a notification that is text', JSON.stringify({ ...SUCCESS, notification: 'x' })],
  ])('%s is none', (_, line) => {
    expect(parseSmsLogLine(line)).toBeUndefined();
  });
});
