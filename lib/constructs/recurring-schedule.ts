import { Duration, Stack } from 'aws-cdk-lib';
import { Grant, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

interface Props {
  /** Whole minutes, hours or days: EventBridge Scheduler knows nothing finer than a minute. */
  rate: Duration;
  description: string;
  target: IFunction;
  /** Takes runs that could not be started, because the function is gone or throttled for as long as the rate. */
  deadLetters: IQueue;
}

/** Scheduler keeps trying for at least a minute and at most a day. */
const AGE_SECONDS = { least: 60, most: 86_400 };

/**
 * Runs a function again and again, from its creation on. A run that could not be started is tried again until the next
 * one is due. The role may do just that; CDK's own target would also let it run every version of the function.
 *
 * Scheduler starts functions asynchronously: Lambda keeps the event, by default for six hours while the function is
 * throttled, and runs a failed one twice more. After a minute the next run does the same work, so an event is dropped
 * then and a failed run is not repeated (ADR 19).
 */
export class RecurringSchedule extends Construct {
  constructor(scope: Construct, id: string, { rate, description, target, deadLetters }: Props) {
    super(scope, id);
    target.configureAsyncInvoke({ maxEventAge: Duration.minutes(1), retryAttempts: 0 });
    const scheduler = new ServicePrincipal('scheduler.amazonaws.com', {
      // Or a schedule in somebody else's account could borrow the role.
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
    });
    const role = new Role(this, 'Role', { assumedBy: scheduler });
    const allowed = Grant.addToPrincipal({
      grantee: role,
      actions: ['lambda:InvokeFunction'],
      resourceArns: [target.functionArn],
    });
    const schedule = new CfnSchedule(this, 'Schedule', {
      description,
      scheduleExpression: `rate(${inUnits(rate.toMinutes())})`,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: target.functionArn,
        roleArn: role.roleArn,
        input: '{}',
        retryPolicy: {
          maximumEventAgeInSeconds: Math.min(Math.max(rate.toSeconds(), AGE_SECONDS.least), AGE_SECONDS.most),
          maximumRetryAttempts: 10,
        },
        deadLetterConfig: { arn: deadLetters.queueArn },
      },
    });
    allowed.applyBefore(schedule);
    deadLetters.grant(role, 'sqs:SendMessage').applyBefore(schedule);
  }
}

/** `1 minute`, `2 hours`: Scheduler refuses `1 minutes`. */
function inUnits(minutes: number): string {
  const [count, unit] =
    minutes % 1_440 === 0
      ? [minutes / 1_440, 'day']
      : minutes % 60 === 0
        ? [minutes / 60, 'hour']
        : [minutes, 'minute'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
