import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Accepts a finding of cdk-nag's AwsSolutions rules on `scope` and everything in it, for the reason given. Stands next
 * to what it is about; test/infra/nag.test.ts refuses reasons that are missing and acceptances nothing needs.
 */
export function acknowledgeNagFinding(scope: IConstruct, rule: string, reason: string): void {
  Validations.of(scope).acknowledge({ id: `AwsSolutions-${rule}`, reason });
}
