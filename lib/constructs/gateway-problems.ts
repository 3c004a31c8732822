import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { PROBLEMS, problemType, type SelfExplaining } from '../../lambdas/http/problems.ts';

const CHALLENGE = { 'WWW-Authenticate': "'Bearer'" };
const RETRY_SOON = { 'Retry-After': "'1'" };

/** Every error that the gateway makes itself. */
const RESPONSES: [ResponseType, SelfExplaining, Record<string, string>?][] = [
  [ResponseType.UNAUTHORIZED, 'unauthorized', CHALLENGE],
  [ResponseType.ACCESS_DENIED, 'access-denied'],
  [ResponseType.INVALID_SIGNATURE, 'unauthorized', CHALLENGE],
  [ResponseType.EXPIRED_TOKEN, 'unauthorized', CHALLENGE],
  // API Gateway says "missing authentication token" of every route it does not know.
  [ResponseType.MISSING_AUTHENTICATION_TOKEN, 'route-not-found'],
  [ResponseType.RESOURCE_NOT_FOUND, 'route-not-found'],
  [ResponseType.BAD_REQUEST_BODY, 'invalid-request'],
  [ResponseType.BAD_REQUEST_PARAMETERS, 'invalid-request'],
  [ResponseType.INVALID_API_KEY, 'access-denied'],
  [ResponseType.WAF_FILTERED, 'access-denied'],
  [ResponseType.UNSUPPORTED_MEDIA_TYPE, 'unsupported-media-type'],
  [ResponseType.REQUEST_TOO_LARGE, 'body-too-large'],
  [ResponseType.THROTTLED, 'throttled', RETRY_SOON],
  [ResponseType.QUOTA_EXCEEDED, 'throttled', { 'Retry-After': "'60'" }],
  [ResponseType.AUTHORIZER_FAILURE, 'unavailable', RETRY_SOON],
  [ResponseType.AUTHORIZER_CONFIGURATION_ERROR, 'unavailable', RETRY_SOON],
  [ResponseType.INTEGRATION_FAILURE, 'unavailable', RETRY_SOON],
  [ResponseType.API_CONFIGURATION_ERROR, 'internal'],
  [ResponseType.INTEGRATION_TIMEOUT, 'timeout', RETRY_SOON],
  [ResponseType.DEFAULT_4XX, 'invalid-request'],
  [ResponseType.DEFAULT_5XX, 'internal'],
];

/** The errors that the gateway makes itself look like ours: problem+json with a type of the catalogue, and what to do. */
export function addGatewayProblems(api: RestApi): void {
  for (const [type, name, headers] of RESPONSES) {
    const { status, title, detail } = PROBLEMS[name];
    const instance = 'urn:lifeline:request:$context.requestId';
    api.addGatewayResponse(`Problem${type.responseType}`, {
      type,
      statusCode: String(status),
      responseHeaders: { 'Content-Type': "'application/problem+json'", 'Cache-Control': "'no-store'", ...headers },
      templates: { 'application/json': JSON.stringify({ type: problemType(name), title, status, detail, instance }) },
    });
  }
}
