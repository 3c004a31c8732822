import { Construct } from 'constructs';
import { twilioSmsStatusEnv } from '../../lambdas/receipts/twilio-sms-status.env.ts';
import { twilioVoiceStatusEnv } from '../../lambdas/receipts/twilio-voice-status.env.ts';
import type { DataStack } from '../data-stack.ts';
import { Fn } from './fn.ts';
import { grantReceipts, receiptEnvironment } from './receiving.ts';

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
    const { table, providerSecret } = data;
    const environment = {
      ...receiptEnvironment(this, data),
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
      grantReceipts(fn, data);
      providerSecret.grantRead(fn);
    }
  }
}
