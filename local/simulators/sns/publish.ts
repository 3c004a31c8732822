/** What SNS checks before it takes a text, in the form of its Query protocol. */
import { type SnsAnswer, snsError } from './errors.ts';

export interface NewText {
  to: string;
  body: string;
  /** What the phone shows. */
  sender: string;
  /** The caller named the sender. */
  hasSenderId: boolean;
  smsType: string;
}

/** In countries with sender ids, a text without one comes from this. */
const NO_SENDER_ID = 'NOTICE';

export function validate(form: URLSearchParams): NewText | SnsAnswer {
  const wrong = (about: string) => snsError('InvalidParameter', about);
  const to = form.get('PhoneNumber') ?? '';
  const body = form.get('Message') ?? '';
  const attributes = messageAttributes(form);
  const sender = attributes.get('AWS.SNS.SMS.SenderID') ?? NO_SENDER_ID;
  const smsType = attributes.get('AWS.SNS.SMS.SMSType') ?? 'Promotional';

  if (to === '') return wrong('TopicArn or TargetArn Reason: no value for required parameter');
  if (!/^\+[1-9]\d{6,14}$/.test(to)) return wrong(`PhoneNumber Reason: ${to} is not valid to publish to`);
  if (body === '') return wrong('Empty message');
  if (body.length > 1600) return wrong('Message too long');
  if (!/^(?=.*[A-Za-z])[A-Za-z0-9-]{1,11}$/.test(sender)) return wrong(`SenderID Reason: ${sender} is not valid`);
  if (!['Promotional', 'Transactional'].includes(smsType)) return wrong(`SMSType Reason: ${smsType} is not valid`);
  return { to, body, sender, hasSenderId: attributes.has('AWS.SNS.SMS.SenderID'), smsType };
}

/** `MessageAttributes.entry.1.Name`, `MessageAttributes.entry.1.Value.StringValue`, … */
function messageAttributes(form: URLSearchParams): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, name] of form) {
    const entry = /^(MessageAttributes\.entry\.\d+)\.Name$/.exec(key)?.[1];
    if (entry) found.set(name, form.get(`${entry}.Value.StringValue`) ?? '');
  }
  return found;
}
