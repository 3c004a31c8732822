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

    // Neither runs a Catch, so the machine rests no more, and only the next look at the page starts another execution.
    this.add('TimedOut', {
      says: 'Escalation: an execution ran for half a day and was ended',
      section: 'escalation-timed-out',
      metric: machine.metricTimedOut({ period: FIVE_MINUTES, statistic: Stats.SUM }),
      threshold: 0,
    });
    this.add('Aborted', {
      says: 'Escalation: an execution was stopped, its page will not climb by itself',
      section: 'escalation-aborted',
      metric: machine.metricAborted({ period: FIVE_MINUTES, statistic: Stats.SUM }),
      threshold: 0,
    });

    // Starts and transitions beyond the quota of the account and region. A refused start comes back with its message.
    this.add('Throttled', {
      says: 'Escalation: executions are throttled, pages climb late',
      section: 'escalation-throttled',
      metric: machine.metricThrottled({ period: FIVE_MINUTES, statistic: Stats.SUM }),
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
