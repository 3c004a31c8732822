import { Duration } from 'aws-cdk-lib';
import { Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { $ZodObject } from 'zod/v4/core';
import type { Fn } from './fn.ts';
import { RunbookAlarms } from './runbook-alarms.ts';

interface Props {
  /** First word of descriptions and of runbook sections: `Answers` → `#answers-dead-letters`. */
  name: string;
  /** First word of the runbook sections, where several share them. */
  section?: string;
  deadLetters: IQueue;
  /** Lane → queue; `''` for a queue without lanes. */
  lanes: Record<string, IQueue>;
  worker: Fn<$ZodObject>;
  topicArn: string | undefined;
}

const MINUTE = Duration.minutes(1);
const FIVE_MINUTES = Duration.minutes(5);

/** What a person has to look at when queued work is not done. */
export class QueueAlarms extends RunbookAlarms {
  constructor(scope: Construct, id: string, { name, section: shared, deadLetters, lanes, worker, topicArn }: Props) {
    super(scope, id, topicArn);
    const section = shared ?? name.toLowerCase().replaceAll(' ', '-');

    // A dead letter is work that was given up: one is one too many. A queue that nobody touches for six hours stops
    // reporting, and the alarm must not turn green for that: it keeps its state.
    this.add('DeadLetters', {
      says: `${name}: accepted work was given up`,
      section: `${section}-dead-letters`,
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({ period: MINUTE, statistic: Stats.MAXIMUM }),
      threshold: 0,
      missing: TreatMissingData.IGNORE,
    });

    // A healthy lane is drained in seconds. Retries wait as delayed messages, which have no age yet, and a message
    // behind another worker's lease is back within 20 s; so two minutes mean that messages are not being done with.
    for (const [lane, queue] of Object.entries(lanes)) {
      this.add(`${lane}NotDrained`, {
        says: `${[name, lane.toLowerCase()].filter(Boolean).join(' ')}: the oldest message waits for over two minutes`,
        section: [section, lane.toLowerCase(), 'not-drained'].filter(Boolean).join('-'),
        metric: queue.metricApproximateAgeOfOldestMessage({ period: MINUTE, statistic: Stats.MAXIMUM }),
        threshold: 120,
      });
    }

    // Crashes, timeouts and deployments that cannot start are errors of the function. One may be a blip of the platform,
    // three in five minutes are not. A record that fails alone is counted by us, since its batch ends well; two alarms,
    // because a sum over a metric that is mostly absent is absent too.
    this.add('WorkerErrors', {
      says: `${name}: the worker crashes`,
      section: `${section}-worker-errors`,
      metric: worker.metricErrors({ period: FIVE_MINUTES, statistic: Stats.SUM }),
      threshold: 2,
    });
    this.add('RecordErrors', {
      says: `${name}: the worker fails at single messages`,
      section: `${section}-record-errors`,
      metric: worker.counted('recordFailed', FIVE_MINUTES),
      threshold: 2,
    });
  }
}
