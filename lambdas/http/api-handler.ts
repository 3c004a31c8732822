import middy from '@middy/core';
import httpRouter, { type Route } from '@middy/http-router';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import type { Log } from '../runtime/logger.ts';
import type { Count } from '../runtime/metrics.ts';
import { type OperationId, operations } from './api.gen.ts';
import { admit } from './caller.ts';
import type { ApiRequest, ApiResponse, Handler, HttpAnswer } from './http.ts';
import { logContext, normalise, problems, securityHeaders, withoutBodyForHead } from './middleware.ts';
import { isKnownToReader } from './preconditions.ts';
import { Problem } from './problem.ts';
import { toRequest } from './request.ts';

export type ApiLambda = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;

/** An answer of ours, in time, is better than the gateway's when the function is killed. */
const ANSWER_BEFORE_TIMEOUT_MS = 250;

/**
 * The Lambda handler that serves these operations behind API Gateway. Parses, checks scopes, routes by method and path
 * as the OpenAPI file has them, and turns whatever is thrown into problem+json.
 */
export function apiHandler(
  routes: Partial<Record<OperationId, Handler>>,
  { logger, count }: { logger: Log; count: Count },
): ApiLambda {
  const table = Object.entries(routes).flatMap(([name, serve]): Route<APIGatewayProxyEvent, HttpAnswer>[] => {
    const operation = name as OperationId;
    const { method, path } = operations[operation];
    const handler = async (event: APIGatewayProxyEvent) => {
      logger.appendKeys({ operation });
      const request = toRequest(operation, event, admit(operation, event));
      return toAnswer(unlessKnown(request, await serve(request), method));
    };
    // docs/spec/api.md#lists: HEAD answers as GET without a body, and GET never acts.
    const methods = method === 'GET' ? (['GET', 'HEAD'] as const) : [method];
    return methods.map((one) => ({ method: one, path, handler }));
  });
  const notFoundResponse = () => {
    throw new Problem('route-not-found');
  };
  const handler = middy<APIGatewayProxyEvent, HttpAnswer>({
    timeoutEarlyInMillis: ANSWER_BEFORE_TIMEOUT_MS,
    timeoutEarlyResponse: () => {
      throw new Problem('timeout');
    },
  })
    .use(normalise())
    .use(withoutBodyForHead())
    .use(securityHeaders())
    .use(problems({ logger, count }))
    .use(logContext(logger))
    .handler(httpRouter({ routes: table, notFoundResponse }));
  return (event, context) => handler(event, context);
}

/** A reader who names the version that there is in `If-None-Match` has it, and gets 304 (RFC 9110 §13.1.2). */
function unlessKnown({ headers }: ApiRequest, response: ApiResponse, method: string): ApiResponse {
  const etag = response.headers?.ETag;
  if (method !== 'GET' || response.status !== 200 || etag === undefined || !isKnownToReader(headers, etag)) {
    return response;
  }
  return { status: 304, headers: { ETag: etag } };
}

function toAnswer({ status, body, content, headers }: ApiResponse): HttpAnswer {
  if (content) {
    return {
      statusCode: status,
      headers: { 'Content-Type': `${content.type}; charset=utf-8`, ...headers },
      body: content.text,
    };
  }
  if (body === undefined) return { statusCode: status, headers: { ...headers }, body: '' };
  return {
    statusCode: status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}
