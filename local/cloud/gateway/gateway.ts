/** API Gateway: from an HTTP request to a function's answer or a gateway response. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import { Problem, readBytes } from '../http.ts';
import type { FunctionHost } from '../lambda/function-host.ts';
import { type Authorizer, createAuthorizer } from './authorizer.ts';
import type { ApiSpec } from './definition.ts';
import { type GatewayRequest, toGatewayRequest } from './event.ts';
import { integrate } from './integration.ts';
import { type Answer, contextOf, gatewayResponse, type ResponseType, substitute } from './responses.ts';
import { findRoute } from './router.ts';
import { createThrottle } from './throttle.ts';

/** API Gateway's own limit. */
const LARGEST_BODY = 10 * 1024 * 1024;

type Hosts = ReadonlyMap<string, Pick<FunctionHost, 'invoke'>>;

/**
 * Serves requests below `/<stage>`. `hosts` are the functions by ARN, `accessLog` takes the stage's access log.
 */
export function createGateway(api: ApiSpec, hosts: Hosts, accessLog: Writable) {
  const admits = createThrottle(api.stage.MethodSettings);
  const authorizers = new Map<string, Authorizer>();
  for (const { authorizer } of api.routes) {
    if (!authorizer || authorizers.has(authorizer.id)) continue;
    authorizers.set(authorizer.id, createAuthorizer(authorizer, hostOf(hosts, authorizer.functionArn)));
  }
  for (const route of api.routes) hostOf(hosts, route.functionArn);
  const prefix = `/${api.stage.StageName}`;

  /** In the order of API Gateway: route, throttle, authorizer, size, integration. */
  async function answer(request: GatewayRequest, req: IncomingMessage, rawPath: string): Promise<Answer> {
    const refuse = (type: ResponseType) => gatewayResponse(api.responses, type, request);
    try {
      decodeURIComponent(rawPath);
      request.path = rawPath;
      request.match = findRoute(api.routes, request.method, rawPath);
    } catch {
      return refuse('BAD_REQUEST_PARAMETERS');
    }
    const route = request.match?.route;
    if (!route) return refuse('MISSING_AUTHENTICATION_TOKEN');
    if (!admits(route.method, route.path)) return refuse('THROTTLED');
    if (route.authorizer) {
      const verdict = await authorizers.get(route.authorizer.id)?.(request);
      if (!verdict || 'refused' in verdict) return refuse(verdict?.refused ?? 'AUTHORIZER_FAILURE');
      request.authorizer = verdict.allowed;
    }
    try {
      request.body = await readBytes(req, LARGEST_BODY);
    } catch (error) {
      if (error instanceof Problem) return refuse('REQUEST_TOO_LARGE');
      throw error;
    }
    const result = await integrate(request, hostOf(hosts, route.functionArn), route.timeoutMs);
    return 'refused' in result ? refuse(result.refused) : result;
  }

  return {
    /** Whether this path is the gateway's to answer. */
    serves: (path: string) => path === prefix || path.startsWith(`${prefix}/`),
    async handle(req: IncomingMessage, res: ServerResponse, path: string): Promise<void> {
      const rawPath = path.slice(prefix.length) || '/';
      const request = toGatewayRequest(req, api.id, api.stage.StageName);
      const { status, headers, body } = await answer(request, req, rawPath);
      // An unread body would be taken for the next request on this connection.
      if (!req.complete) res.setHeader('connection', 'close');
      // How long the body of a GET would have been, an answer to HEAD does not know.
      const hasLength = status !== 204 && status !== 304 && request.method !== 'HEAD';
      if (hasLength) res.setHeader('content-length', Buffer.byteLength(body));
      res.writeHead(status, { ...headers, 'x-amzn-RequestId': request.id, 'x-amz-apigw-id': request.extendedId });
      res.end(body);
      const log = api.stage.AccessLogSetting;
      const outcome = {
        status: String(status),
        responseLength: String(Buffer.byteLength(body)),
        responseLatency: String(Date.now() - request.at),
        ...(headers['x-amzn-ErrorType'] ? { 'error.responseType': String(headers['x-amzn-ErrorType']) } : {}),
      };
      if (log) accessLog.write(`${substitute(log.Format, { ...contextOf(request), ...outcome })}\n`);
    },
  };
}

export type Gateway = ReturnType<typeof createGateway>;

function hostOf(hosts: Hosts, arn: string): Pick<FunctionHost, 'invoke'> {
  const host = hosts.get(arn);
  if (!host) throw new Error(`a route or an authorizer invokes ${arn}, which no template declares`);
  return host;
}
