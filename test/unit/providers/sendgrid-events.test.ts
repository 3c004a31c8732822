import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { HOUR } from '../../../lambdas/core/time.ts';
import { parseSendGridEvents } from '../../../lambdas/providers/email/sendgrid-events.ts';
import { validSendGridSignature } from '../../../lambdas/providers/email/sendgrid-signature.ts';

const EVENT = {
  email: 'alice@example.com',
  timestamp: 1513299569,
  'smtp-id': '<14c5d75ce93.dfd.64b469@ismtpd-555>',
  sg_event_id: 'ZGVsaXZlcmVk',
  sg_message_id: 'rnmEsXTBRbGfHM4Z8-2Pkg.recvd-5f54b5d587-pczjm-1-67BADEEA-6.0',
  ref: 'k3v7q2m4x6b5n3c2-1-email-1-1',
};
const read = (...events: unknown[]) => parseSendGridEvents(JSON.stringify(events));
const one = (event: string, more: object = {}) => read({ ...EVENT, event, ...more })[0]?.receipt;
const undelivered = (more: object) => {
  const news = one('bounce', more)?.news;
  return typeof news === 'object' ? news.undelivered : news;
};

describe('an event', () => {
  it.each([
    ['processed', 'progress'],
    ['deferred', 'progress'],
    ['delivered', 'delivered'],
  ])('%s is %s, under the reference and the id of the send', (event, news) => {
    expect(read({ ...EVENT, event })).toEqual([
      {
        ref: EVENT.ref,
        eventId: EVENT.sg_event_id,
        receipt: {
          provider: 'sendgrid',
          providerId: 'rnmEsXTBRbGfHM4Z8-2Pkg',
          providerStatus: event,
          rank: expect.any(Number),
          news,
        },
      },
    ]);
  });

  it.each([
    ['spamreport', 'the recipient has reported our mail as spam'],
    ['unsubscribe', 'the recipient has unsubscribed from our mail'],
    ['group_unsubscribe', 'the recipient has unsubscribed from our mail'],
  ])('%s is of a mail that arrived, and says that the address takes no more of them', (event, reason) => {
    expect(one(event)).toMatchObject({ news: 'delivered', rank: 5, breaksContact: { code: event, reason } });
  });

  it('an event ranks higher the further the mail has come, and a bounce ranks above a delivery', () => {
    const ranks = ['processed', 'deferred', 'delivered', 'bounce', 'spamreport'].map((event) => one(event)?.rank ?? 0);
    expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    expect(new Set(ranks).size).toBe(ranks.length);
  });

  it.each([
    ['14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0', '14c5d75ce93.dfd.64b469'],
    ['a_b-C.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0', 'a_b-C'],
    ['14c5d75ce93.dfd.64b469.recvd-5f54b5d587-pczjm-1-67BADEEA-6.0', '14c5d75ce93.dfd.64b469'],
    ['abc.0', 'abc'],
    ['abc', 'abc'],
    // What SendGrid says of bounces that come after the delivery.
    [undefined, ''],
  ])('has of %s the part that the send was answered with', (sg_message_id, providerId) => {
    expect(one('bounce', { sg_message_id })?.providerId).toBe(providerId);
  });
});

describe('a bounce', () => {
  it.each([
    [{ type: 'blocked', status: '5.7.1' }, '5.7.1'],
    [{ type: 'blocked' }, 'blocked'],
    // A block is about this moment, even when the server calls it something else.
    [{ type: 'blocked', status: '5.1.1' }, '5.1.1'],
    [{ type: 'bounce', status: '5.2.2' }, '5.2.2'],
    [{ type: 'bounce', status: 'odd' }, 'bounce'],
    [{}, 'bounce'],
  ])('%o may be the way it took: it fails over, and says nothing of SendGrid', (more, code) => {
    expect(undelivered(more)).toMatchObject({ code, failsOver: true, counts: false, opens: false });
  });

  it.each([
    { type: 'bounce', status: '5.1.1' },
    { type: 'bounce', status: '5.1.10' },
    { type: 'bounce', status: '5.0.0', bounce_classification: 'Invalid Address' },
  ])('%o means that there is no such address: nobody else finds it', (more) => {
    expect(undelivered(more)).toMatchObject({ class: 'recipient_permanent', failsOver: false, counts: false });
  });

  it('a bounce is distinguished from a block by `status`', () => {
    expect(one('bounce', { type: 'blocked' })?.providerStatus).toBe('blocked');
    expect(one('bounce', { type: 'bounce' })?.providerStatus).toBe('bounce');
  });
});

