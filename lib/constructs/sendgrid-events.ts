import { Construct } from 'constructs';
import { sendGridEventsEnv } from '../../lambdas/receipts/sendgrid-events.env.ts';
import type { DataStack } from '../data-stack.ts';
import { Fn } from './fn.ts';
import { grantReceipts, receiptEnvironment } from './receiving.ts';

/** What SendGrid reports to. It reads the provider secret for the key that events are verified with. */
export class SendGridEvents extends Construct {
  readonly fn: Fn<typeof sendGridEventsEnv>;

  constructor(scope: Construct, id: string, { data }: { data: DataStack }) {
    super(scope, id);
    const { providerSecret } = data;
    this.fn = new Fn(this, 'Fn', {
      entry: 'receipts/sendgrid-events',
      description: "SendGrid's event webhook: what became of e-mails",
      env: sendGridEventsEnv,
      environment: {
        ...receiptEnvironment(this, data),
        PROVIDER_SECRET_ID: providerSecret.secretArn,
      },
    });
    grantReceipts(this.fn, data);
    providerSecret.grantRead(this.fn);
  }
}
