import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AssetHashType, DockerImage, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct, IConstruct } from 'constructs';
import type { $ZodObject, input } from 'zod/v4/core';
import { FIXED } from '../../lambdas/core/rules.ts';
import { METRIC_NAMESPACE, METRICS } from '../../lambdas/runtime/metric-names.ts';
import { createBundles } from '../bundles/bundles.ts';
import { LOOPS } from '../loops.ts';
import { constantsOf } from '../wording.ts';

const root = join(import.meta.dirname, '../..');

/** The bundles of an app, made when its first function asks for one: not at all where bundling is skipped. */
const bundles = new WeakMap<IConstruct, Map<string, string>>();

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
 * a role that may write to it and nothing else. Lambda lets it run in a loop if lib/loops.ts names it.
 */
export class Fn<S extends $ZodObject> extends LambdaFunction {
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
      code: codeOf(scope, entry),
      handler: 'index.handler',
      description,
      environment: environment as Record<string, string>,
      timeout: Duration.millis(FIXED.functionTimeout),
      memorySize: 512,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      logGroup,
      // START, END and REPORT of each invocation would be all that the healthy path logs, at 50 cents a GB. Durations are
      // metrics of Lambda anyway; of invocations that fail or time out it still tells at WARN (Lambda's developer guide,
      // "Log-level filtering").
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel.WARN,
      // Not above INFO. Metrics are log lines without a level (EMF), which Lambda takes for INFO and would drop. Lambda wraps
      // only what goes through `console`; Powertools and the authorizer write JSON to standard output themselves, which
      // stays as it is.
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      // Stated for every function, so that one which is taken out of lib/loops.ts loses what it was allowed.
      recursiveLoop: entry in LOOPS ? RecursiveLoop.ALLOW : RecursiveLoop.TERMINATE,
      role,
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

/** The entry's bundle, as an asset that is named by what is in it. */
function codeOf(scope: Construct, entry: string): Code {
  return Code.fromAsset(root, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('none'), // asked for by the type, used only where tryBundle declines
      // What CDK tells one asset of the same folder from another by.
      command: [entry],
      local: {
        tryBundle(folder) {
          const code = bundlesOf(scope.node.root).get(entry);
          if (code === undefined) throw new Error(`there is no lambdas/${entry}.lambda.ts`);
          writeFileSync(join(folder, 'index.js'), code);
          return true;
        },
      },
    },
  });
}

function bundlesOf(app: IConstruct): Map<string, string> {
  const known = bundles.get(app);
  if (known) return known;
  const made = createBundles({
    root,
    define: constantsOf(app),
    cache: join(root, 'node_modules/.cache/lifeline-bundles'),
    // Standard error as CDK's own progress: the output of a synthesis may be read by a program.
    progress: (done, total) => console.error(`${done} of ${total} functions are bundled`),
  });
  bundles.set(app, made);
  return made;
}
