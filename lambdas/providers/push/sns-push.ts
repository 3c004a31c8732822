/**
 * Push notifications through Amazon SNS, to the phones and tablets of one person. SNS answers when it has taken the
 * message; whether a device ever shows it is not told.
 */
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { brokenBy } from '../../core/contacts/findings.ts';
import type { ContactFindings } from '../../core/contacts/mark.ts';
import { isPermanent } from '../../core/page/attempt.ts';
import type { Fault } from '../../core/providers/fault.ts';
import type { PushProvider, PushRequest, SendResult } from '../../core/providers/ports.ts';
import { awsError } from '../aws-error.ts';
import { ambiguous, failed, ours, presentable } from '../faults.ts';
import { LIFETIME_SECONDS, pushMessage } from './payload.ts';
import { pushFault } from './push-codes.ts';

export interface SnsPushOptions {
  /** Tries once, and speaks through `awsHttp`: see `sns()` in composition/aws/clients.ts. */
  client: Pick<SNSClient, 'send'>;
  /** For the whole call, milliseconds. */
  timeoutMs: number;
}

const text = (StringValue: string) => ({ DataType: 'String', StringValue });
const APPLE = {
  'AWS.SNS.MOBILE.APNS.PUSH_TYPE': text('alert'),
  'AWS.SNS.MOBILE.APNS.PRIORITY': text('10'),
  'AWS.SNS.MOBILE.APNS.TTL': text(String(LIFETIME_SECONDS)),
  'AWS.SNS.MOBILE.APNS_SANDBOX.TTL': text(String(LIFETIME_SECONDS)),
};

type Published = { endpoint: string; messageId: string } | { endpoint: string; fault: Fault };

/**
 * Makes the only leg of the push channel. `to` holds ARNs of endpoints, joined by one blank; one that takes the message
 * is enough. `send` tries each once and never throws, and tells of each endpoint whether it took the message or is dead.
 */
export function createSnsPush({ client, timeoutMs }: SnsPushOptions): PushProvider {
  async function send(request: PushRequest): Promise<SendResult> {
    const endpoints = [...new Set(request.to.split(' ').filter((arn) => arn !== ''))];
    if (endpoints.length === 0) return failed(ours('no_endpoints', 'recipient_permanent', 'no endpoint was given'));
    const message = pushMessage(request);
    if (message === undefined) return failed(ours('too_large', 'our_bug', 'title and data are too large'));
    const published = await Promise.all(endpoints.map((endpoint) => publish(endpoint, message)));
    const taken = published.flatMap((one) => ('messageId' in one ? [one] : []));
    const refused = published.flatMap((one) => ('fault' in one ? [one] : []));
    const contacts: ContactFindings = {
      works: taken.map(({ endpoint }) => endpoint),
      broken: refused.flatMap(({ endpoint, fault }) => brokenBy(fault, endpoint)),
    };
    const [first] = taken;
    if (!first) return { outcome: 'failed', fault: mostHopeful(refused.map(({ fault }) => fault)), contacts };
    return { outcome: 'accepted', providerId: `sns-push:${first.messageId}`, providerStatus: 'accepted', contacts };
  }

  async function publish(endpoint: string, Message: string): Promise<Published> {
    const input = { TargetArn: endpoint, Message, MessageStructure: 'json', MessageAttributes: APPLE };
    try {
      const { MessageId } = await client.send(new PublishCommand(input), { requestTimeout: timeoutMs });
      if (MessageId) return { endpoint, messageId: MessageId };
      return { endpoint, fault: ambiguous('garbage', 'answered with something that is not a message') };
    } catch (error) {
      return { endpoint, fault: classify(error) };
    }
  }

  return { name: 'sns-push', receipts: 'none', send };
}

/**
 * When nobody took it: what another attempt could mend stands for all, and of that what says most about SNS. Only when
 * every endpoint is gone is that the result.
 */
function mostHopeful(faults: Fault[]): Fault {
  const hope = (fault: Fault) => {
    if (isPermanent(fault)) return fault.class === 'our_bug' ? 1 : 0;
    return 2 + Number(fault.counts) + Number(fault.opens);
  };
  return faults.reduce((best, fault) => (hope(fault) > hope(best) ? fault : best));
}

function classify(error: unknown): Fault {
  const found = awsError(error);
  if ('fault' in found) return found.fault;
  const { status, code, name, message } = found.refusal;
  return pushFault(status, code ?? name, presentable(message));
}
