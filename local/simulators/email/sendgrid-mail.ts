/** What SendGrid checks before it takes a mail, and with which words it refuses. */
import { type JsonAnswer, sendGridError } from './sendgrid-errors.ts';

export interface NewMail {
  from: string;
  to: string[];
  subject: string;
  text: string;
  html: string;
  headers: Record<string, string>;
  customArgs: Record<string, string>;
}

const ADDRESS = /^[^\s@<>,;:"]+@[a-z0-9-]+(\.[a-z0-9-]+)+$/i;
const RESERVED =
  /^(x-sg-id|x-sg-eid|received|dkim-signature|content-type|content-transfer-encoding|to|from|subject|reply-to|cc|bcc)$/i;
const wrong = (message: string, field: string | null) => sendGridError(400, message, field);

/** The words are those of https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors */
export function validate(body: string): NewMail | JsonAnswer {
  const mail = object(parse(body));
  if (!mail) return wrong('Bad Request', null);
  const { personalizations, from, subject, content } = mail;

  if (!Array.isArray(personalizations) || personalizations.length === 0) {
    return wrong(
      'The personalizations field is required and must have at least one personalization.',
      'personalizations',
    );
  }
  const to: string[] = [];
  for (const [i, personalization] of personalizations.entries()) {
    const list = object(personalization)?.to;
    const field = `personalizations.${i}.to`;
    if (!Array.isArray(list) || list.length === 0) {
      return wrong(
        'The to array is required for all personalization objects, and must have at least one email object with a valid email address.',
        field,
      );
    }
    for (const [j, { email }] of list.map((one) => object(one) ?? {}).entries()) {
      if (!isAddress(email)) return wrong('Does not contain a valid address.', `${field}.${j}.email`);
      if (to.includes(email))
        return wrong(
          `Each email address in the personalization block should be unique between to, cc, and bcc. We found the first duplicate instance of [${email}] in the ${field} field.`,
          field,
        );
      to.push(email);
    }
  }
  const sender = object(from) ?? {};
  if (typeof sender.email !== 'string') {
    return wrong(
      'The from object must be provided for every email send. It is an object that requires the email parameter, but may also contain a name parameter.',
      'from.email',
    );
  }
  if (!isAddress(sender.email)) return wrong('The from email does not contain a valid address.', 'from.email');
  if (typeof subject !== 'string' || subject === '') {
    return wrong(
      'The subject is required. You can get around this requirement if you use a template with a subject defined or if every personalization has a subject defined.',
      'subject',
    );
  }
  const bodies = contentOf(content);
  if ('status' in bodies) return bodies;
  const headers = strings(mail.headers);
  if (!headers) return wrong('Invalid type. Expected: object of strings.', 'headers');
  const reserved = Object.keys(headers).find((name) => RESERVED.test(name));
  if (reserved)
    return wrong(`The header '${reserved}' is a reserved header and cannot be used.`, `headers.${reserved}`);
  const customArgs = strings(mail.custom_args);
  if (!customArgs) return wrong('Invalid type. Expected: object of strings.', 'custom_args');
  if (JSON.stringify(customArgs).length > 10_000)
    return wrong('The custom args are limited to 10000 bytes.', 'custom_args');

  const shown =
    typeof sender.name === 'string' && sender.name !== '' ? `${sender.name} <${sender.email}>` : sender.email;
  return { from: shown, to, subject, ...bodies, headers, customArgs };
}

function contentOf(content: unknown): { text: string; html: string } | JsonAnswer {
  if (!Array.isArray(content) || content.length === 0) {
    return wrong(
      'Unless a valid template_id is provided, the content parameter is required. There must be at least one defined content block.',
      'content',
    );
  }
  const found = { text: '', html: '' };
  for (const [i, { type, value }] of content.map((one) => object(one) ?? {}).entries()) {
    if (typeof value !== 'string' || value === '') {
      return wrong('The content value must be a string at least one character in length.', `content.${i}.value`);
    }
    if (type !== 'text/plain' && type !== 'text/html') {
      return wrong('The content type must be a string at least one character in length.', `content.${i}.type`);
    }
    if (type === 'text/plain' && i > 0) {
      return wrong('If present, text/plain must be the first content block, followed by text/html.', 'content');
    }
    found[type === 'text/plain' ? 'text' : 'html'] = value;
  }
  return found;
}

export const isAddress = (value: unknown): value is string => typeof value === 'string' && ADDRESS.test(value);

function strings(value: unknown): Record<string, string> | undefined {
  const found = value === undefined ? {} : object(value);
  return found && Object.values(found).every((one) => typeof one === 'string')
    ? (found as Record<string, string>)
    : undefined;
}

export const object = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;

export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
