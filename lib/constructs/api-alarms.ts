import { Duration } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { $ZodObject } from 'zod/v4/core';
import type { Fn } from './fn.ts';
import { RunbookAlarms } from './runbook-alarms.ts';

interface Props {
  rest: RestApi;
  dispatch: Fn<$ZodObject>;
  verification: Fn<$ZodObject>;
  topicArn: string | undefined;
}

const PERIOD = Duration.minutes(5);

/** Pages that did not even get in. */
export class ApiAlarms extends RunbookAlarms {
  constructor(scope: Construct, id: string, { rest, dispatch, verification, topicArn }: Props) {
    super(scope, id, topicArn);

    // A caller with a page in hand was told to come back, and whether it does is not in our hands: one is enough. On
    // the stage and not on our own counter, because the gateway, the authorizer and a crashed function fail too.
    this.add('ServerErrors', {
      says: 'API: requests end in 5xx',
      section: 'api-server-errors',
      metric: rest.deploymentStage.metricServerError({ period: PERIOD, statistic: Stats.SUM }),
      threshold: 0,
    });

    // Nobody was paged, and waiting mends nothing: each time somebody has to complete a recipient
    // (docs/spec/api.md#dispatch).
    this.add('NoUsableChannel', {
      says: 'API: a page was refused because no channel reaches its recipient',
      section: 'api-no-usable-channel',
      metric: dispatch.counted('noUsableChannel', PERIOD),
      threshold: 0,
    });

    // One refusal is a mistake, a person from a country that was forgotten; ten in five minutes are a script.
    this.add('CodesRefused', {
      says: 'API: many verification codes are refused, perhaps somebody pumps texts',
      section: 'api-verification-codes-refused',
      metric: verification.counted('codeRefused', PERIOD),
      threshold: 9,
    });
  }
}
