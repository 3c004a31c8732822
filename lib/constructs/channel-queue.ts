import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { FIXED } from '../../lambdas/core/rules.ts';

const RETENTION = Duration.days(14);

/**
 * One channel's lanes: urgent for CRITICAL, normal for the rest, and the dead letters of both. SQS knows no priority,
 * so the lanes are queues, each with a concurrency of its own.
 */
export class ChannelQueue extends Construct {
  readonly urgent: Queue;
  readonly normal: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.deadLetters = new Queue(this, 'DeadLetters', {
      retentionPeriod: RETENTION,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
    this.urgent = this.lane('Urgent');
    this.normal = this.lane('Normal');
  }

  private lane(id: string): Queue {
    return new Queue(this, id, {
      retentionPeriod: RETENTION,
      visibilityTimeout: Duration.millis(FIXED.queueVisibility),
      receiveMessageWaitTime: Duration.seconds(20),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: FIXED.maxReceiveCount },
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
  }
}
