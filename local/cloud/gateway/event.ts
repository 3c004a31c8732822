/** A request on its way through the gateway, and the REST proxy event (version 1.0) that a function gets of it. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ACCOUNT } from '../template/resolver.ts';
import type { Match } from './router.ts';

type Many = Record<string, string[]>;

export interface GatewayRequest {
  id: string;
  extendedId: string;
  at: number;
  method: string;
  /** As it came, percent-encoded, without the stage. */
  path: string;
  apiId: string;
  stage: string;
  sourceIp: string;
  headers: Many;
  query: Many;
  body: Buffer;
  match: Match | undefined;
  /** What the authorizer said, as the function sees it. */
  authorizer: Record<string, string> | undefined;
}

/** Reads method, headers and query off the wire; path, match, authorizer and body are filled in on the way. */
export function toGatewayRequest(req: IncomingMessage, apiId: string, stage: string): GatewayRequest {
  const query = none();
  const search = (req.url ?? '').split('?').slice(1).join('?');
  for (const [name, value] of new URLSearchParams(search)) add(query, name, value);
  const headers = none();
  for (let i = 0; i < req.rawHeaders.length; i += 2) add(headers, req.rawHeaders[i] ?? '', req.rawHeaders[i + 1] ?? '');
  return {
    id: randomUUID(),
    extendedId: randomBytes(11).toString('base64'),
    at: Date.now(),
    method: req.method ?? 'GET',
    path: '/',
    apiId,
    stage,
    sourceIp: (req.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    headers,
    query,
    body: Buffer.alloc(0),
    match: undefined,
    authorizer: undefined,
  };
}

/** Without a prototype: a caller may call a parameter `constructor`. */
const none = (): Many => Object.create(null) as Many;

const add = (to: Many, name: string, value: string) => {
  to[name] ??= [];
  to[name].push(value);
};

/** The last value of a header, found without regard to case. */
export function headerOf(request: GatewayRequest, name: string): string | undefined {
  const lower = name.toLowerCase();
  return Object.entries(request.headers)
    .findLast(([key]) => key.toLowerCase() === lower)?.[1]
    .at(-1);
}

/** `arn:aws:execute-api:…/api/POST/things`, the resource a policy speaks about. */
export const methodArn = (request: GatewayRequest): string =>
  `arn:aws:execute-api:us-east-1:${ACCOUNT}:${request.apiId}/${request.stage}/${request.method}${request.path}`;

/** The part of the event that a REQUEST authorizer sees as well. */
export function baseEvent(request: GatewayRequest) {
  const last = (many: Many) =>
    Object.keys(many).length ? Object.fromEntries(Object.entries(many).map(([k, v]) => [k, v.at(-1) as string])) : null;
  const parameters = request.match?.parameters ?? {};
  const resourcePath = request.match?.route.path ?? request.path;
  const domainName = headerOf(request, 'host') ?? '';
  return {
    resource: resourcePath,
    path: request.path,
    httpMethod: request.method,
    headers: last(request.headers),
    multiValueHeaders: request.headers,
    queryStringParameters: last(request.query),
    multiValueQueryStringParameters: Object.keys(request.query).length ? request.query : null,
    pathParameters: Object.keys(parameters).length ? parameters : null,
    stageVariables: null,
    requestContext: {
      accountId: ACCOUNT,
      apiId: request.apiId,
      domainName,
      domainPrefix: domainName.split('.')[0],
      extendedRequestId: request.extendedId,
      httpMethod: request.method,
      identity: { sourceIp: request.sourceIp, userAgent: headerOf(request, 'user-agent') ?? null },
      path: `/${request.stage}${request.path}`,
      protocol: 'HTTP/1.1',
      requestId: request.id,
      requestTime: clfTime(request.at),
      requestTimeEpoch: request.at,
      resourceId: request.match?.route.resourceId ?? '',
      resourcePath,
      stage: request.stage,
      ...(request.authorizer ? { authorizer: request.authorizer } : {}),
    },
  };
}

/** Form bodies come base64, as API Gateway may send them: a handler that reads them as text must fail here first. */
export function proxyEvent(request: GatewayRequest) {
  const isForm = /^application\/x-www-form-urlencoded/i.test(headerOf(request, 'content-type') ?? '');
  const isBase64Encoded = isForm && request.body.length > 0;
  return {
    ...baseEvent(request),
    body: request.body.length ? request.body.toString(isBase64Encoded ? 'base64' : 'utf8') : null,
    isBase64Encoded,
  };
}

/** `22/Nov/2026:18:20:00 +0000` */
function clfTime(at: number): string {
  const [, day, month, year, time] = new Date(at).toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}
