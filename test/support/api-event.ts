import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { type OperationId, operations } from '../../lambdas/http/api.gen.ts';

export interface EventOptions {
  /** Default: that of the operation. */
  method?: string;
  params?: Record<string, string>;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, instead of `body`. */
  rawBody?: string;
  /** Sent as base64, as API Gateway does with binary media types. */
  base64?: boolean;
  /** What the authorizer passes; null for no authorizer. Default: a client with all scopes. */
  caller?: { clientId?: string; subject?: string; scopes?: string; name?: string } | null;
  sourceIp?: string;
}

const CALLER = {
  clientId: 'test-client',
  subject: 'test-subject',
  scopes: 'lifeline/send lifeline/read lifeline/recipients lifeline/admin',
};

/** A REST proxy event (v1) for an operation, as API Gateway makes it. */
export function apiEvent(operation: OperationId, options: EventOptions = {}): APIGatewayProxyEvent {
  const { path } = operations[operation];
  const { method = operations[operation].method, params = {}, query, caller = {}, sourceIp = '192.0.2.1' } = options;
  const encoded = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, encodeURIComponent(value)]));
  const body = options.rawBody ?? (options.body === undefined ? null : JSON.stringify(options.body));
  const headers = { ...(options.body !== undefined && { 'Content-Type': 'application/json' }), ...options.headers };
  return {
    resource: path,
    path: path.replace(/\{(\w+)\}/g, (_, name: string) => encoded[name] ?? ''),
    httpMethod: method,
    headers,
    multiValueHeaders: listed(headers),
    queryStringParameters: query ?? null,
    multiValueQueryStringParameters: query ? listed(query) : null,
    pathParameters: Object.keys(encoded).length > 0 ? encoded : null,
    stageVariables: null,
    body: body !== null && options.base64 ? Buffer.from(body).toString('base64') : body,
    isBase64Encoded: body !== null && options.base64 === true,
    requestContext: {
      requestId: 'test-request',
      stage: 'api',
      identity: { sourceIp },
      ...(caller && { authorizer: { ...CALLER, ...caller } }),
    } as unknown as APIGatewayProxyEvent['requestContext'],
  };
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  /** Parsed, if it is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it by name
  body: any;
}

type Lambda = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;

/** Calls a handler with the event of an operation. */
export const callApi = (handler: Lambda, operation: OperationId, options?: EventOptions): Promise<Answer> =>
  callWith(handler, apiEvent(operation, options));

/** Calls a handler with any event. */
export async function callWith(handler: Lambda, event: APIGatewayProxyEvent): Promise<Answer> {
  // The real clock runs while a handler does: no machine is so slow that its time is up.
  const context = { awsRequestId: 'test-invocation', getRemainingTimeInMillis: () => 3_600_000 } as Context;
  const { statusCode, headers, body } = await handler(event, context);
  return {
    status: statusCode,
    headers: headers as Record<string, string>,
    body: body === '' ? undefined : String(headers?.['Content-Type']).includes('json') ? JSON.parse(body) : body,
  };
}

const listed = (record: Record<string, string>) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, [value]]));
