import { join } from 'node:path';
import { RemovalPolicy } from 'aws-cdk-lib';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { escalateEnv } from '../../lambdas/escalation/escalate.env.ts';
import { escalationCheckEnv } from '../../lambdas/escalation/escalation-check.env.ts';
import type { Config } from '../config.ts';
import type { DataStack } from '../data-stack.ts';
import { acknowledgeNagFinding } from './acknowledge-nag-finding.ts';
import { dispatchEnvironment, grantDispatch } from './dispatching.ts';
import { EscalationAlarms } from './escalation-alarms.ts';
import { Fn } from './fn.ts';
import { QueueAlarms } from './queue-alarms.ts';

const DEFINITION = join(import.meta.dirname, '../../statemachines/escalation.asl.json');

/** What makes a page climb: the machine that waits, the function that does what is due, and who looks (ADR 10). */
export class Escalation extends Construct {
  constructor(scope: Construct, id: string, { config, data }: { config: Config; data: DataStack }) {
    super(scope, id);
    const { table, escalationChecks, lookDeadLetters, alerts } = data;

    const escalate = new Fn(this, 'Escalate', {
      entry: 'escalation/escalate',
      description: 'Starts tiers and rounds, gives up, pages the next person',
      env: escalateEnv,
      environment: {
        ...dispatchEnvironment(this, data),
        ALERT_QUEUE_URL: alerts.queueUrl,
      },
    });
    grantDispatch(escalate, data);
    alerts.grant(escalate, 'sqs:SendMessage');

    const machine = new StateMachine(this, 'Machine', {
      definitionBody: DefinitionBody.fromFile(DEFINITION),
      definitionSubstitutions: { EscalateFunction: escalate.functionArn },
      comment: 'Waits for one page until it is answered or exhausted',
      logs: {
        destination: new LogGroup(this, 'MachineLogs', {
          logGroupName: '/aws/vendedlogs/states/lifeline-escalation',
          retention: RetentionDays.ONE_MONTH,
          // As those of functions go: its name is fixed, and one left behind would stop the next deployment.
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ERROR,
      },
    });
    const pages = 'What an execution did stands in the page and its events; all events would log every page twice. ';
    acknowledgeNagFinding(machine, 'SF1', `${pages}Errors are logged, and Step Functions keeps histories for 90 days.`);
    acknowledgeNagFinding(
      machine,
      'SF2',
      'Nothing is traced here: a page tells its own story, and traces cost as much as the executions.',
    );
    const vendedLogs = 'CloudWatch delivers logs of state machines by actions that IAM knows with "*" only.';
    acknowledgeNagFinding(machine, 'IAM5[Resource::*]', vendedLogs);
    Grant.addToPrincipal({
      grantee: machine,
      actions: ['lambda:InvokeFunction'],
      resourceArns: [escalate.functionArn],
    });

    const look = new Fn(this, 'Look', {
      entry: 'escalation/escalation-check',
      description: 'Looks whether a page needs anything, and wakes or starts its machine',
      env: escalationCheckEnv,
      environment: {
        TABLE_NAME: table.tableName,
        TIME_SCALE: '1',
        STATE_MACHINE_ARN: machine.stateMachineArn,
        DEAD_LETTER_QUEUE_URL: lookDeadLetters.queueUrl,
      },
    });
    table.grantItems(look, 'GetItem');
    lookDeadLetters.grant(look, 'sqs:SendMessage');
    look.addEventSource(
      new SqsEventSource(escalationChecks, { batchSize: 10, maxConcurrency: 20, reportBatchItemFailures: true }),
    );
    Grant.addToPrincipal({
      grantee: look,
      // A token names its task; IAM knows the machine as its resource.
      actions: ['states:StartExecution', 'states:SendTaskSuccess'],
      resourceArns: [machine.stateMachineArn],
    });
    const topicArn = config.alarmTopicArn;
    const alarmed = { deadLetters: lookDeadLetters, lanes: { '': escalationChecks }, worker: look };
    new QueueAlarms(this, 'LookAlarms', { name: 'Escalation', ...alarmed, topicArn });
    new EscalationAlarms(this, 'Alarms', { machine, escalate, topicArn });
  }
}
