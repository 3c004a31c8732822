import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

interface AlarmProps {
  /** What the pager reads first. */
  says: string;
  /** Heading in docs/runbook.md that says what to do, as the anchor GitHub makes of it. */
  section: string;
  metric: IMetric;
  /** The alarm rings above it, for one period. */
  threshold: number;
  /** Default: no data, no alarm. */
  missing?: TreatMissingData;
}

/** Alarms of one part of the system. Each says which section of docs/runbook.md to open, and tells the topic, if any. */
export class RunbookAlarms extends Construct {
  private readonly topic: ITopic | undefined;

  constructor(scope: Construct, id: string, topicArn: string | undefined) {
    super(scope, id);
    this.topic = topicArn === undefined ? undefined : Topic.fromTopicArn(this, 'Topic', topicArn);
  }

  add(id: string, { says, section, metric, threshold, missing }: AlarmProps): void {
    const alarm = new Alarm(this, id, {
      alarmDescription: `${says}. See docs/runbook.md#${section}`,
      metric,
      threshold,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: missing ?? TreatMissingData.NOT_BREACHING,
    });
    if (!this.topic) return;
    const action = new SnsAction(this.topic);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  }
}
