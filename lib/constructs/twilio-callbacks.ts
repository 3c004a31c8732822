import { Construct } from 'constructs';
import { twilioSmsStatusEnv } from '../../lambdas/receipts/twilio-sms-status.env.ts';
import type { DataStack } from '../data-stack.ts';
import { Fn } from './fn.ts';

interface Props {
  data: DataStack;
  /** What the URLs that Twilio signs begin with. */
  publicBaseUrl: string;
}

/** The functions that Twilio calls. They read the provider secret for the token its signatures are checked with. */
export class TwilioCallbacks extends Construct {
  readonly smsStatus: Fn<typeof twilioSmsStatusEnv>;

  constructor(scope: Construct, id: string, { data, publicBaseUrl }: Props) {
    super(scope, id);
    const { table, channels, looks, alerts, providerSecret } = data;
    this.smsStatus = new Fn(this, 'SmsStatus', {
      entry: 'receipts/twilio-sms-status',
      description: 'Twilio status callbacks of texts',
      env: twilioSmsStatusEnv,
      environment: {
        TABLE_NAME: table.tableName,
        LANES: channels.lanesFor(this),
        LOOK_QUEUE_URL: looks.queueUrl,
        ALERT_QUEUE_URL: alerts.queueUrl,
        TIME_SCALE: '1',
        PROVIDER_SECRET_ID: providerSecret.secretArn,
        PUBLIC_BASE_URL: publicBaseUrl,
      },
    });
    // Beside pages: recipients who opt out.
    table.grantItems(this.smsStatus, 'GetItem', 'PutItem', 'UpdateItem');
    table.grantQuery(this.smsStatus, 'items');
    providerSecret.grantRead(this.smsStatus);
    channels.grantSend(this.smsStatus);
    for (const queue of [looks, alerts]) queue.grant(this.smsStatus, 'sqs:SendMessage');
  }
}
