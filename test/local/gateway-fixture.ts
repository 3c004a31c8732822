/** An API front over real HTTP, whose functions are played by the test. */
import { onTestFinished } from 'vitest';
import { startFront } from '../../local/cloud/front.ts';
import type { ApiSpec, AuthorizerSpec, ResponseSpec, Route } from '../../local/cloud/gateway/definition.ts';
import { createGateway } from '../../local/cloud/gateway/gateway.ts';
import { freePort, memoryLog } from './helpers.ts';

// biome-ignore lint/suspicious/noExplicitAny: events are looked at from all sides
export type Handler = (event: any) => unknown;

export const AUTHORIZER: AuthorizerSpec = {
  id: 'jwt',
  Name: 'jwt',
  Type: 'TOKEN',
  RestApiId: 'api',
  functionArn: 'guard',
  AuthorizerResultTtlInSeconds: 300,
  IdentitySource: 'method.request.header.Authorization',
  IdentityValidationExpression: undefined,
};
export const route = (method: string, path: string, over: Partial<Route> = {}): Route => ({
  method,
  path,
  resourceId: 'r',
  functionArn: 'door',
  timeoutMs: 500,
  authorizer: undefined,
  ...over,
});
export const response = (ResponseType: string, over: Partial<ResponseSpec> = {}): ResponseSpec => ({
  ResponseType,
  RestApiId: 'api',
  ResponseParameters: { 'gatewayresponse.header.Content-Type': "'application/problem+json'" },
  ResponseTemplates: { 'application/json': `{"title":"${ResponseType}","detail":$context.error.messageString}` },
  ...over,
});
export const ok = (body: unknown) => ({ statusCode: 200, body: JSON.stringify(body) });

interface Parts {
  routes?: Route[];
  responses?: ResponseSpec[];
  stage?: Partial<ApiSpec['stage']>;
  door?: Handler;
  guard?: Handler;
}

export async function gateway({
  routes = [route('ANY', '/{proxy+}')],
  responses = [],
  stage = {},
  door = ok,
  guard,
}: Parts) {
  const port = await freePort();
  const front = await startFront(port);
  onTestFinished(() => front.stop());
  onTestFinished(() => void front.drain());
  const log = memoryLog();
  const hosts = new Map([
    ['door', { invoke: async (event: unknown) => door(event) }],
    ['guard', { invoke: async (event: unknown) => guard?.(event) }],
  ]);
  const api: ApiSpec = {
    id: 'api',
    routes,
    responses,
    stage: { StageName: 'api', RestApiId: 'api', MethodSettings: [], ...stage },
  };
  front.add(createGateway(api, hosts, log.stream));
  const base = `http://127.0.0.1:${port}`;
  const call = (path: string, init?: RequestInit) => fetch(base + path, init);
  const json = async (path: string, init?: RequestInit) => (await call(path, init)).json();
  return { base, port, call, json, log: log.text };
}
