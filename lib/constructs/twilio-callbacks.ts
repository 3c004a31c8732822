import { Construct } from 'constructs';
import { twilioSmsStatusEnv } from '../../lambdas/receipts/twilio-sms-status.env.ts';
import { twilioVoiceStatusEnv } from '../../lambdas/receipts/twilio-voice-status.env.ts';
import type { DataStack } from '../data-stack.ts';
import { Fn } from './fn.ts';

interface Props {
  data: DataStack;
  /** What the URLs that Twilio signs begin with. */
  publicBaseUrl: string;
}

/** The functions that Twilio reports to. They read the provider secret for the token its signatures are checked with. */
export class TwilioCallbacks extends Construct {
  readonly smsStatus: Fn<typeof twilioSmsStatusEnv>;
  readonly voiceStatus: Fn<typeof twilioVoiceStatusEnv>;

  constructor(scope: Construct, id: string, { data, publicBaseUrl }: Props) {
    super(scope, id);
    const { table, channels, escalationChecks, alerts, providerSecret } = data;
    const environment = {
      TABLE_NAME: table.tableName,
      ...data.events.environment,
      LANES: channels.lanesFor(this),
      ESCALATION_CHECK_QUEUE_URL: escalationChecks.queueUrl,
      ALERT_QUEUE_URL: alerts.queueUrl,
      TIME_SCALE: '1',
      PROVIDER_SECRET_ID: providerSecret.secretArn,
      PUBLIC_BASE_URL: publicBaseUrl,
    };
    this.smsStatus = new Fn(this, 'SmsStatus', {
      entry: 'receipts/twilio-sms-status',
      description: 'Twilio status callbacks of texts',
      env: twilioSmsStatusEnv,
      environment,
    });
    this.voiceStatus = new Fn(this, 'VoiceStatus', {
      entry: 'receipts/twilio-voice-status',
      description: 'Twilio status callbacks of calls',
      env: twilioVoiceStatusEnv,
      environment: { ...environment, TWILIO_API_URL: '' },
    });
    // A call that is over gives the phone's line back.
    table.grantItems(this.voiceStatus, 'DeleteItem');
    for (const fn of [this.smsStatus, this.voiceStatus]) {
      // Beside pages: recipients who opt out.
      table.grantItems(fn, 'GetItem', 'PutItem', 'UpdateItem');
      table.grantQuery(fn, 'items');
      providerSecret.grantRead(fn);
      channels.grantSend(fn);
      data.events.grantPut(fn);
      for (const queue of [escalationChecks, alerts]) queue.grant(fn, 'sqs:SendMessage');
    }
  }
}
