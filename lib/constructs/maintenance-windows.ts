import { Construct } from 'constructs';
import { maintenanceWindowsEnv } from '../../lambdas/api/maintenance-windows.env.ts';
import type { DataStack } from '../data-stack.ts';
import { Fn } from './fn.ts';

/** Maintenance windows: read and changed here, heeded by whoever accepts pages. */
export class MaintenanceWindows extends Construct {
  readonly fn: Fn<typeof maintenanceWindowsEnv>;

  constructor(scope: Construct, id: string, { data }: { data: Pick<DataStack, 'table' | 'suppression'> }) {
    super(scope, id);
    const { table, suppression } = data;
    this.fn = new Fn(this, 'Fn', {
      entry: 'api/maintenance-windows',
      description: 'Maintenance windows',
      env: maintenanceWindowsEnv,
      environment: { TABLE_NAME: table.tableName, RELEASE_QUEUE_URL: suppression.releases.queueUrl },
    });
    table.grantItems(this.fn, 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem');
    table.grantQuery(this.fn, 'items');
    suppression.releases.grant(this.fn, 'sqs:SendMessage');
  }
}
