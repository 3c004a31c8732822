import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { $ZodObject } from 'zod/v4/core';
import type { METRICS } from '../../lambdas/runtime/metric-names.ts';
import type { Fn } from './fn.ts';
import { RunbookAlarms } from './runbook-alarms.ts';

interface Props {
  alerts: Fn<$ZodObject>;
  topicArn: string | undefined;
}

/** Each is a person who did not get a page, or did not answer one. Waiting mends none of them, so one is enough. */
const ALARMS: readonly [id: string, metric: keyof typeof METRICS, says: string, section: string][] = [
  ['Failed', 'pagesFailed', 'Pages: a page failed on every channel', 'pages-failed'],
  [
    'FailedByMailAndText',
    'pagesFailedByMailAndText',
    'Pages: a page failed by e-mail and by text',
    'pages-failed-by-e-mail-and-text',
  ],
  ['Exhausted', 'pagesExhausted', 'Pages: a page was given up, nobody answered it', 'pages-exhausted'],
  ['NotPassedOn', 'pagesNotPassedOn', 'Pages: a page could not be passed on to anybody', 'pages-not-passed-on'],
  ['NotReached', 'operationsNotReached', 'Alerts: an operations recipient cannot be paged', 'alerts-not-reached'],
];

/** What the topic and the operations recipients are told as well: they may be nobody. */
export class OperationsAlarms extends RunbookAlarms {
  constructor(scope: Construct, id: string, { alerts, topicArn }: Props) {
    super(scope, id, topicArn);
    for (const [name, metric, says, section] of ALARMS) {
      this.add(name, { says, section, metric: alerts.counted(metric, Duration.minutes(5)), threshold: 0 });
    }
  }
}
