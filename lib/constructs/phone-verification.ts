import { Construct } from 'constructs';
import { verificationEnv } from '../../lambdas/verification/verification.env.ts';
import type { Config } from '../config.ts';
import type { DataStack } from '../data-stack.ts';
import { senderRate } from './channel-worker.ts';
import { Fn } from './fn.ts';
import { grantCalls } from './provider-grants.ts';
import { grantTexts } from './sns-publish.ts';

interface Props {
  data: Pick<DataStack, 'table' | 'providerSecret' | 'alerts' | 'events'>;
  config: Pick<
    Config,
    | 'smsCountries'
    | 'snsSenderId'
    | 'senderIdCountries'
    | 'channels'
    | 'voiceOriginationIdentity'
    | 'senderRates'
    | 'laneConcurrency'
  >;
}

/** Sends and checks codes: the one function of the API that texts and calls people itself, and so reads the provider secret. */
export class PhoneVerification extends Construct {
  readonly fn: Fn<typeof verificationEnv>;

  constructor(scope: Construct, id: string, { config, data: { table, providerSecret, alerts, events } }: Props) {
    super(scope, id);
    this.fn = new Fn(this, 'Verification', {
      entry: 'verification/verification',
      description: 'Phone verification: sends codes, confirms phones',
      env: verificationEnv,
      environment: {
        TABLE_NAME: table.tableName,
        ...events.environment,
        PROVIDER_SECRET_ID: providerSecret.secretArn,
        ALERT_QUEUE_URL: alerts.queueUrl,
        SNS_SENDER_ID: config.snsSenderId,
        SNS_SENDER_ID_CALLING_CODES: config.senderIdCountries,
        SMS_COUNTRIES: config.smsCountries,
        CHANNELS: config.channels.join(','),
        VOICE_ORIGINATION_IDENTITY: config.voiceOriginationIdentity ?? '',
        SMS_PER_MINUTE: senderRate(config, 'sms'),
        VOICE_PER_MINUTE: senderRate(config, 'voice'),
        LANE_CONCURRENCY: String(config.laneConcurrency),
        TWILIO_API_URL: '',
        TIME_SCALE: '1',
      },
    });
    // A new number takes the pointer of the old one away; whoever has an opted-out number is found by it.
    table.grantItems(this.fn, 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem');
    table.grantQuery(this.fn, 'items');
    providerSecret.grantRead(this.fn);
    events.grantPut(this.fn);
    // A provider that refuses a code because of an opt-out is news for the person.
    alerts.grant(this.fn, 'sqs:SendMessage');
    grantTexts(this.fn);
    if (config.channels.includes('voice')) grantCalls(this.fn);
  }
}
