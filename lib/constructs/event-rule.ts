import { CfnRule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

interface Props {
  description: string;
  /** As EventBridge has it: lists of what a field may be. The local run knows exact values, `prefix` and `exists`. */
  pattern: Record<string, unknown>;
  /** Default: the account's own bus. */
  busName?: string;
  /** Default: yes. */
  enabled?: boolean;
  /** In the stack of the rule, whose events its policy lets in. */
  queue: Queue;
  /** Takes events that could not be put into the queue for a day. */
  deadLetters: Queue;
}

/**
 * Events of a bus into a queue. CDK's own target would also let EventBridge read what the queue is like, and its rule knows
 * a dozen targets that we do not.
 */
export class EventRule extends Construct {
  constructor(scope: Construct, id: string, { queue, deadLetters, enabled = true, busName, ...props }: Props) {
    super(scope, id);
    const rule = new CfnRule(this, 'Rule', {
      description: props.description,
      eventPattern: props.pattern,
      state: enabled ? 'ENABLED' : 'DISABLED',
      ...(busName !== undefined && { eventBusName: busName }),
      targets: [
        {
          id: 'Queue',
          arn: queue.queueArn,
          deadLetterConfig: { arn: deadLetters.queueArn },
          retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
        },
      ],
    });
    for (const one of [queue, deadLetters]) allow(one, rule.attrArn);
  }
}

const allow = (queue: IQueue, ruleArn: string) =>
  queue.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      conditions: { ArnEquals: { 'aws:SourceArn': ruleArn } },
    }),
  );