describe('a drop', () => {
  it.each([
    ['Bounced Address', 'bounced_address', true],
    ['Spam Content', 'spam_content', true],
    ['Recipient List over Package Quota', 'over_quota', true],
    ['something new', 'dropped', true],
    [undefined, 'dropped', true],
    ['Invalid', 'invalid_address', false],
    ['Unsubscribed Address', 'unsubscribed_address', false],
    ['Spam Reporting Address', 'spam_reporting_address', false],
  ])('for %s', (reason, code, failsOver) => {
    expect(one('dropped', { reason })?.news).toMatchObject({ undelivered: { code, failsOver } });
  });

  it('does not turn what a person asked of mail into an opt-out from texts', () => {
    expect(one('dropped', { reason: 'Unsubscribed Address' })?.news).toMatchObject({
      undelivered: { class: 'recipient_permanent' },
    });
  });
});

describe('whatever comes', () => {
  it('holds nothing of the recipient', () => {
    const reason = '550 5.1.1 <alice@example.com> unknown';
    expect(JSON.stringify(read({ ...EVENT, event: 'bounce', reason }))).not.toContain('alice');
  });

  it.each(['', '{', 'null', '{}', '"x"', '[null, 1, "x", [], {}]'])('%s is no event', (body) => {
    expect(parseSendGridEvents(body)).toEqual([]);
  });

  it.each(['open', 'click', 'group_resubscribe', 'teleported', 'constructor', 'account_status_change'])(
    'the kind %s has no rule: it is noted',
    (event) => {
      expect(one(event)).toEqual({
        provider: 'sendgrid',
        providerId: 'rnmEsXTBRbGfHM4Z8-2Pkg',
        providerStatus: event,
        rank: 0,
        news: 'unknown',
      });
    },
  );

  it('what is not ours is left out, and the rest of the batch is read', () => {
    const { ref: _, ...foreign } = EVENT;
    const found = read(
      { ...EVENT, event: '' },
      { ...EVENT, event: 7 },
      { ...foreign, event: 'delivered' },
      { ...EVENT, event: 'delivered', ref: { odd: 1 } },
      { ...EVENT, event: 'delivered', sg_message_id: 'a#b' },
      { ...EVENT, event: 'delivered', sg_event_id: 1 },
    );
    expect(found).toMatchObject([{ eventId: '', receipt: { news: 'delivered' } }]);
  });
});

describe('a signature', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const der = (key: KeyObject) => key.export({ format: 'der', type: 'spki' }).toString('base64');
  const now = 1_795_000_000_000;
  const body = '[{"email":"alice@example.com"}]\r\n';
  const signed = (ageMs = 0, rawBody = body, key = privateKey) => {
    const timestamp = String(Math.floor((now - ageMs) / 1_000));
    const signature = sign('sha256', Buffer.from(timestamp + rawBody), key).toString('base64');
    return { publicKey: der(publicKey), timestamp, rawBody, signature, now };
  };

  it('a signature of SendGrid’s key over timestamp and body is valid, whichever form key and body have', () => {
    expect(validSendGridSignature(signed())).toBe(true);
    expect(validSendGridSignature({ ...signed(), rawBody: Buffer.from(body) })).toBe(true);
    const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
    expect(validSendGridSignature({ ...signed(), publicKey: pem })).toBe(true);
  });

  it('a signature is invalid when any part of it is another', () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const curve = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    const good = signed();
    for (const bad of [
      { rawBody: body.trimEnd() },
      { rawBody: body.replace('alice', 'bob') },
      { timestamp: String(Number(good.timestamp) + 1) },
      { timestamp: `${good.timestamp}.0` },
      { timestamp: undefined },
      { signature: undefined },
      { signature: '' },
      { signature: 'AAAA' },
      { publicKey: '' },
      { publicKey: 'AAAA' },
      { publicKey: der(other.publicKey) },
      { publicKey: der(curve.publicKey), signature: signed(0, body, curve.privateKey).signature },
    ]) {
      expect(validSendGridSignature({ ...good, ...bad })).toBe(false);
    }
  });

  it('holds for the day in which SendGrid repeats, and not longer, nor before its time', () => {
    expect(validSendGridSignature(signed(24 * HOUR))).toBe(true);
    expect(validSendGridSignature(signed(25 * HOUR))).toBe(false);
    expect(validSendGridSignature(signed(-60_000))).toBe(true);
    expect(validSendGridSignature(signed(-HOUR))).toBe(false);
  });
});
