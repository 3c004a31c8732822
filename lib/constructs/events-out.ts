import { EventBus } from 'aws-cdk-lib/aws-events';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { DurableQueue } from './durable-queue.ts';
import { EventRule } from './event-rule.ts';

/**
 * The bus that every change of a page's and a circuit's status is told to (docs/events.md), and what of it waits to be
 * posted to webhooks. Without webhooks the rule is off: queueing and dropping every event would cost more than telling it.
 */
export class EventsOut extends Construct {
  /** What a function that changes pages or circuits reads. */
  readonly environment: { EVENT_BUS_NAME: string };
  readonly webhooks: DurableQueue;
  readonly webhookDeadLetters: DurableQueue;
  private readonly bus: EventBus;

  constructor(scope: Construct, id: string, { config }: { config: Config }) {
    super(scope, id);
    // A name that rules of other teams can be written with.
    this.bus = new EventBus(this, 'Bus', { eventBusName: 'lifeline', description: 'Lifeline: what became of pages' });
    this.environment = { EVENT_BUS_NAME: this.bus.eventBusName };
    this.webhookDeadLetters = new DurableQueue(this, 'WebhookDeadLetters');
    this.webhooks = new DurableQueue(this, 'Webhooks', { deadLetters: this.webhookDeadLetters });
    new EventRule(this, 'ToWebhooks', {
      description: 'Everything, to the webhooks of the deployment',
      pattern: { source: ['lifeline'] },
      busName: this.bus.eventBusName,
      enabled: config.webhookUrls.length > 0,
      queue: this.webhooks,
      deadLetters: this.webhookDeadLetters,
    });
  }

  grantPut(grantee: IGrantable): void {
    Grant.addToPrincipal({ grantee, actions: ['events:PutEvents'], resourceArns: [this.bus.eventBusArn] });
  }
}
