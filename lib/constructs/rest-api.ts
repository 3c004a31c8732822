import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AccessLogField,
  AccessLogFormat,
  AuthorizationType,
  EndpointType,
  type IAuthorizer,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type OperationId, operations } from '../../lambdas/http/api.gen.ts';
import { acknowledgeNagFinding } from './acknowledge-nag-finding.ts';
import { addGatewayProblems } from './gateway-problems.ts';

/** Also the path that callbacks are built with, so it is a literal and not a reference: see `publicBaseUrl`. */
const STAGE = 'api';

/**
 * Requests a second for the whole API, and how many may come at once. Far above a bad night (6,000 pages in a burst are
 * drained at the senders' rate anyway), far below what a loop in somebody's script would cost.
 */
const THROTTLE = { rate: 500, burst: 1_000 };

type OpenOperation = {
  [O in OperationId]: (typeof operations)[O]['scopes'] extends null ? O : never;
}[OperationId];

/** Why an operation needs no token. Another one without a scope does not compile without its reason. */
const OPEN: Record<OpenOperation, string> = {
  getHealth: 'Probes and load balancers carry no token. It answers one word and two counts, from a cache of 2 s.',
  getSenders:
    'A link in a mail or a wiki, for phones. It answers the numbers that everybody who was ever paged has seen.',
  receiveTwilioSmsStatus:
    'Twilio signs its callbacks instead; the function refuses every request without that signature.',
  receiveTwilioSmsInbound:
    'Twilio signs the texts it passes on; the function refuses every request without that signature.',
  receiveTwilioVoiceStatus:
    'Twilio signs its callbacks instead; the function refuses every request without that signature.',
  receiveTwilioVoiceMenu:
    'Twilio signs what it asks in a call; the function refuses every request without that signature.',
  receiveTwilioVoiceInbound:
    'Twilio signs the calls it passes on; the function refuses every request without that signature.',
  receiveSendGridEvents: 'SendGrid signs its events; the function refuses every request without that signature.',
  receiveSlackInteraction: 'Slack signs what it posts; the function refuses every request without that signature.',
  receiveSlackCommand: 'Slack signs what it posts; the function refuses every request without that signature.',
  getAction:
    'Whoever holds the link has no token: the link is signed, names one page, expires, and reading changes nothing.',
  postAction: 'Whoever holds the link has no token: the link is signed, names one page and one action, and expires.',
};

/** The REST API: stage, throttling, logs, the JWT authorizer, and errors that look like ours. */
export class LifelineApi extends Construct {
  readonly rest: RestApi;
  /**
   * Where this API is reached. Built from the id and the literal stage: `rest.url` in the environment of a function
   * that the API routes to is a CloudFormation cycle.
   */
  readonly publicBaseUrl: string;

  private readonly authorizer: IAuthorizer;

  constructor(scope: Construct, id: string, { authorizer }: { readonly authorizer: IAuthorizer }) {
    super(scope, id);
    this.authorizer = authorizer;
    const accessLogs = new LogGroup(this, 'AccessLogs', {
      logGroupName: '/lifeline/access',
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.rest = new RestApi(this, 'Rest', {
      restApiName: 'lifeline',
      endpointTypes: [EndpointType.REGIONAL],
      cloudWatchRole: true,
      // An account has one such role for all its APIs: it must outlive ours.
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
    this.executionLogs();
    addGatewayProblems(this.rest);
    this.acceptFindings();
    const { region, urlSuffix } = Stack.of(this);
    this.publicBaseUrl = `https://${this.rest.restApiId}.execute-api.${region}.${urlSuffix}/${STAGE}`;
    // Beside the construct's own output, which ends in a slash and has a hash in its name.
    new CfnOutput(Stack.of(this), 'ApiUrl', { value: this.publicBaseUrl });
  }

  /** Adds every route of docs/openapi.yaml: an operation without a function does not compile. */
  route(handlers: Record<OperationId, IFunction>): void {
    for (const [name, { method, path, scopes }] of Object.entries(operations)) {
      const operation = name as OperationId;
      const integration = new LambdaIntegration(handlers[operation], { allowTestInvoke: false });
      const resource = this.rest.root.resourceForPath(path);
      // HEAD answers as GET (docs/spec/api.md#lists), and API Gateway has no HEAD of its own. ANY in the place of GET
      // costs no resource; the function knows which methods it serves and answers 404 to the others (ADR 14).
      const verb = method === 'GET' ? 'ANY' : method;
      if (scopes) resource.addMethod(verb, integration, { authorizer: this.authorizer });
      else {
        const open = resource.addMethod(verb, integration, { authorizationType: AuthorizationType.NONE });
        acknowledgeNagFinding(open, 'APIG4', OPEN[operation as OpenOperation]);
      }
    }
  }

  /** The log group that API Gateway would make by itself, and then keep for ever. */
  private executionLogs(): void {
    const logs = new LogGroup(this, 'ExecutionLogs', {
      logGroupName: `API-Gateway-Execution-Logs_${this.rest.restApiId}/${STAGE}`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.rest.deploymentStage.node.addDependency(logs);
  }

  private acceptFindings(): void {
    acknowledgeNagFinding(
      this,
      'COG4',
      'Contract: tokens of any OIDC issuer, and groups mapped to scopes. A Cognito authorizer knows one user pool and ' +
        'no groups; ours checks issuer, signature, expiry, client and audience, and handlers check the scope.',
    );
    acknowledgeNagFinding(
      this,
      'APIG2',
      'The functions validate every body and parameter against schemas and answer with each offending field ' +
        '(problem+json, `errors`); the validation of API Gateway says only "Invalid request body".',
    );
    acknowledgeNagFinding(
      this,
      'APIG3',
      'Callers are machines with tokens and providers with signatures, and the stage is throttled. A web ACL costs more ' +
        'than the rest of a small installation; docs/deploy.md says how to associate one.',
    );
    acknowledgeNagFinding(
      this.rest,
      'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
      'The role that API Gateway writes all logs of an account with. AWS documents this very policy for it and refuses ' +
        'a role that lacks one of its permissions; no function can assume it.',
    );
  }
}

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
