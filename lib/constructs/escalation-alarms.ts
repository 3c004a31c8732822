import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { $ZodObject } from 'zod/v4/core';
import type { Fn } from './fn.ts';
import { RunbookAlarms } from './runbook-alarms.ts';

interface Props {
  machine: StateMachine;
  escalate: Fn<$ZodObject>;
  topicArn: string | undefined;
}

const FIVE_MINUTES = Duration.minutes(5);

/** Pages that do not climb although they should. */
export class EscalationAlarms extends RunbookAlarms {
  constructor(scope: Construct, id: string, { machine, escalate, topicArn }: Props) {
    super(scope, id, topicArn);

    // The machine catches what its function throws and rests; only its own end by failure is a page left alone.
    this.add('Failed', {
      says: 'Escalation: an execution failed, its page will not climb by itself',
      section: 'escalation-failed',
      metric: machine.metricFailed({ period: FIVE_MINUTES, statistic: Stats.SUM }),
      threshold: 0,
    });

    // Ten retries are behind the third error in five minutes or they are many pages; either way somebody has to look.
    this.add('StepErrors', {
      says: 'Escalation: the function that makes pages climb keeps failing',
      section: 'escalation-step-errors',
      metric: escalate.metricErrors({ period: FIVE_MINUTES, statistic: Stats.SUM }),
      threshold: 2,
    });
  }
}
