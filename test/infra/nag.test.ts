import { type App, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { acknowledgeNagFinding } from '../../lib/constructs/acknowledge-nag-finding.ts';
import { appWith } from './synth.ts';

interface Acceptance {
  at: string;
  rule: string;
  reason: string;
}

/** Every acceptance in the tree. CDK keeps the id behind a prefix of its own. */
const acceptances = (app: App): Acceptance[] =>
  app.node.findAll().flatMap((construct) =>
    construct.node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) =>
        Object.entries(data as Record<string, string>).map(([id, reason]) => ({
          at: construct.node.path,
          rule: id.replace(/^annotation::/i, ''),
          reason,
        })),
      ),
  );

/** What nobody accepted, as `rule at path`. */
function findings(app: App): string[] {
  const { violations } = new AwsSolutionsChecks(app).validateScope(app);
  return violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath }) => `${ruleName} at ${constructPath}`),
  );
}

/** What would be found if nothing were accepted, whoever looks: the pack asks one method about each finding. */
function allFindings(app: App): { rule: string; at: string }[] {
  const pack = new AwsSolutionsChecks(app);
  const found: { rule: string; at: string }[] = [];
  const asked = (resource: IConstruct, rule: string) => found.push({ rule, at: resource.node.path }) > 0;
  Object.assign(pack, { isAcknowledged: asked });
  pack.validateScope(app);
  return found;
}

/** Reasons that say nothing. */
const unexplained = (all: Acceptance[]) => all.filter(({ reason }) => (reason ?? '').trim().length < 60);

describe('cdk-nag, AwsSolutions', () => {
  const app = appWith();

  it('finds nothing that is not accepted', () => {
    expect(findings(app)).toEqual([]);
  });

  it('plugged in, lets our synthesis pass and stops one with a finding', () => {
    const [ours, broken] = [appWith(), appWith()];
    new Queue(broken.node.findChild('LifelineData') as never, 'Open');
    for (const one of [ours, broken]) Validations.of(one).addPlugins(new AwsSolutionsChecks(one));
    expect(() => ours.synth()).not.toThrow();
    expect(() => broken.synth()).toThrow('LifelineData/Open/Resource');
  });

  it('a finding of cdk-nag is acknowledged with a reason wherever something is accepted', () => {
    expect(acceptances(app).length).toBeGreaterThan(0);
    expect(unexplained(acceptances(app))).toEqual([]);
  });

  it('a finding of cdk-nag is acknowledged only where there is one', () => {
    const found = allFindings(app);
    const unused = acceptances(app).filter(
      ({ rule, at }) => !found.some((one) => one.rule === rule && `${one.at}/`.startsWith(`${at}/`)),
    );
    expect(unused).toEqual([]);
  });

  it('would find a new queue without TLS, and an acceptance without a reason', () => {
    const broken = appWith();
    const queue = new Queue(broken.node.findChild('LifelineData') as never, 'Open');
    expect(findings(broken)).toContain('AwsSolutions-SQS4 at LifelineData/Open/Resource');
    acknowledgeNagFinding(queue, 'SQS4', '');
    acknowledgeNagFinding(queue, 'SQS3', 'fine');
    expect(unexplained(acceptances(broken)).map(({ rule }) => rule)).toEqual([
      'AwsSolutions-SQS4',
      'AwsSolutions-SQS3',
    ]);
  });

  it('leaves no wildcard in any role but where IAM knows nothing else: test/infra/grants.test.ts says which', () => {
    const wildcards = allFindings(app).filter(({ rule }) => rule.startsWith('AwsSolutions-IAM5'));
    const of = (service: string, resource: string) =>
      `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:${service}:<AWS::Region>:<AWS::AccountId>:${resource}]`;
    expect(new Set(wildcards.map(({ rule }) => rule))).toEqual(
      new Set([
        'AwsSolutions-IAM5[Resource::*]',
        of('ses', '*'),
        of('sns', 'endpoint/*'),
        of('sms-voice', '*'),
        of('scheduler', 'schedule/default/lifeline-release-*'),
      ]),
    );
  });
});
