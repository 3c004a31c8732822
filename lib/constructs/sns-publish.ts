import { ArnFormat, Stack } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

/**
 * Lets the grantee text phone numbers through SNS and publish to nothing else. A phone number has no ARN, so no resource
 * can name it; topics, applications and endpoints all have one. "Whatever is not an ARN of SNS" is therefore the
 * narrowest grant there is for texts, and needs no `*` that a deny would have to take back.
 */
export function grantTexts(grantee: IGrantable & IConstruct): void {
  const everythingWithAnArn = Stack.of(grantee).formatArn({
    service: 'sns',
    region: '*',
    account: '*',
    resource: '*',
    arnFormat: ArnFormat.NO_RESOURCE_NAME,
  });
  const statement = new PolicyStatement({ actions: ['sns:Publish'], notResources: [everythingWithAnArn] });
  grantee.grantPrincipal.addToPrincipalPolicy(statement);
}
