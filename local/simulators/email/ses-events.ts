/** What SES puts on the event bus about a mail, as the SES developer guide shows it. */
import { randomUUID } from 'node:crypto';
import type { Mode } from '../modes.ts';
import type { NewEvent } from './mails.ts';
import { BOUNCES } from './ses-errors.ts';
import type { NewMail } from './ses-mail.ts';

/** After acceptance, milliseconds. */
const SENT_AFTER = 100;
const ARRIVES_AFTER = 300;
const REGION = 'us-east-1';
const ACCOUNT = '000000000000';

export function future(messageId: string, mail: NewMail, mode: Mode, now: number): NewEvent[] {
  const event = (after: number, detailType: string, eventType: string, detail: object): NewEvent => {
    const dueAt = now + after;
    const time = new Date(dueAt).toISOString();
    const payload = {
      version: '0',
      id: randomUUID(),
      'detail-type': detailType,
      source: 'aws.ses',
      account: ACCOUNT,
      time: time.replace(/\.\d+Z$/, 'Z'),
      region: REGION,
      resources: [`arn:aws:ses:${REGION}:${ACCOUNT}:configuration-set/${mail.configurationSet}`],
      detail: { eventType, mail: about(messageId, mail, now), ...detail },
    };
    return { dueAt, payload };
  };
  const sent = event(SENT_AFTER, 'Email Sent', 'Send', { send: {} });
  const timestamp = new Date(now + ARRIVES_AFTER).toISOString();
  if (mode.mode !== 'undelivered') {
    const delivery = {
      timestamp,
      processingTimeMillis: ARRIVES_AFTER,
      recipients: mail.to,
      smtpResponse: '250 2.0.0 OK',
      reportingMTA: 'a8-1.smtp-out.amazonses.com',
    };
    return [sent, event(ARRIVES_AFTER, 'Email Delivered', 'Delivery', { delivery })];
  }
  const code = String(mode.errorCode ?? 'General');
  if (code === 'Rejected') {
    return [event(SENT_AFTER, 'Email Rejected', 'Reject', { reject: { reason: 'Bad content' } })];
  }
  const status = /^\d\./.test(code) ? code : '5.7.1';
  const bounce = {
    feedbackId: `${messageId}-feedback`,
    bounceType: BOUNCES[code] ?? (status.startsWith('4') ? 'Transient' : 'Permanent'),
    bounceSubType: Object.hasOwn(BOUNCES, code) ? code : 'General',
    bouncedRecipients: mail.to.map((emailAddress) => ({
      emailAddress,
      action: 'failed',
      status,
      diagnosticCode: `smtp; 550 ${status} <${emailAddress}>: refused`,
    })),
    timestamp,
    reportingMTA: 'dns; a8-1.smtp-out.amazonses.com',
  };
  return [sent, event(ARRIVES_AFTER, 'Email Bounced', 'Bounce', { bounce })];
}

function about(messageId: string, { from, to, subject, tags, configurationSet = '' }: NewMail, now: number) {
  return {
    timestamp: new Date(now).toISOString(),
    source: from,
    sendingAccountId: ACCOUNT,
    messageId,
    destination: to,
    headersTruncated: false,
    headers: [],
    commonHeaders: { from: [from], to, messageId, subject },
    tags: { 'ses:operation': ['SendEmail'], 'ses:configuration-set': [configurationSet], ...tags },
  };
}
