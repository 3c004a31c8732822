import { describe, expect, it } from 'vitest';
import { operations } from '../../lambdas/http/api.gen.ts';
import { PROBLEMS, problemType, type SelfExplaining } from '../../lambdas/http/problems.ts';
import { type Json, synth } from './synth.ts';

const { ofType, resourceOf, functions, target, templates } = synth();
const only = (type: string) => {
  const found = ofType(type);
  expect(found).toHaveLength(1);
  return found[0] as NonNullable<(typeof found)[0]>;
};

describe('the API', () => {
  it('the API is regional and has one stage, whose name callbacks rely on', () => {
    expect(only('AWS::ApiGateway::RestApi').properties.EndpointConfiguration).toEqual({ Types: ['REGIONAL'] });
    expect(only('AWS::ApiGateway::Stage').properties.StageName).toBe('api');
  });

  it('every GET route takes HEAD too, which API Gateway does not do by itself, and no operation lacks its route', () => {
    const nodes = new Map(ofType('AWS::ApiGateway::Resource').map(({ id: node, properties: one }) => [node, one]));
    const pathOf = (reference: Json): string => {
      const node = nodes.get(reference.Ref);
      return node ? `${pathOf(node.ParentId)}/${node.PathPart}` : '';
    };
    const declared = ofType('AWS::ApiGateway::Method').map(
      ({ properties: method }) => `${method.HttpMethod} ${pathOf(method.ResourceId)}`,
    );
    const wanted = Object.values(operations).map(({ method, path }) => `${method === 'GET' ? 'ANY' : method} ${path}`);
    expect(declared.sort()).toEqual(wanted.sort());
  });

  it('throttles every route, and logs errors without bodies or headers', () => {
    expect(only('AWS::ApiGateway::Stage').properties.MethodSettings).toEqual([
      {
        HttpMethod: '*',
        ResourcePath: '/*',
        ThrottlingRateLimit: 500,
        ThrottlingBurstLimit: 1_000,
        LoggingLevel: 'ERROR',
        DataTraceEnabled: false,
        MetricsEnabled: true,
      },
    ]);
  });

  it('has the group its execution logs go to before it has a stage, or they would be kept for ever', () => {
    const { id } = only('AWS::ApiGateway::RestApi');
    const logs = ofType('AWS::Logs::LogGroup').find(
      ({ properties }) => properties.LogGroupName?.['Fn::Join']?.[1]?.[0] === 'API-Gateway-Execution-Logs_',
    );
    expect(logs?.properties.LogGroupName['Fn::Join']).toEqual([
      '',
      ['API-Gateway-Execution-Logs_', { Ref: id }, '/api'],
    ]);
    expect(logs?.properties.RetentionInDays).toBe(30);
    const stage = only('AWS::ApiGateway::Stage').id;
    expect(templates.LifelineApi.Resources[stage].DependsOn).toContain(logs?.id);
  });

  it('writes an access log of who, which route and what came of it, and nothing that is secret or personal', () => {
    const { Format } = only('AWS::ApiGateway::Stage').properties.AccessLogSetting;
    expect(JSON.parse(Format)).toEqual({
      requestId: '$context.requestId',
      time: '$context.requestTime',
      method: '$context.httpMethod',
      route: '$context.resourcePath',
      status: '$context.status',
      latencyMs: '$context.responseLatency',
      client: '$context.authorizer.clientId',
      error: '$context.error.responseType',
    });
    // Paths hold ids of recipients and action tokens; the route has placeholders instead.
    expect(Format).not.toMatch(
      /identity|sourceIp|userAgent|header|token|principalId|\$context\.path|querystring|body/i,
    );
  });

  it('leaves the role that logs for every API of the account when it goes', () => {
    expect(only('AWS::ApiGateway::Account').deletionPolicy).toBe('Retain');
  });
});

describe('the authorizer', () => {
  const { id, properties } = only('AWS::ApiGateway::Authorizer');

  it('sees the token only, and is asked once in five minutes for it', () => {
    expect(properties).toMatchObject({
      Type: 'TOKEN',
      IdentitySource: 'method.request.header.Authorization',
      AuthorizerResultTtlInSeconds: 300,
    });
  });

  it('the authorizer of the API is the authorizer function', () => {
    const fn = functions.find(({ entry }) => entry === 'authorizer/authorizer');
    const uri = JSON.stringify(properties.AuthorizerUri);
    expect(uri).toContain(JSON.stringify({ 'Fn::GetAtt': [fn && resourceOf(fn).id, 'Arn'] }));
  });

  it('guards exactly the operations that need a scope', () => {
    const methods = ofType('AWS::ApiGateway::Method');
    expect(methods).toHaveLength(Object.keys(operations).length);
    for (const { properties: method } of methods) {
      const guarded = method.AuthorizationType === 'CUSTOM';
      expect(method.AuthorizationType).toBe(guarded ? 'CUSTOM' : 'NONE');
      expect(method.AuthorizerId).toEqual(guarded ? { Ref: id } : undefined);
      expect(method.ApiKeyRequired ?? false).toBe(false);
    }
    const open = Object.values(operations).filter(({ scopes }) => scopes === null);
    expect(methods.filter(({ properties: { AuthorizationType } }) => AuthorizationType === 'NONE')).toHaveLength(
      open.length,
    );
  });

  it('the authorizer is part of what makes a new deployment, or a changed one would never be in force', () => {
    const without = synth({ '@aws-cdk/aws-apigateway:authorizerChangeDeploymentLogicalId': false });
    expect(without.ofType('AWS::ApiGateway::Deployment')[0]?.id).not.toBe(only('AWS::ApiGateway::Deployment').id);
  });
});

