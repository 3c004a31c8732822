import { describe, expect, it } from 'vitest';
import { parseSesEvent } from '../../../lambdas/providers/email/ses-events.ts';

const MAIL = {
  timestamp: '2026-11-22T10:00:00.000Z',
  source: 'pages@lifeline.example',
  messageId: '010001-a-000000',
  destination: ['alice@example.com'],
  tags: { 'ses:operation': ['SendEmail'], ref: ['k3v7q2m4x6b5n3c2-1-email-1-2'] },
};
const event = (detailType: string, detail: object = {}) => ({
  id: 'e1',
  source: 'aws.ses',
  'detail-type': detailType,
  detail: { mail: MAIL, ...detail },
});
const bounce = (bounceType: string, bounceSubType?: string, status?: string) =>
  parseSesEvent(
    event('Email Bounced', {
      bounce: { bounceType, bounceSubType, bouncedRecipients: [{ emailAddress: 'alice@example.com', status }] },
    }),
  )?.receipt.news;

describe('an event', () => {
  it.each([
    ['Email Sent', 'progress', 'sent'],
    ['Email Delivery Delayed', 'progress', 'delivery delayed'],
    ['Email Delivered', 'delivered', 'delivered'],
  ])('%s is %s', (kind, news, providerStatus) => {
    expect(parseSesEvent(event(kind))).toEqual({
      ref: 'k3v7q2m4x6b5n3c2-1-email-1-2',
      eventId: 'e1',
      receipt: { provider: 'ses', providerId: 'ses:010001-a-000000', providerStatus, rank: expect.any(Number), news },
    });
  });

  it('Email Complaint Received is of a mail that arrived, and says that the address takes no more of them', () => {
    expect(parseSesEvent(event('Email Complaint Received'))?.receipt).toMatchObject({
      news: 'delivered',
      providerStatus: 'complaint received',
      breaksContact: { code: 'complaint', reason: 'the recipient has reported our mail as spam' },
    });
  });

  it.each([
    ['Email Opened', 'opened'],
    ['Email Subscribed', 'subscribed'],
    ['Email Teleported|now', 'teleported_now'],
    ['constructor', 'constructor'],
  ])('of the kind %s, which has no rule, is noted', (kind, providerStatus) => {
    expect(parseSesEvent(event(kind))?.receipt).toEqual({
      provider: 'ses',
      providerId: 'ses:010001-a-000000',
      providerStatus,
      rank: 0,
      news: 'unknown',
    });
  });

  it('an event ranks higher the further the mail has come, and a bounce ranks above a delivery', () => {
    const kinds = ['Email Sent', 'Email Delivery Delayed', 'Email Delivered', 'Email Bounced'];
    const ranks = kinds.map((kind) => parseSesEvent(event(kind))?.receipt.rank ?? 0);
    expect(ranks).toEqual([1, 2, 3, 4]);
  });

  it.each(['Email Rejected', 'Email Rendering Failed'])('%s ends the delivery as our bug', (kind) => {
    const news = parseSesEvent(event(kind))?.receipt.news;
    expect(news).toMatchObject({ undelivered: { class: 'our_bug', counts: false } });
  });
});

describe('a bounce', () => {
  it.each([
    ['Permanent', 'General', '5.1.1', '5.1.1'],
    ['Permanent', 'NoEmail', undefined, 'no_email'],
  ])('%s %s %s: there is no such address', (type, subType, status, code) => {
    expect(bounce(type, subType, status)).toMatchObject({
      undelivered: { class: 'recipient_permanent', code, failsOver: false },
    });
  });

  it.each([
    ['Permanent', 'General', '5.7.1', '5.7.1'],
    ['Permanent', 'OnAccountSuppressionList', '5.1.1', 'suppressed'],
    ['Transient', 'MailboxFull', '4.2.2', 'mailbox_full'],
    ['Transient', 'General', '5.1.1', '5.1.1'],
    ['Undetermined', 'Undetermined', undefined, 'bounce_undetermined'],
    ['odd', 'constructor', 'odd', 'bounce_undetermined'],
  ])('%s %s %s: may be the way it took', (type, subType, status, code) => {
    expect(bounce(type, subType, status)).toMatchObject({ undelivered: { code, failsOver: true, counts: false } });
  });
});

describe('a complaint', () => {
  const complaint = (complaintSubType: unknown, complaintFeedbackType?: unknown) =>
    parseSesEvent(event('Email Complaint Received', { complaint: { complaintSubType, complaintFeedbackType } }))
      ?.receipt;

  it.each(['OnAccountSuppressionList', 'Suppressed'])(
    'of the subtype %s is about a mail that never left SES: the same as the bounce of that subtype',
    (subType) => {
      expect(complaint(subType, null)?.news).toEqual(bounce('Permanent', subType));
      expect(complaint(subType)?.news).toMatchObject({ undelivered: { code: 'suppressed', failsOver: true } });
      expect(complaint(subType)).toMatchObject({ rank: 5, providerStatus: 'complaint received' });
    },
  );

  it.each([
    [null, 'abuse'],
    [null, null],
    [undefined, undefined],
    ['', 'fraud'],
    ['SomethingNew', 'not-spam'],
    ['constructor', 'virus'],
    [['OnAccountSuppressionList'], 'abuse'],
  ])('of the subtype %j with the feedback type %j is by a person who has received the mail', (subType, feedback) => {
    expect(complaint(subType, feedback)?.news).toBe('delivered');
  });
});

it.each([
  ['nothing', undefined],
  ['another source', { ...event('Email Delivered'), source: 'aws.s3' }],
  ['a blank kind', event(' ')],
  ['a mail without our tag', event('Email Delivered', { mail: { ...MAIL, tags: {} } })],
  ['a tag that is none', event('Email Delivered', { mail: { ...MAIL, tags: { ref: [{ a: 1 }] } } })],
  ['no message id', event('Email Delivered', { mail: { ...MAIL, messageId: 'a b' } })],
  ['a detail that is text', { ...event('Email Delivered'), detail: 'x' }],
])('%s is left out', (_, given) => {
  expect(parseSesEvent(given)).toBeUndefined();
});

it('holds nothing of the recipient', () => {
  const told = event('Email Bounced', { bounce: { bouncedRecipients: [{ diagnosticCode: 'alice@example.com' }] } });
  expect(JSON.stringify(parseSesEvent(told))).not.toContain('alice');
});
