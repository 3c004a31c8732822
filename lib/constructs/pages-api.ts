import { Construct } from 'constructs';
import { dispatchEnv } from '../../lambdas/api/dispatch.env.ts';
import { readEnv } from '../../lambdas/api/read.env.ts';
import type { DataStack } from '../data-stack.ts';
import { dispatchEnvironment, grantDispatch } from './dispatching.ts';
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
    const { table, alerts } = data;

    this.dispatch = new Fn(this, 'Dispatch', {
      entry: 'api/dispatch',
      description: 'Accepts pages and queues their first tier; plans, tests, retries',
      env: dispatchEnv,
      environment: {
        ...dispatchEnvironment(this, data),
        ALERT_QUEUE_URL: alerts.queueUrl,
      },
    });
    grantDispatch(this.dispatch, data);
    alerts.grant(this.dispatch, 'sqs:SendMessage');

    this.read = new Fn(this, 'Read', {
      entry: 'api/read',
      description: 'Reads pages and deliveries',
      env: readEnv,
      environment: { TABLE_NAME: table.tableName },
    });
    table.grantItems(this.read, 'BatchGetItem');
    table.grantQuery(this.read, 'items', 'byIncident', 'byRecipient', 'byDay');
  }
}
