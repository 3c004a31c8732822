import { Construct } from 'constructs';
import { twilioSmsStatusEnv } from '../../lambdas/receipts/twilio-sms-status.env.ts';
import type { DataStack } from '../data-stack.ts';
import { Fn } from './fn.ts';

interface Props {
  data: Pick<DataStack, 'table' | 'providerSecret' | 'sms'>;
  /** What the URLs that Twilio signs begin with. */
  publicBaseUrl: string;
}

/** The functions that Twilio calls. They read the provider secret for the token its signatures are checked with. */
export class TwilioCallbacks extends Construct {
  readonly smsStatus: Fn<typeof twilioSmsStatusEnv>;

  constructor(scope: Construct, id: string, { data: { table, providerSecret, sms }, publicBaseUrl }: Props) {
    super(scope, id);
    this.smsStatus = new Fn(this, 'SmsStatus', {
      entry: 'receipts/twilio-sms-status',
      description: 'Twilio status callbacks of texts',
      env: twilioSmsStatusEnv,
      environment: {
        TABLE_NAME: table.tableName,
        SMS_URGENT_QUEUE_URL: sms.urgent.queueUrl,
        SMS_NORMAL_QUEUE_URL: sms.normal.queueUrl,
        PROVIDER_SECRET_ID: providerSecret.secretArn,
        PUBLIC_BASE_URL: publicBaseUrl,
      },
    });
    // Beside pages: recipients who opt out.
    table.grantItems(this.smsStatus, 'GetItem', 'PutItem', 'UpdateItem');
    table.grantQuery(this.smsStatus, 'items');
    providerSecret.grantRead(this.smsStatus);
    for (const lane of [sms.urgent, sms.normal]) lane.grant(this.smsStatus, 'sqs:SendMessage');
  }
}
