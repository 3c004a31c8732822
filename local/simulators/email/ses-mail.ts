/** What SES checks before it takes a mail. */
import type { JsonAnswer } from './sendgrid-errors.ts';
import { isAddress, object, parse } from './sendgrid-mail.ts';
import { sesError } from './ses-errors.ts';

export interface NewMail {
  from: string;
  to: string[];
  subject: string;
  text: string;
  html: string;
  headers: Record<string, string>;
  tags: Record<string, string[]>;
  configurationSet: string | undefined;
}

const TAG = /^[A-Za-z0-9_-]{1,256}$/;
const wrong = (message: string) => sesError('BadRequestException', message);

export function validate(body: string): NewMail | JsonAnswer {
  const given = object(parse(body));
  if (!given) return sesError('BadRequestException', 'Could not parse the request.');
  const { FromEmailAddress: from, ConfigurationSetName: configurationSet } = given;
  const to = object(given.Destination)?.ToAddresses;
  const simple = object(object(given.Content)?.Simple);
  const subject = object(simple?.Subject)?.Data;
  const parts = object(simple?.Body);
  const [text, html] = [object(parts?.Text)?.Data ?? '', object(parts?.Html)?.Data ?? ''];

  if (typeof from !== 'string' || !isAddress(addressOf(from))) return wrong("Missing required header 'From'.");
  if (!Array.isArray(to) || to.length === 0) return wrong('Destination has no recipients.');
  if (to.length > 50) return wrong('Recipient count exceeds 50.');
  if (!to.every((one) => isAddress(addressOf(String(one))))) return wrong("Missing final '@domain'");
  if (typeof subject !== 'string' || typeof text !== 'string' || typeof html !== 'string') {
    return wrong('The message has no subject or no body.');
  }
  if (text === '' && html === '') return wrong('The message has no body.');
  const tags = pairs(given.EmailTags, 'Name', 'Value');
  const headers = pairs(simple?.Headers, 'Name', 'Value');
  if (!tags?.every(([name, value]) => TAG.test(name) && TAG.test(value))) return wrong('Invalid tag name or value.');
  if (!headers?.every(([name]) => /^[\x21-\x39\x3b-\x7e]{1,126}$/.test(name))) return wrong('Invalid header name.');
  return {
    from,
    to: to.map((one) => addressOf(String(one))),
    subject,
    text,
    html,
    headers: Object.fromEntries(headers),
    tags: Object.fromEntries(tags.map(([name, value]) => [name, [value]])),
    configurationSet: typeof configurationSet === 'string' ? configurationSet : undefined,
  };
}

/** `"Name" <a@b.c>` and `a@b.c`. */
export const addressOf = (mailbox: string): string => /<([^<>]*)>\s*$/.exec(mailbox)?.[1] ?? mailbox.trim();

/** Of `[{Name, Value}]`; undefined when it is none. */
function pairs(list: unknown, first: string, second: string): [string, string][] | undefined {
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) return undefined;
  const found = list.map((one) => [object(one)?.[first], object(one)?.[second]]);
  const isText = (pair: unknown[]): pair is [string, string] => pair.every((part) => typeof part === 'string');
  return found.every(isText) ? found : undefined;
}
