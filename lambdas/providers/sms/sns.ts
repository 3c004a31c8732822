/**
 * SMS through Amazon SNS, the standby: one-way, because its senders are mostly sender ids, and with receipts that come
 * late, through logs that know nothing but SNS's own message id.
 */
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Fault } from '../../core/providers/fault.ts';
import type { SendResult, SmsProvider, SmsRequest } from '../../core/providers/ports.ts';
import { senderIdFor } from '../../core/sms/sender-id.ts';
import { awsError } from '../aws-error.ts';
import { ambiguous, failed, presentable } from '../faults.ts';
import { callFault } from './sns-codes.ts';

export interface SnsSmsOptions {
  /** Tries once, and speaks through `awsHttp`: see `sns()` in composition/aws/clients.ts. */
  client: Pick<SNSClient, 'send'>;
  /** What the phone shows as sender, where the country allows it: 1 to 11 letters and digits; empty for none. */
  senderId: string;
  /** Calling codes of the countries where the id is registered (core/sms/sender-id.ts). */
  registered: readonly string[];
  /** For the whole call, milliseconds. */
  timeoutMs: number;
}

const text = (StringValue: string) => ({ DataType: 'String', StringValue });

/** Makes the SNS leg of the sms channel. `send` tries once and never throws. */
export function createSnsSms({ client, senderId, registered, timeoutMs }: SnsSmsOptions): SmsProvider {
  async function send({ to, body }: SmsRequest): Promise<SendResult> {
    const shown = senderIdFor(senderId, to, registered);
    const command = new PublishCommand({
      PhoneNumber: to,
      Message: body,
      MessageAttributes: {
        // Promotional, the account's usual default, is the slower and cheaper route.
        'AWS.SNS.SMS.SMSType': text('Transactional'),
        ...(shown !== undefined && { 'AWS.SNS.SMS.SenderID': text(shown) }),
      },
    });
    try {
      const { MessageId } = await client.send(command, { requestTimeout: timeoutMs });
      if (!MessageId) return failed(ambiguous('garbage', 'answered with something that is not a message'));
      return { outcome: 'accepted', providerId: `sns:${MessageId}`, providerStatus: 'accepted' };
    } catch (error) {
      return failed(classify(error));
    }
  }
  return { name: 'sns', twoWay: async () => false, receipts: 'late', send };
}

function classify(error: unknown): Fault {
  const found = awsError(error);
  if ('fault' in found) return found.fault;
  const { status, code, name, message } = found.refusal;
  return callFault(status, code ?? name, presentable(message));
}