describe('permissions of the API', () => {
  it('are one per method and one for the authorizer: none for the console’s test button, which knows no scope', () => {
    const permissions = ofType('AWS::Lambda::Permission')
      .filter(({ properties }) => properties.Principal === 'apigateway.amazonaws.com')
      .map(({ properties }) => JSON.stringify(properties.SourceArn));
    expect(permissions.filter((arn) => arn.includes('test-invoke-stage'))).toEqual([]);
    expect(permissions).toHaveLength(Object.keys(operations).length + 1);
    expect(permissions.filter((arn) => arn.includes('/authorizers/'))).toHaveLength(1);
  });
});

describe('the URL providers call back', () => {
  const api = only('AWS::ApiGateway::RestApi');
  /** The URL with what it refers to written out. */
  const written = (value: Json, stack: string) =>
    value['Fn::Join'][1]
      .map((part: Json) => (typeof part === 'string' ? part : (target(part, stack)?.id ?? `{${part.Ref}}`)))
      .join('');

  it.each(['delivery/sms-worker', 'receipts/twilio-sms-status', 'replies/twilio-sms-inbound'])(
    'is built for %s from the id of the API and the literal stage, without a cycle',
    (entry) => {
      const fn = functions.find((one) => one.entry === entry);
      if (!fn) throw new Error(`no function ${entry}`);
      const { stack, properties } = resourceOf(fn);
      const { PUBLIC_BASE_URL: links, CALLBACK_BASE_URL: callbacks = links } = properties.Environment.Variables;
      const url = `https://${api.id}.execute-api.{AWS::Region}.{AWS::URLSuffix}/api`;
      expect([written(links, stack), written(callbacks, stack)]).toEqual([url, url]);
    },
  );

  it('the URL providers call back is what the stack tells whoever deploys', () => {
    const { Outputs } = templates.LifelineApi;
    expect(written(Outputs.ApiUrl.Value, 'LifelineApi')).toContain('.execute-api.');
  });
});

describe('errors of the gateway', () => {
  const responses = new Map(
    ofType('AWS::ApiGateway::GatewayResponse').map(({ properties }) => [properties.ResponseType as string, properties]),
  );

  /** https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html */
  const EXPECTED: Record<string, [SelfExplaining, Record<string, string>?]> = {
    ACCESS_DENIED: ['access-denied'],
    API_CONFIGURATION_ERROR: ['internal'],
    AUTHORIZER_CONFIGURATION_ERROR: ['unavailable', { 'Retry-After': "'1'" }],
    AUTHORIZER_FAILURE: ['unavailable', { 'Retry-After': "'1'" }],
    BAD_REQUEST_BODY: ['invalid-request'],
    BAD_REQUEST_PARAMETERS: ['invalid-request'],
    DEFAULT_4XX: ['invalid-request'],
    DEFAULT_5XX: ['internal'],
    EXPIRED_TOKEN: ['unauthorized', { 'WWW-Authenticate': "'Bearer'" }],
    INTEGRATION_FAILURE: ['unavailable', { 'Retry-After': "'1'" }],
    INTEGRATION_TIMEOUT: ['timeout', { 'Retry-After': "'1'" }],
    INVALID_API_KEY: ['access-denied'],
    INVALID_SIGNATURE: ['unauthorized', { 'WWW-Authenticate': "'Bearer'" }],
    MISSING_AUTHENTICATION_TOKEN: ['route-not-found'],
    QUOTA_EXCEEDED: ['throttled', { 'Retry-After': "'60'" }],
    REQUEST_TOO_LARGE: ['body-too-large'],
    RESOURCE_NOT_FOUND: ['route-not-found'],
    THROTTLED: ['throttled', { 'Retry-After': "'1'" }],
    UNAUTHORIZED: ['unauthorized', { 'WWW-Authenticate': "'Bearer'" }],
    UNSUPPORTED_MEDIA_TYPE: ['unsupported-media-type'],
    WAF_FILTERED: ['access-denied'],
  };

  it('are all ours', () => {
    expect([...responses.keys()].sort()).toEqual(Object.keys(EXPECTED).sort());
  });

  it.each(Object.entries(EXPECTED))(
    '%s says what to do, in words that the gateway does not take for a template',
    (type) => {
      const { ResponseTemplates } = responses.get(type) ?? {};
      const { detail } = JSON.parse(ResponseTemplates['application/json']);
      expect(detail).toMatch(/^[^$#\\]{50,}\.$/);
      expect(detail).toMatch(/\b(Send|Repeat|Compare|Shorten|Ask)\b/);
    },
  );

  it.each(Object.entries(EXPECTED))('%s is problem %j', (type, [name, more = {}]) => {
    const { StatusCode, ResponseParameters, ResponseTemplates } = responses.get(type) ?? {};
    expect(StatusCode).toBe(String(PROBLEMS[name].status));
    expect(JSON.parse(ResponseTemplates['application/json'])).toEqual({
      type: problemType(name),
      title: PROBLEMS[name].title,
      status: PROBLEMS[name].status,
      detail: PROBLEMS[name].detail,
      instance: 'urn:lifeline:request:$context.requestId',
    });
    const headers = { 'Content-Type': "'application/problem+json'", 'Cache-Control': "'no-store'", ...more };
    expect(ResponseParameters).toEqual(
      Object.fromEntries(Object.entries(headers).map(([header, value]) => [`gatewayresponse.header.${header}`, value])),
    );
  });
});
