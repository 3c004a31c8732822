/** A REST API as its template declares it: routes, authorizers, gateway responses and the one stage. */
import * as z from 'zod';
import type { Resolve } from '../template/resolver.ts';
import { ignored, number, ofType, shaped } from '../template/shape.ts';
import { nameOf, Refused, type Resource } from '../template/template.ts';

const apiSchema = z.strictObject({
  Name: z.string().optional(),
  Description: ignored,
  EndpointConfiguration: ignored, // one endpoint, on the loopback
  Policy: ignored, // no IAM
  BinaryMediaTypes: z.array(z.string()).optional(),
  MinimumCompressionSize: ignored, // answers are not compressed
  DisableExecuteApiEndpoint: z.literal(false).optional(),
  SecurityPolicy: ignored, // no TLS on the loopback
  EndpointAccessMode: ignored, // no TLS on the loopback
  Tags: ignored,
});

const resourceSchema = z.strictObject({ ParentId: z.string(), PathPart: z.string(), RestApiId: z.string() });

const methodSchema = z.strictObject({
  HttpMethod: z.string(),
  ResourceId: z.string(),
  RestApiId: z.string(),
  AuthorizationType: z.enum(['NONE', 'CUSTOM']),
  AuthorizerId: z.string().optional(),
  ApiKeyRequired: z.literal(false).optional(),
  OperationName: ignored, // a name in generated SDKs
  Integration: z.strictObject({
    Type: z.literal('AWS_PROXY'),
    IntegrationHttpMethod: z.literal('POST'),
    Uri: z.string(),
    TimeoutInMillis: number.default(29_000),
    PassthroughBehavior: ignored, // proxies pass everything
  }),
});

const authorizerSchema = z.strictObject({
  Name: z.string(),
  Type: z.enum(['TOKEN', 'REQUEST']),
  RestApiId: z.string(),
  AuthorizerUri: z.string(),
  AuthorizerResultTtlInSeconds: number.default(300),
  IdentitySource: z.string().default('method.request.header.Authorization'),
  IdentityValidationExpression: z.string().optional(),
});

const responseSchema = z.strictObject({
  ResponseType: z.string(),
  RestApiId: z.string(),
  StatusCode: number.optional(),
  ResponseParameters: z.record(z.string(), z.string()).default({}),
  ResponseTemplates: z.record(z.string(), z.string()).default({}),
});

const stageSchema = z.strictObject({
  StageName: z.string(),
  RestApiId: z.string(),
  DeploymentId: ignored, // routes are read from the template itself
  Description: ignored,
  AccessLogSetting: z.strictObject({ DestinationArn: ignored, Format: z.string() }).optional(),
  MethodSettings: z
    .array(
      z.strictObject({
        HttpMethod: z.string(),
        ResourcePath: z.string(),
        ThrottlingBurstLimit: number.optional(),
        ThrottlingRateLimit: number.optional(),
        DataTraceEnabled: ignored, // execution logs
        LoggingLevel: ignored, // execution logs
        MetricsEnabled: ignored, // no metrics
      }),
    )
    .default([]),
  TracingEnabled: ignored, // no tracing
  Tags: ignored,
});

export type AuthorizerSpec = { id: string; functionArn: string } & Omit<
  z.output<typeof authorizerSchema>,
  'AuthorizerUri'
>;
export type ResponseSpec = z.output<typeof responseSchema>;
export type StageSpec = z.output<typeof stageSchema>;

export interface Route {
  method: string;
  /** `/things/{id}`, as events call it. */
  path: string;
  resourceId: string;
  functionArn: string;
  timeoutMs: number;
  authorizer: AuthorizerSpec | undefined;
}

export interface ApiSpec {
  id: string;
  routes: Route[];
  responses: ResponseSpec[];
  stage: StageSpec;
}

/** The one REST API of the templates. Throws `Refused` on a second one and on integrations other than Lambda proxies. */
export function apiSpec(resources: Resource[], resolve: Resolve): ApiSpec {
  const [api, second] = ofType(resources, 'AWS::ApiGateway::RestApi');
  if (!api) throw new Error('the templates declare no AWS::ApiGateway::RestApi');
  if (second) throw new Refused(nameOf(second), 'the local run serves one REST API');
  shaped(api, resolve, apiSchema);
  const [stage, secondStage] = ofType(resources, 'AWS::ApiGateway::Stage');
  if (!stage) throw new Refused(nameOf(api), 'it has no stage');
  if (secondStage) throw new Refused(nameOf(secondStage), 'the local run serves one stage');

  const nodes = new Map(
    ofType(resources, 'AWS::ApiGateway::Resource').map((one) => [one.id, shaped(one, resolve, resourceSchema)]),
  );
  const pathOf = (id: string): string => {
    const node = nodes.get(id);
    return node ? `${pathOf(node.ParentId)}/${node.PathPart}` : '';
  };
  const authorizers = new Map(
    ofType(resources, 'AWS::ApiGateway::Authorizer').map((one) => {
      const { AuthorizerUri, ...declared } = shaped(one, resolve, authorizerSchema);
      return [one.id, { id: one.id, functionArn: functionOf(one, AuthorizerUri), ...declared }];
    }),
  );
  const routes = ofType(resources, 'AWS::ApiGateway::Method').map((one): Route => {
    const declared = shaped(one, resolve, methodSchema);
    const authorizer = authorizers.get(declared.AuthorizerId ?? '');
    if (declared.AuthorizationType === 'CUSTOM' && !authorizer)
      throw new Refused(nameOf(one), 'its authorizer is missing');
    return {
      method: declared.HttpMethod,
      path: pathOf(declared.ResourceId) || '/',
      resourceId: declared.ResourceId,
      functionArn: functionOf(one, declared.Integration.Uri),
      timeoutMs: declared.Integration.TimeoutInMillis,
      authorizer: declared.AuthorizationType === 'CUSTOM' ? authorizer : undefined,
    };
  });
  return {
    id: api.id,
    routes,
    responses: ofType(resources, 'AWS::ApiGateway::GatewayResponse').map((one) => shaped(one, resolve, responseSchema)),
    stage: shaped(stage, resolve, stageSchema),
  };
}

/** The function's ARN inside an invocation URI. */
function functionOf(resource: Resource, uri: string): string {
  const arn = /\/functions\/(arn:aws:lambda:[^/]+)\/invocations$/.exec(uri)?.[1];
  if (!arn) throw new Refused(nameOf(resource), `it does not invoke a Lambda function: ${uri}`);
  return arn;
}
