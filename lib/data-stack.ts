import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { Config } from './config.ts';
import { acknowledgeNagFinding } from './constructs/acknowledge-nag-finding.ts';
import { CHANNEL_NAMES, Channels } from './constructs/channels.ts';
import { DurableQueue } from './constructs/durable-queue.ts';
import { EventsOut } from './constructs/events-out.ts';
import { Identity } from './constructs/identity.ts';
import { PageTable } from './constructs/page-table.ts';
import { Suppression } from './constructs/suppression.ts';

/** What holds state: the table, the secrets, who may call, and the queues. Everything else can be rebuilt. */
export class DataStack extends Stack {
  readonly table: PageTable;
  readonly providerSecret: Secret;
  readonly actionKey: Secret;
  /** What webhooks are signed with. */
  readonly webhookKey: Secret;
  readonly identity: Identity;
  readonly events: EventsOut;
  readonly channels: Channels;
  readonly suppression: Suppression;
  readonly escalationChecks: DurableQueue;
  readonly lookDeadLetters: DurableQueue;
  readonly alerts: DurableQueue;
  readonly alertDeadLetters: DurableQueue;
  readonly stops: DurableQueue;
  readonly stopDeadLetters: DurableQueue;
  /** Texts that no webhook brought, and pages of the list that tells of them. */
  readonly inboundTexts: DurableQueue;
  readonly inboundTextDeadLetters: DurableQueue;
  readonly receiptChecks: DurableQueue;
  readonly receiptCheckDeadLetters: DurableQueue;

  constructor(scope: Construct, id: string, { config, ...props }: StackProps & { config: Config }) {
    super(scope, id, props);

    this.table = new PageTable(this, 'Table');
    this.providerSecret = this.secretToFill();
    this.actionKey = this.generatedKey();
    this.webhookKey = this.generatedWebhookKey();
    this.events = new EventsOut(this, 'Events', { config });
    this.identity = new Identity(this, 'Identity', { config });
    this.channels = new Channels(this, config.channels);
    this.suppression = new Suppression(this, 'Restraint', { config, table: this.table });
    this.lookDeadLetters = new DurableQueue(this, 'LookDeadLetters');
    this.escalationChecks = new DurableQueue(this, 'Looks', { deadLetters: this.lookDeadLetters });
    this.alertDeadLetters = new DurableQueue(this, 'AlertDeadLetters');
    this.alerts = new DurableQueue(this, 'Alerts', { deadLetters: this.alertDeadLetters });
    this.stopDeadLetters = new DurableQueue(this, 'StopDeadLetters');
    this.stops = new DurableQueue(this, 'Stops', { deadLetters: this.stopDeadLetters });
    this.inboundTextDeadLetters = new DurableQueue(this, 'InboundTextDeadLetters');
    this.inboundTexts = new DurableQueue(this, 'InboundTexts', { deadLetters: this.inboundTextDeadLetters });
    this.receiptCheckDeadLetters = new DurableQueue(this, 'ReceiptCheckDeadLetters');
    this.receiptChecks = new DurableQueue(this, 'ReceiptChecks', { deadLetters: this.receiptCheckDeadLetters });

    // docs/deploy.md and docs/runbook.md find everything by these names.
    this.output({
      TableName: this.table.tableName,
      ProviderSecretArn: this.providerSecret.secretArn,
      ActionKeyArn: this.actionKey.secretArn,
      WebhookKeyArn: this.webhookKey.secretArn,
      EventBusName: this.events.environment.EVENT_BUS_NAME,
      WebhooksUrl: this.events.webhooks.queueUrl,
      WebhookDeadLettersUrl: this.events.webhookDeadLetters.queueUrl,
      TokenUrl: this.identity.tokenUrl,
      UserPoolId: this.identity.userPoolId,
      MachineClientId: this.identity.machineClientId,
      PeopleClientId: this.identity.peopleClientId,
      LooksUrl: this.escalationChecks.queueUrl,
      LookDeadLettersUrl: this.lookDeadLetters.queueUrl,
      AlertsUrl: this.alerts.queueUrl,
      AlertDeadLettersUrl: this.alertDeadLetters.queueUrl,
      StopsUrl: this.stops.queueUrl,
      StopDeadLettersUrl: this.stopDeadLetters.queueUrl,
      ReleasesUrl: this.suppression.releases.queueUrl,
      ReleaseDeadLettersUrl: this.suppression.releaseDeadLetters.queueUrl,
      InboundTextsUrl: this.inboundTexts.queueUrl,
      InboundTextDeadLettersUrl: this.inboundTextDeadLetters.queueUrl,
      ReceiptChecksUrl: this.receiptChecks.queueUrl,
      ReceiptCheckDeadLettersUrl: this.receiptCheckDeadLetters.queueUrl,
    });
    for (const [channel, { urgent, normal, deadLetters }] of this.channels.queues) {
      const name = CHANNEL_NAMES[channel];
      this.output({
        [`${name}UrgentUrl`]: urgent.queueUrl,
        [`${name}NormalUrl`]: normal.queueUrl,
        [`${name}DeadLettersUrl`]: deadLetters.queueUrl,
      });
    }
  }

  /**
   * Filled by hand after the first deployment, so that no credential passes through a template. Until then it holds a
   * random value under a key nobody reads, and sends fail with "the provider secret does not have the form …".
   */
  private secretToFill(): Secret {
    const secret = new Secret(this, 'ProviderSecret', {
      description: 'Lifeline providers: credentials of Twilio, SendGrid and Slack (docs/deploy.md)',
      generateSecretString: { secretStringTemplate: '{}', generateStringKey: 'replaceMe' },
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    acknowledgeNagFinding(
      secret,
      'SMG4',
      'A Twilio auth token is replaced in Twilio by promoting its secondary token; a rotation function would need the ' +
        'token that may do so, which is the one it replaces. Steps by hand: docs/runbook.md#provider-credentials.',
    );
    return secret;
  }

  /** What action links are signed with; nobody has to know it. */
  private generatedKey(): Secret {
    const secret = new Secret(this, 'ActionKey', {
      description: 'Lifeline action links: the key they are signed with',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    acknowledgeNagFinding(
      secret,
      'SMG4',
      'Links live for seven days, and only the current key and the one before it count: a rotation on a schedule of less ' +
        'would break links that people hold. By hand it is one command: docs/runbook.md#action-key.',
    );
    return secret;
  }

  /** 64 letters and digits are 48 bytes of base64, as Standard Webhooks has its secrets. */
  private generatedWebhookKey(): Secret {
    const secret = new Secret(this, 'WebhookKey', {
      description: 'Lifeline webhooks: whsec_ and this is the secret that they are verified with',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    acknowledgeNagFinding(
      secret,
      'SMG4',
      'Whoever takes our webhooks has a copy: a rotation on a schedule would have them refuse what we post. By hand both ' +
        'keys sign for a while: docs/events.md#rotation.',
    );
    return secret;
  }

  private output(values: Record<string, string>): void {
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value });
  }
}
