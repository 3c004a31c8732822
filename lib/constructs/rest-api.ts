import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AccessLogField,
  AccessLogFormat,
  AuthorizationType,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  ResponseType,
  RestApi,
  TokenAuthorizer,
} from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type OperationId, operations } from '../../lambdas/runtime/api.gen.ts';
import { PROBLEMS, type ProblemName, problemType } from '../../lambdas/runtime/problems.ts';

/** Also the path that callbacks are built with, so it is a literal and not a reference: see `publicBaseUrl`. */
const STAGE = 'api';

/**
 * Requests a second for the whole API, and how many may come at once. Far above a bad night (6,000 pages in a burst are
 * drained at the senders' rate anyway), far below what a loop in somebody's script would cost.
 */
const THROTTLE = { rate: 500, burst: 1_000 };

/** The REST API: stage, throttling, access logs, the JWT authorizer, and errors that look like ours. */
export class LifelineApi extends Construct {
  readonly api: RestApi;
  /**
   * Where this API is reached. Built from the id and the literal stage: `api.url` in the environment of a function that
   * the API routes to is a CloudFormation cycle.
   */
  readonly publicBaseUrl: string;

  private readonly jwt: TokenAuthorizer;

  constructor(scope: Construct, id: string, { authorizer }: { authorizer: IFunction }) {
    super(scope, id);
    const accessLogs = new LogGroup(this, 'AccessLogs', {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.api = new RestApi(this, 'Rest', {
      restApiName: 'lifeline',
      endpointTypes: [EndpointType.REGIONAL],
      cloudWatchRole: true,
      cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN,
      deployOptions: {
        stageName: STAGE,
        throttlingRateLimit: THROTTLE.rate,
        throttlingBurstLimit: THROTTLE.burst,
        loggingLevel: MethodLoggingLevel.ERROR,
        // Bodies and headers carry phones and tokens.
        dataTraceEnabled: false,
        metricsEnabled: true,
        accessLogDestination: new LogGroupLogDestination(accessLogs),
        accessLogFormat: accessLogFormat(),
      },
    });
    const { region, urlSuffix } = Stack.of(this);
    this.publicBaseUrl = `https://${this.api.restApiId}.execute-api.${region}.${urlSuffix}/${STAGE}`;

    this.jwt = new TokenAuthorizer(this, 'Jwt', { handler: authorizer, resultsCacheTtl: Duration.minutes(5) });
    this.problems();
  }

  /** Adds every route of docs/openapi.yaml: an operation without a function does not compile. */
  route(handlers: Record<OperationId, IFunction>): void {
    for (const [operationId, { method, path, scopes }] of Object.entries(operations)) {
      const integration = new LambdaIntegration(handlers[operationId as OperationId], { allowTestInvoke: false });
      const open = { authorizationType: AuthorizationType.NONE };
      this.api.root.resourceForPath(path).addMethod(method, integration, scopes ? { authorizer: this.jwt } : open);
    }
  }

  /** The errors that the gateway makes itself look like ours: problem+json with a type of the catalogue. */
  private problems(): void {
    const problem = (type: ResponseType, name: ProblemName, headers: Record<string, string> = {}) =>
      this.api.addGatewayResponse(`Problem${type.responseType}`, {
        type,
        statusCode: String(PROBLEMS[name].status),
        responseHeaders: { 'Content-Type': "'application/problem+json'", 'Cache-Control': "'no-store'", ...headers },
        templates: {
          'application/json': JSON.stringify({
            type: problemType(name),
            title: PROBLEMS[name].title,
            status: PROBLEMS[name].status,
            instance: 'urn:lifeline:request:$context.requestId',
          }),
        },
      });
    problem(ResponseType.UNAUTHORIZED, 'unauthorized', CHALLENGE);
    problem(ResponseType.ACCESS_DENIED, 'access-denied');
    problem(ResponseType.INVALID_SIGNATURE, 'unauthorized', CHALLENGE);
    problem(ResponseType.EXPIRED_TOKEN, 'unauthorized', CHALLENGE);
    // API Gateway says "missing authentication token" of every route it does not know.
    problem(ResponseType.MISSING_AUTHENTICATION_TOKEN, 'route-not-found');
    problem(ResponseType.RESOURCE_NOT_FOUND, 'route-not-found');
    problem(ResponseType.BAD_REQUEST_BODY, 'invalid-request');
    problem(ResponseType.BAD_REQUEST_PARAMETERS, 'invalid-request');
    problem(ResponseType.UNSUPPORTED_MEDIA_TYPE, 'unsupported-media-type');
    problem(ResponseType.REQUEST_TOO_LARGE, 'body-too-large');
    problem(ResponseType.THROTTLED, 'throttled', RETRY_SOON);
    problem(ResponseType.QUOTA_EXCEEDED, 'throttled', { 'Retry-After': "'60'" });
    problem(ResponseType.AUTHORIZER_FAILURE, 'unavailable', RETRY_SOON);
    problem(ResponseType.AUTHORIZER_CONFIGURATION_ERROR, 'unavailable', RETRY_SOON);
    problem(ResponseType.INTEGRATION_FAILURE, 'unavailable', RETRY_SOON);
    problem(ResponseType.API_CONFIGURATION_ERROR, 'internal');
    problem(ResponseType.INTEGRATION_TIMEOUT, 'timeout', RETRY_SOON);
    problem(ResponseType.DEFAULT_4XX, 'invalid-request');
    problem(ResponseType.DEFAULT_5XX, 'internal');
  }
}

const CHALLENGE = { 'WWW-Authenticate': "'Bearer'" };
const RETRY_SOON = { 'Retry-After': "'1'" };

/** Who called which route with what result. No addresses, no tokens, no paths with ids of people in them. */
const accessLogFormat = (): AccessLogFormat =>
  AccessLogFormat.custom(
    JSON.stringify({
      requestId: AccessLogField.contextRequestId(),
      time: AccessLogField.contextRequestTime(),
      method: AccessLogField.contextHttpMethod(),
      route: AccessLogField.contextResourcePath(),
      status: AccessLogField.contextStatus(),
      latencyMs: AccessLogField.contextResponseLatency(),
      client: AccessLogField.contextAuthorizer('clientId'),
      error: AccessLogField.contextErrorResponseType(),
    }),
  );
