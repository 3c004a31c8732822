import { basename, join } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { $ZodObject, input } from 'zod/v4/core';
import { FIXED } from '../../lambdas/core/rules.ts';
import { METRIC_NAMESPACE, METRICS } from '../../lambdas/runtime/metric-names.ts';

const root = join(import.meta.dirname, '../..');

/**
 * Lambda hands credentials over in the environment, where the SDK looks first; the other sources are loaded on demand
 * and never asked for. Left out, a bundle is 130 KB smaller.
 */
const OTHER_CREDENTIALS = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
];

interface FnProps<S extends $ZodObject> {
  /** Path of the entry from `lambdas/`, without `.lambda.ts`. */
  entry: string;
  description: string;
  /** The schema the entry parses its environment with: a missing variable does not compile. */
  env: S;
  environment: { [K in keyof input<S>]: string };
}

/**
 * A Lambda function of ours: Node 24 on ARM, bundled and minified without a source map, with a log group of its own and
 * a role that may write to it and nothing else.
 */
export class Fn<S extends $ZodObject> extends NodejsFunction {
  readonly entry: string;
  /** What the entry parses its environment with. */
  readonly schema: S;

  constructor(scope: Construct, id: string, { entry, description, env, environment }: FnProps<S>) {
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      // A name, so that docs/runbook.md can say where to look.
      logGroupName: `/lifeline/${basename(entry)}`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    super(scope, id, {
      entry: join(root, `lambdas/${entry}.lambda.ts`),
      description,
      environment: environment as Record<string, string>,
      timeout: Duration.millis(FIXED.functionTimeout),
      memorySize: 512,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      logGroup,
      role,
      projectRoot: root,
      depsLockFilePath: join(root, 'package-lock.json'),
      awsSdkConnectionReuse: false,
      bundling: {
        format: OutputFormat.CJS,
        target: 'node24',
        minify: true,
        // ES modules first: 454 KB instead of 603 for the AWS clients.
        mainFields: ['module', 'main'],
        externalModules: OTHER_CREDENTIALS,
      },
    });
    this.entry = entry;
    this.schema = env;
  }

  /** What the function counts itself: an entry counts under its own name. */
  counted(name: keyof typeof METRICS, period: Duration): Metric {
    return new Metric({
      namespace: METRIC_NAMESPACE,
      metricName: METRICS[name],
      dimensionsMap: { service: basename(this.entry) },
      statistic: Stats.SUM,
      period,
    });
  }
}
