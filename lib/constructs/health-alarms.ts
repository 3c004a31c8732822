import { Duration } from 'aws-cdk-lib';
import { MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { $ZodObject } from 'zod/v4/core';
import type { Fn } from './fn.ts';
import { RunbookAlarms } from './runbook-alarms.ts';

interface Props {
  check: Fn<$ZodObject>;
  topicArn: string | undefined;
}

const PERIOD = Duration.minutes(5);
/** Every 30 s. */
const CHECKS = 10;

/** What the health checks find, and that they are made at all. */
export class HealthAlarms extends RunbookAlarms {
  constructor(scope: Construct, id: string, { check, topicArn }: Props) {
    super(scope, id, topicArn);

    // Fewer than half of the checks: one that is late or fails is none. Without any there is no data, which rings too.
    this.add('NotChecked', {
      says: 'Health: the checks are not being made',
      section: 'health-not-checked',
      metric: new MathExpression({
        expression: `${CHECKS} - checks`,
        label: 'Missing checks',
        usingMetrics: { checks: check.counted('healthChecked', PERIOD) },
        period: PERIOD,
      }),
      threshold: CHECKS / 2,
      missing: TreatMissingData.BREACHING,
    });

    // Nothing mends an account by itself, so once is enough. Pages go out by the standby.
    this.add('AccountRefused', {
      says: 'Health: a provider refuses our account, its circuit was opened',
      section: 'health-account-refused',
      metric: check.counted('circuitOpened', PERIOD),
      threshold: 0,
    });

    // Half an hour of it: a person who mends the set-up by then is not woken, and at night nothing else can be done.
    this.add('ProviderLimited', {
      says: 'Health: the set-up of a provider cannot carry all that it has to',
      section: 'health-provider-limited',
      metric: check.counted('providerLimited', Duration.minutes(30)),
      threshold: CHECKS,
    });

    // Twice in five minutes: a single check may fall into the seconds in which a provider restarts.
    this.add('NoUsableProvider', {
      says: 'Health: no provider of a channel can be used',
      section: 'health-no-usable-provider',
      metric: check.counted('noUsableProvider', PERIOD),
      threshold: 1,
    });
  }
}
