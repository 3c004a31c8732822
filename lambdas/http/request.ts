import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod';
import { type OperationId, operations } from './api.gen.ts';
import type { ApiRequest, Caller } from './http.ts';
import { invalid } from './problem.ts';
import { BATCH_LIMIT, parseBody } from './request-body.ts';
import { incidentId, recipientId } from './schemas/text.ts';
import { parse } from './validation.ts';

/**
 * The request of a normalised event (`normalise`: headers in lower case, body as text). Throws what is wrong with it.
 */
export function toRequest(operation: OperationId, event: APIGatewayProxyEvent, caller: Caller): ApiRequest {
  const { body: kind } = operations[operation];
  const headers = event.headers as Record<string, string>;
  const rawBody = event.body ?? '';
  return {
    operation,
    params: pathParams(event.pathParameters ?? {}),
    query: singleQuery(event),
    headers,
    body: kind === null ? undefined : parseBody(kind, rawBody, headers['content-type'], BODY_LIMITS[operation]),
    rawBody,
    caller,
  };
}

/** Bytes, where it is not the limit of the body's kind. */
const BODY_LIMITS: Partial<Record<OperationId, number>> = { dispatchBatch: BATCH_LIMIT };

/**
 * Ids are checked before a handler sees them: a key of a store has limits of its own, and what lies beyond is a bad
 * request and not our failure. `id` is a recipient's or a page's; the latter look alike. The `ref` of a callback is left
 * to its handler, which checks the signature first.
 */
const PATH_PARAMS: Record<string, z.ZodType<string>> = { id: recipientId, incidentId };

function pathParams(raw: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(raw).map(([name, value = '']) => [
      name,
      parse(PATH_PARAMS[name] ?? z.string(), decode(name, value), name),
    ]),
  );
}

function decode(name: string, value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw invalid({ path: name, message: 'is not valid percent-encoding' });
  }
}

/** No parameter of ours takes several values, and silently taking one of them would answer another question. */
function singleQuery(event: APIGatewayProxyEvent): Record<string, string> {
  const repeated = Object.entries(event.multiValueQueryStringParameters ?? {}).filter(
    ([, list]) => (list?.length ?? 0) > 1,
  );
  if (repeated.length > 0) throw invalid(...repeated.map(([path]) => ({ path, message: 'must be given once' })));
  return (event.queryStringParameters ?? {}) as Record<string, string>;
}
