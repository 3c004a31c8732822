import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { Log } from '../runtime/logger.ts';
import { METRICS } from '../runtime/metric-names.ts';
import type { Count } from '../runtime/metrics.ts';
import { callerOf } from './caller.ts';
import type { HttpAnswer } from './http.ts';
import { asProblem, toResponse } from './problem.ts';
import { decodeBase64 } from './request-body.ts';

type ApiMiddleware = MiddlewareObj<APIGatewayProxyEvent, HttpAnswer>;

/** Header names in lower case, bodies as text, whatever way the event came. */
export const normalise = (): ApiMiddleware => ({
  before: ({ event }) => {
    const headers = Object.entries(event.headers ?? {}).filter(([, value]) => value !== undefined);
    event.headers = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
    if (event.isBase64Encoded && event.body) {
      event.body = decodeBase64(event.body);
      event.isBase64Encoded = false;
    }
  },
});

/** An answer to HEAD is that to GET in everything but its body, problems included. */
export const withoutBodyForHead = (): ApiMiddleware => {
  const cut: NonNullable<ApiMiddleware['after']> = ({ event, response }) => {
    if (response && event.httpMethod === 'HEAD') response.body = '';
  };
  return { after: cut, onError: cut };
};

/**
 * No answer of an API with personal data belongs in a cache, unless its handler says so, and none is to be guessed at by
 * a browser.
 */
export const securityHeaders = (): ApiMiddleware => {
  const add: NonNullable<ApiMiddleware['after']> = ({ response }) => {
    if (!response) return;
    response.headers = {
      'Cache-Control': 'no-store',
      ...response.headers,
      'X-Content-Type-Options': 'nosniff',
      'Strict-Transport-Security': 'max-age=63072000',
    };
  };
  return { after: add, onError: add };
};

/** Every error becomes problem+json. Ours are logged and counted; the caller's are not errors. */
export const problems = ({ logger, count }: { logger: Log; count: Count }): ApiMiddleware => ({
  onError: (request) => {
    const problem = asProblem(request.error);
    if (problem.name === 'internal') count(METRICS.internalError);
    if (problem.status >= 500) logger.error(problem.name, { error: problem.cause ?? problem });
    else logger.info('refused', { problem: problem.name });
    request.response = toResponse(problem, request.event.requestContext?.requestId);
  },
});

/** Every line of the request carries its id and who asked; never what the token says of the person. */
export const logContext = (logger: Log): ApiMiddleware => ({
  before: ({ event }) => {
    logger.resetKeys();
    logger.appendKeys({ requestId: event.requestContext?.requestId, clientId: callerOf(event)?.clientId });
  },
});
