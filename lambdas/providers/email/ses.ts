/** E-mail through Amazon SES, the standby. What becomes of a mail is told by events that carry our reference as a tag. */
import { type SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { Fault } from '../../core/providers/fault.ts';
import type { EmailProvider, EmailRequest, SendResult } from '../../core/providers/ports.ts';
import { awsError } from '../aws-error.ts';
import { ambiguous, failed, presentable } from '../faults.ts';
import { type EmailSender, mailHeaders, maskAddresses } from './sender.ts';
import { callFault } from './ses-codes.ts';

export interface SesOptions {
  /** Tries once, and speaks through `awsHttp`: see `sesv2()` in composition/aws/clients.ts. */
  client: Pick<SESv2Client, 'send'>;
  /** A verified identity, or an address of a verified domain. */
  from: EmailSender;
  /** For the whole call, milliseconds. */
  timeoutMs: number;
  /** Has to publish events to EventBridge: without one, nothing is heard after acceptance. */
  configurationSet?: string;
}

const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' });

/** Makes the SES leg of the email channel. `send` tries once and never throws. */
export function createSes({ client, from, timeoutMs, configurationSet }: SesOptions): EmailProvider {
  async function send({ to, ref, subject, text, html, thread }: EmailRequest): Promise<SendResult> {
    const headers = Object.entries(mailHeaders(thread, from)).map(([Name, Value]) => ({ Name, Value }));
    const command = new SendEmailCommand({
      FromEmailAddress: mailbox(from),
      Destination: { ToAddresses: [to] },
      Content: {
        Simple: {
          Subject: utf8(subject),
          Body: { Text: utf8(text), Html: utf8(html) },
          Headers: headers,
        },
      },
      // Letters, digits, - and _ only, which is what a reference is made of (core/page/callback-ref.ts).
      EmailTags: [{ Name: 'ref', Value: ref }],
      ...(configurationSet !== undefined && { ConfigurationSetName: configurationSet }),
    });
    try {
      const { MessageId } = await client.send(command, { requestTimeout: timeoutMs });
      if (!MessageId) return failed(ambiguous('garbage', 'answered with something that is not a message'));
      return { outcome: 'accepted', providerId: `ses:${MessageId}`, providerStatus: 'accepted' };
    } catch (error) {
      return failed(classify(error, from));
    }
  }
  return { name: 'ses', receipts: 'callback', send };
}

/** `"Lifeline" <pages@example.com>`; a name beyond ASCII as RFC 2047 has it, since SES takes the line as it is. */
function mailbox({ name, email }: EmailSender): string {
  if (name === '') return email;
  const isPlain = /^[\x20-\x7e]*$/.test(name);
  const shown = isPlain ? `"${name.replace(/["\\]/g, '\\$&')}"` : `=?UTF-8?B?${Buffer.from(name).toString('base64')}?=`;
  return `${shown} <${email}>`;
}

function classify(error: unknown, from: EmailSender): Fault {
  const found = awsError(error);
  if ('fault' in found) return found.fault;
  const { status, name, message } = found.refusal;
  const said = typeof message === 'string' ? message : '';
  // Of a sender or a recipient that is not verified SES names the address, and only that tells which it is.
  const namesUs = said.toLowerCase().includes(from.email.toLowerCase());
  return callFault(status, name, presentable(maskAddresses(said)), namesUs);
}
