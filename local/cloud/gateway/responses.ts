/** Gateway responses: what API Gateway itself answers, in the shape the template gives each type. */
import type { ResponseSpec } from './definition.ts';
import { type GatewayRequest, headerOf } from './event.ts';

/** Every type the local run produces, with API Gateway's own status and message. */
const DEFAULTS = {
  MISSING_AUTHENTICATION_TOKEN: [403, 'Missing Authentication Token'],
  UNAUTHORIZED: [401, 'Unauthorized'],
  ACCESS_DENIED: [403, 'User is not authorized to access this resource'],
  AUTHORIZER_FAILURE: [500, 'Internal server error'],
  AUTHORIZER_CONFIGURATION_ERROR: [500, 'Internal server error'],
  BAD_REQUEST_PARAMETERS: [400, 'Bad Request'],
  REQUEST_TOO_LARGE: [413, 'Request Too Long'],
  THROTTLED: [429, 'Too Many Requests'],
  INTEGRATION_TIMEOUT: [504, 'Endpoint request timed out'],
  // What a failed or malformed Lambda proxy gives. It has no type of its own, only the default for 5xx.
  DEFAULT_5XX: [502, 'Internal server error'],
} as const satisfies Record<string, readonly [number, string]>;

export type ResponseType = keyof typeof DEFAULTS;

export interface Answer {
  status: number;
  headers: Record<string, string[]>;
  body: string | Buffer;
}

/** The answer of `type` to this request: the template's, else its default for 4xx or 5xx, else API Gateway's own. */
export function gatewayResponse(specs: readonly ResponseSpec[], type: ResponseType, request: GatewayRequest): Answer {
  const [status, message] = DEFAULTS[type];
  const named = (wanted: string) => specs.find((spec) => spec.ResponseType === wanted);
  const spec = named(type) ?? named(status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
  const template =
    spec?.ResponseTemplates['application/json'] ??
    Object.values(spec?.ResponseTemplates ?? {})[0] ??
    '{"message":$context.error.messageString}';
  const context = {
    ...contextOf(request),
    'error.message': message,
    'error.messageString': JSON.stringify(message),
    'error.responseType': type,
  };
  const headers: Record<string, string[]> = { 'Content-Type': ['application/json'], 'x-amzn-ErrorType': [type] };
  for (const [parameter, expression] of Object.entries(spec?.ResponseParameters ?? {})) {
    const name = /^gatewayresponse\.header\.(.+)$/.exec(parameter)?.[1];
    const value = headerValue(expression, context, request);
    if (name && value !== undefined) headers[name] = [value];
  }
  return { status: spec?.StatusCode ?? status, headers, body: substitute(template, context) };
}

type Context = Record<string, string>;

/** `'literal'`, `context.requestId` or `method.request.header.Origin`. */
function headerValue(expression: string, context: Context, request: GatewayRequest): string | undefined {
  const literal = /^'(.*)'$/s.exec(expression)?.[1];
  if (literal !== undefined) return literal;
  const header = /^method\.request\.header\.(.+)$/.exec(expression)?.[1];
  return header ? headerOf(request, header) : context[expression.replace(/^context\./, '')];
}

/** Replaces `$context.…`; what is not known becomes `-`, as in access logs. */
export const substitute = (template: string, context: Context): string =>
  template.replace(/\$context\.([A-Za-z]+(?:\.[A-Za-z]+)*)/g, (_, name: string) => context[name] ?? '-');

/** The `$context` variables a template or an access log format may name. */
export function contextOf(request: GatewayRequest): Context {
  const authorizer = Object.entries(request.authorizer ?? {}).map(([key, value]) => [`authorizer.${key}`, value]);
  return {
    requestId: request.id,
    extendedRequestId: request.extendedId,
    requestTimeEpoch: String(request.at),
    requestTime: new Date(request.at).toISOString(),
    httpMethod: request.method,
    path: `/${request.stage}${request.path}`,
    resourcePath: request.match?.route.path ?? '-',
    stage: request.stage,
    apiId: request.apiId,
    protocol: 'HTTP/1.1',
    'identity.sourceIp': request.sourceIp,
    'identity.userAgent': headerOf(request, 'user-agent') ?? '-',
    ...Object.fromEntries(authorizer),
  };
}
