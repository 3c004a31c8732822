import { Construct } from 'constructs';
import { verificationEnv } from '../../lambdas/api/verification.env.ts';
import type { DataStack } from '../data-stack.ts';
import { Fn } from './fn.ts';

interface Props {
  data: Pick<DataStack, 'table' | 'providerSecret'>;
  /** Comma list of ISO codes, or `*`. */
  countries: string;
}

/** Sends and checks codes: the one function of the API that texts people itself, and so reads the provider secret. */
export class PhoneVerification extends Construct {
  readonly fn: Fn<typeof verificationEnv>;

  constructor(scope: Construct, id: string, { data: { table, providerSecret }, countries }: Props) {
    super(scope, id);
    this.fn = new Fn(this, 'Verification', {
      entry: 'api/verification',
      description: 'Phone verification: sends codes, confirms phones',
      env: verificationEnv,
      environment: {
        TABLE_NAME: table.tableName,
        PROVIDER_SECRET_ID: providerSecret.secretArn,
        SMS_COUNTRIES: countries,
        TWILIO_API_URL: '',
        TIME_SCALE: '1',
      },
    });
    table.grantItems(this.fn, 'GetItem', 'PutItem', 'UpdateItem');
    providerSecret.grantRead(this.fn);
  }
}
