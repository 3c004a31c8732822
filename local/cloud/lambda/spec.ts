/** A Lambda function as its template declares it. */
import { join } from 'node:path';
import * as z from 'zod';
import { REGION, type Resolve } from '../template/resolver.ts';
import { ignored, number, shaped } from '../template/shape.ts';
import { nameOf, Refused, type Resource } from '../template/template.ts';

export interface FunctionSpec {
  name: string;
  arn: string;
  /** Unpacked bundle in the assembly. */
  assetDir: string;
  handler: string;
  timeoutMs: number;
  memoryMb: number;
  /** Everything the function sees as its environment. */
  environment: Record<string, string>;
  /** The fixed part of the handler's context argument. */
  context: Record<string, unknown>;
  /** From ReservedConcurrentExecutions. */
  reserved: number | undefined;
  /** From RecursiveLoop: it may run as often in one chain of requests as it likes. */
  mayLoop: boolean;
}

const functionSchema = z.strictObject({
  FunctionName: z.string().optional(),
  Handler: z.string(),
  Runtime: z.literal('nodejs24.x'),
  Timeout: number.default(3),
  MemorySize: number.default(128),
  Environment: z.strictObject({ Variables: z.record(z.string(), z.coerce.string()) }).optional(),
  ReservedConcurrentExecutions: number.optional(),
  RecursiveLoop: z.enum(['Allow', 'Terminate']).default('Terminate'),
  Code: ignored, // the asset in the metadata is the same bundle, unpacked
  Role: ignored, // no IAM
  Description: ignored,
  Architectures: ignored, // JavaScript runs on either
  LoggingConfig: z
    .strictObject({
      LogFormat: z.literal('JSON'),
      ApplicationLogLevel: z.string(),
      SystemLogLevel: ignored, // there are no lines of a platform
      LogGroup: ignored, // output goes to .local/logs
    })
    .optional(),
  TracingConfig: ignored, // no tracing
  KmsKeyArn: ignored, // nothing is encrypted at rest
  Tags: ignored,
});

/** Where the services are, in the variables by which the SDK finds them. */
export interface ServiceUrls {
  dynamodb: string;
  sqs: string;
  secrets: string;
  /** Step Functions. */
  sfn: string;
  /** EventBridge Scheduler. */
  scheduler: string;
  eventbridge: string;
  /** The simulator, or the real one; then with credentials for it. */
  sns: string;
  /** AWS End User Messaging, in the same way. */
  voice: string;
  ses: string;
  /** AWS_… of the environment, instead of made-up ones. The local services ask for none. */
  credentials?: Record<string, string>;
}

/**
 * Reads one function. `overrides` replace variables that its template declares, and add none: a variable the stack
 * forgot is missing here as well.
 */
export function functionSpec(
  resource: Resource,
  resolve: Resolve,
  names: { name: string; arn: string },
  assemblyDir: string,
  urls: ServiceUrls,
  overrides: Record<string, string>,
): FunctionSpec {
  const declared = shaped(resource, resolve, functionSchema);
  const asset = resource.metadata['aws:asset:path'];
  if (typeof asset !== 'string') throw new Refused(nameOf(resource), 'it has no bundled asset');
  const variables = declared.Environment?.Variables ?? {};
  const overridden = Object.entries(overrides).filter(([name]) => name in variables);
  const { LogFormat, ApplicationLogLevel } = declared.LoggingConfig ?? {};
  const logGroup = `/aws/lambda/${names.name}`;
  return {
    ...names,
    assetDir: join(assemblyDir, asset),
    handler: declared.Handler,
    timeoutMs: declared.Timeout * 1000,
    memoryMb: declared.MemorySize,
    reserved: declared.ReservedConcurrentExecutions,
    mayLoop: declared.RecursiveLoop === 'Allow',
    environment: {
      ...variables,
      ...Object.fromEntries(overridden),
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: names.name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(declared.MemorySize),
      AWS_LAMBDA_LOG_GROUP_NAME: logGroup,
      // What Lambda tells a function of its logging; Powertools logs from that level on.
      ...(LogFormat && { AWS_LAMBDA_LOG_FORMAT: LogFormat }),
      ...(ApplicationLogLevel && { AWS_LAMBDA_LOG_LEVEL: ApplicationLogLevel }),
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      // Whatever else a client may be made for is refused there by name, and leaves the machine in no case.
      AWS_ENDPOINT_URL: urls.secrets,
      AWS_ENDPOINT_URL_DYNAMODB: urls.dynamodb,
      AWS_ENDPOINT_URL_SQS: urls.sqs,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: urls.secrets,
      AWS_ENDPOINT_URL_SFN: urls.sfn,
      AWS_ENDPOINT_URL_SCHEDULER: urls.scheduler,
      AWS_ENDPOINT_URL_EVENTBRIDGE: urls.eventbridge,
      AWS_ENDPOINT_URL_SNS: urls.sns,
      AWS_ENDPOINT_URL_SESV2: urls.ses,
      AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2: urls.voice,
      ...urls.credentials,
      LAMBDA_TASK_ROOT: join(assemblyDir, asset),
      TZ: ':UTC',
    },
    context: {
      functionName: names.name,
      functionVersion: '$LATEST',
      invokedFunctionArn: names.arn,
      memoryLimitInMB: String(declared.MemorySize),
      logGroupName: logGroup,
      logStreamName: 'local',
      callbackWaitsForEmptyEventLoop: true,
    },
  };
}
