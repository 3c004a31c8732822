import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { OperationsTopic } from '../core/alerts/ports.ts';

/** `arn` empty: there is no topic, and nothing is published. */
export function createOperationsTopic(client: () => SNSClient, arn: string): OperationsTopic {
  return {
    async publish({ subject, text }) {
      if (arn === '') return;
      await client().send(new PublishCommand({ TopicArn: arn, Subject: subject, Message: text }));
    },
  };
}
