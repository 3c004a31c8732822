import { Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, Billing, ProjectionType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { FIXED } from '../lambdas/core/rules.ts';
import type { Config } from './config.ts';
import { ChannelQueue } from './constructs/channel-queue.ts';
import { Identity } from './constructs/identity.ts';

/** What holds state: the table, the provider secret, who may call, and the queues. Everything else can be rebuilt. */
export class DataStack extends Stack {
  readonly table: TableV2;
  readonly providerSecret: Secret;
  readonly identity: Identity;
  readonly sms: ChannelQueue;
  readonly stops: Queue;

  constructor(scope: Construct, id: string, props: StackProps & { config: Config }) {
    super(scope, id, props);

    const position = { name: 'position', type: AttributeType.STRING };
    const index = (indexName: string, key: string) => ({
      indexName,
      partitionKey: { name: key, type: AttributeType.STRING },
      sortKey: position,
      projectionType: ProjectionType.KEYS_ONLY,
    });
    // Access patterns: docs/adr/0001-access-patterns.md
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      globalSecondaryIndexes: [
        index('byIncident', 'incidentId'),
        index('byRecipient', 'recipientId'),
        index('byDay', 'dayShard'),
      ],
      billing: Billing.onDemand(),
      timeToLiveAttribute: 'expiresAt',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });

    this.providerSecret = new Secret(this, 'ProviderSecret', {
      description: 'Lifeline providers: {"twilio":{"accountSid":"AC…","authToken":"…","phoneNumber":"+1…"}}',
      generateSecretString: { secretStringTemplate: '{}', generateStringKey: 'replaceMe' },
      removalPolicy: RemovalPolicy.RETAIN,
    });

    this.identity = new Identity(this, 'Identity', { config: props.config });
    this.sms = new ChannelQueue(this, 'Sms');

    const stopDeadLetters = new Queue(this, 'StopDeadLetters', {
      retentionPeriod: Duration.days(14),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
    this.stops = new Queue(this, 'Stops', {
      visibilityTimeout: Duration.millis(FIXED.queueVisibility),
      deadLetterQueue: { queue: stopDeadLetters, maxReceiveCount: FIXED.maxReceiveCount },
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
  }
}
