import { Construct } from 'constructs';
import { dispatchEnv } from '../../lambdas/api/dispatch.env.ts';
import { readEnv } from '../../lambdas/api/read.env.ts';
import type { DataStack } from '../data-stack.ts';
import { Fn } from './fn.ts';

/** Pages: who accepts them, and who reads them. */
export class PagesApi extends Construct {
  /** Dispatches, one or many, tests and retries; and plans, which are dispatches that are not made. */
  readonly dispatch: Fn<typeof dispatchEnv>;
  readonly read: Fn<typeof readEnv>;

  constructor(
    scope: Construct,
    id: string,
    {
      data,
    }: {
      data: Pick<DataStack, 'table' | 'channels' | 'escalationChecks' | 'stops' | 'alerts' | 'events' | 'suppression'>;
    },
  ) {
    super(scope, id);
    const { table, channels, escalationChecks, stops, alerts, events, suppression } = data;
    const TABLE_NAME = table.tableName;

    this.dispatch = new Fn(this, 'Dispatch', {
      entry: 'api/dispatch',
      description: 'Accepts pages and queues their first tier; plans, tests, retries',
      env: dispatchEnv,
      environment: {
        TABLE_NAME,
        ...events.environment,
        ...suppression.environment,
        TIME_SCALE: '1',
        LANES: channels.lanesFor(this),
        ESCALATION_CHECK_QUEUE_URL: escalationChecks.queueUrl,
        ANSWER_QUEUE_URL: stops.queueUrl,
        ALERT_QUEUE_URL: alerts.queueUrl,
      },
    });
    table.grantItems(this.dispatch, 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem');
    table.grantQuery(this.dispatch, 'byIncident');
    channels.grantSend(this.dispatch);
    events.grantPut(this.dispatch);
    suppression.grantHold(this.dispatch);
    for (const queue of [escalationChecks, stops, alerts]) queue.grant(this.dispatch, 'sqs:SendMessage');

    this.read = new Fn(this, 'Read', {
      entry: 'api/read',
      description: 'Reads pages and deliveries',
      env: readEnv,
      environment: { TABLE_NAME },
    });
    table.grantItems(this.read, 'BatchGetItem');
    table.grantQuery(this.read, 'items', 'byIncident', 'byRecipient', 'byDay');
  }
}
