import { Construct } from 'constructs';
import { sendGridEventsEnv } from '../../lambdas/receipts/sendgrid-events.env.ts';
import type { DataStack } from '../data-stack.ts';
import { Fn } from './fn.ts';

/** What SendGrid reports to. It reads the provider secret for the key that events are verified with. */
export class SendGridEvents extends Construct {
  readonly fn: Fn<typeof sendGridEventsEnv>;

  constructor(scope: Construct, id: string, { data }: { data: DataStack }) {
    super(scope, id);
    const { table, channels, escalationChecks, alerts, providerSecret } = data;
    this.fn = new Fn(this, 'Fn', {
      entry: 'receipts/sendgrid-events',
      description: "SendGrid's event webhook: what became of e-mails",
      env: sendGridEventsEnv,
      environment: {
        TABLE_NAME: table.tableName,
        ...data.events.environment,
        LANES: channels.lanesFor(this),
        ESCALATION_CHECK_QUEUE_URL: escalationChecks.queueUrl,
        ALERT_QUEUE_URL: alerts.queueUrl,
        PROVIDER_SECRET_ID: providerSecret.secretArn,
        TIME_SCALE: '1',
      },
    });
    // Beside pages: the audit of what failed for good.
    table.grantItems(this.fn, 'GetItem', 'PutItem', 'UpdateItem');
    table.grantQuery(this.fn, 'items');
    providerSecret.grantRead(this.fn);
    channels.grantSend(this.fn);
    data.events.grantPut(this.fn);
    for (const queue of [escalationChecks, alerts]) queue.grant(this.fn, 'sqs:SendMessage');
  }
}
