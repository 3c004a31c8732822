/** Lambda authorizers at the API front: what is asked, kept and refused. */
import { expect, it } from 'vitest';
import { createAuthorizer } from '../../local/cloud/gateway/authorizer.ts';
import type { GatewayRequest } from '../../local/cloud/gateway/event.ts';
import { FunctionError } from '../../local/cloud/lambda/protocol.ts';
import { AUTHORIZER, gateway, type Handler, response, route } from './gateway-fixture.ts';

const policy = (Effect: string, Resource = '*', context = {}) => ({
  principalId: 'me',
  context,
  policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect, Resource }] },
});
const asToken = (authorization: string) => ({ headers: { authorization } });

const guarded = [route('GET', '/a', { authorizer: AUTHORIZER }), route('POST', '/a', { authorizer: AUTHORIZER })];

it("an allowed call carries the authorizer's context as text", async () => {
  const guard: Handler = ({ type, authorizationToken, methodArn }) =>
    policy('Allow', '*', { type, authorizationToken, methodArn, n: 1 });
  const { json } = await gateway({ routes: guarded, guard });
  const { requestContext } = (await json('/api/a', asToken('Bearer x'))) as { requestContext: { authorizer: object } };
  expect(requestContext.authorizer).toEqual({
    principalId: 'me',
    type: 'TOKEN',
    authorizationToken: 'Bearer x',
    methodArn: 'arn:aws:execute-api:us-east-1:000000000000:api/api/GET/a',
    n: '1',
  });
});

it.each([
  ['no token', undefined, policy('Allow'), 401, 'UNAUTHORIZED'],
  ['Unauthorized', 'x', new FunctionError({ errorType: 'Error', errorMessage: 'Unauthorized' }), 401, 'UNAUTHORIZED'],
  ['a crash', 'x', new FunctionError({ errorType: 'Error', errorMessage: 'boom' }), 500, 'AUTHORIZER_FAILURE'],
  ['a deny', 'x', policy('Deny'), 403, 'ACCESS_DENIED'],
  ['an allow of something else', 'x', policy('Allow', 'arn:*/api/POST/*'), 403, 'ACCESS_DENIED'],
  ['no policy', 'x', { principalId: 'me' }, 500, 'AUTHORIZER_CONFIGURATION_ERROR'],
  ['an object in the context', 'x', policy('Allow', '*', { scopes: ['a'] }), 500, 'AUTHORIZER_CONFIGURATION_ERROR'],
])('with %s the function is not called', async (_, token, verdict, status, title) => {
  let called = false;
  const { call } = await gateway({
    routes: guarded,
    responses: [response(title)],
    guard: () => {
      if (verdict instanceof Error) throw verdict;
      return verdict;
    },
    door: () => {
      called = true;
    },
  });
  const answer = await call('/api/a', token ? asToken(token) : undefined);
  expect([answer.status, ((await answer.json()) as { title: string }).title, called]).toEqual([status, title, false]);
});

it('a verdict is kept per token, and its policy weighed anew for each method', async () => {
  const asked: string[] = [];
  const { call } = await gateway({
    routes: guarded,
    guard: ({ authorizationToken }) => {
      asked.push(authorizationToken);
      return policy('Allow', 'arn:aws:execute-api:*:*:api/api/GET/?');
    },
  });
  expect((await call('/api/a', asToken('one'))).status).toBe(200);
  expect((await call('/api/a', { method: 'POST', ...asToken('one') })).status).toBe(403);
  expect((await call('/api/a', asToken('two'))).status).toBe(200);
  expect((await call('/api/a', asToken('one'))).status).toBe(200);
  expect(asked).toEqual(['one', 'two']);
});

it('a verdict is not kept when its time to live is zero, and a failed check never', async () => {
  let asked = 0;
  const authorizer = { ...AUTHORIZER, AuthorizerResultTtlInSeconds: 0 };
  const short = await gateway({
    routes: [route('GET', '/a', { authorizer })],
    guard: () => policy(++asked ? 'Allow' : 'Deny'),
  });
  for (let i = 0; i < 3; i++) await short.call('/api/a', asToken('x'));
  expect(asked).toBe(3);
  let tries = 0;
  const failing = await gateway({
    routes: guarded,
    guard: () => {
      if (++tries === 1) throw new FunctionError({ errorType: 'Error', errorMessage: 'keys cannot be fetched' });
      return policy('Allow');
    },
  });
  expect((await failing.call('/api/a', asToken('x'))).status).toBe(500);
  expect((await failing.call('/api/a', asToken('x'))).status).toBe(200);
});

it('the access log holds the line the stage asks for', async () => {
  const AccessLogSetting = {
    Format: '{"route":"$context.resourcePath","status":$context.status,"who":"$context.authorizer.principalId"}',
  };
  const { call, log } = await gateway({ routes: guarded, guard: () => policy('Allow'), stage: { AccessLogSetting } });
  await call('/api/a', asToken('x'));
  expect(log()).toBe('{"route":"/a","status":200,"who":"me"}\n');
});

it('a verdict is asked for anew once its time to live is over', async () => {
  let clock = 0;
  let asked = 0;
  const invoke = async () => policy(++asked ? 'Allow' : 'Deny');
  const authorize = createAuthorizer({ ...AUTHORIZER, AuthorizerResultTtlInSeconds: 60 }, { invoke }, () => clock);
  const request = { headers: { authorization: ['x'] }, query: {} } as unknown as GatewayRequest;
  const counts = [];
  for (clock of [0, 59_999, 60_000, 119_999, 120_000]) {
    await authorize(request);
    counts.push(asked);
  }
  expect(counts).toEqual([1, 1, 2, 2, 3]);
});
