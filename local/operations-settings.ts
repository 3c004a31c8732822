import { UsageError } from './usage-error.ts';

export interface OperationsSettings {
  /** Ids of recipients, with commas in between. */
  recipients: string;
  /** A topic instead of the one of the templates, which is the simulator's; empty is none. */
  topicArn?: string;
}

/** Where texts go through another SNS than the simulator, the topic of the templates is unknown. */
export function operationsOf(env: NodeJS.ProcessEnv, simulated: boolean): OperationsSettings {
  const recipients = (env.OPERATIONS_RECIPIENTS ?? '').replaceAll(' ', '');
  if (recipients !== '' && !recipients.split(',').every((id) => /^[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,63}$/.test(id)))
    throw new UsageError('OPERATIONS_RECIPIENTS must be ids of recipients like usr_ops,usr_lead');
  const topicArn = env.OPERATIONS_TOPIC_ARN || (simulated ? undefined : '');
  if (topicArn && !/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]+$/.test(topicArn))
    throw new UsageError('OPERATIONS_TOPIC_ARN must be the ARN of an SNS topic');
  return { recipients, ...(topicArn !== undefined && { topicArn }) };
}
