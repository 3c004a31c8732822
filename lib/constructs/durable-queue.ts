import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { FIXED } from '../../lambdas/core/rules.ts';

/**
 * A queue whose messages stand for accepted work: encrypted, kept for the 14 days that SQS allows, and left behind when
 * its stack goes (but not when the stack's first creation fails). With `deadLetters` it feeds a function; without, it
 * collects what functions gave up.
 */
export class DurableQueue extends Queue {
  constructor(scope: Construct, id: string, { deadLetters }: { deadLetters?: IQueue } = {}) {
    super(scope, id, {
      retentionPeriod: Duration.days(14),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      ...(deadLetters && {
        visibilityTimeout: Duration.millis(FIXED.queueVisibility),
        receiveMessageWaitTime: Duration.seconds(20),
        deadLetterQueue: { queue: deadLetters, maxReceiveCount: FIXED.maxReceiveCount },
      }),
    });
  }
}
