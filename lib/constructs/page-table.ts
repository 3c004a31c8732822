import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, ProjectionType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/** Index → its partition key. All KEYS_ONLY, ordered by `position` (docs/adr/0001-access-patterns.md). */
const INDEXES = { byIncident: 'incidentId', byRecipient: 'recipientId', byDay: 'dayShard' } as const;

type IndexName = keyof typeof INDEXES;
type ItemAction = 'GetItem' | 'BatchGetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem';

/** The one table. It survives its stack, and deletion protection survives a slip in the console. */
export class PageTable extends TableV2 {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      globalSecondaryIndexes: Object.entries(INDEXES).map(([indexName, key]) => ({
        indexName,
        partitionKey: { name: key, type: AttributeType.STRING },
        sortKey: { name: 'position', type: AttributeType.STRING },
        projectionType: ProjectionType.KEYS_ONLY,
      })),
      billing: Billing.onDemand(),
      timeToLiveAttribute: 'expiresAt',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  /** Reading and writing by key. CDK's own `grant` would add every index by a wildcard. */
  grantItems(grantee: IGrantable, ...actions: ItemAction[]): void {
    this.allow(
      grantee,
      actions.map((action) => `dynamodb:${action}`),
      [this.tableArn],
    );
  }

  /** Queries of the named indexes, and of the table itself under `items`. */
  grantQuery(grantee: IGrantable, ...sources: ('items' | IndexName)[]): void {
    const arnOf = (source: string) => (source === 'items' ? this.tableArn : `${this.tableArn}/index/${source}`);
    this.allow(grantee, ['dynamodb:Query'], sources.map(arnOf));
  }

  private allow(grantee: IGrantable, actions: string[], resourceArns: string[]): void {
    Grant.addToPrincipal({ grantee, actions, resourceArns });
  }
}
