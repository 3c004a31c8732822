/** The API front over real HTTP; the functions behind it are played by the test. */
import { request as httpRequest } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { gateway, ok, response, route } from './gateway-fixture.ts';

it('an event has the shape of a REST proxy event: path and its parameters as they came, repeated headers and query kept, no raw query', async () => {
  const { json } = await gateway({ routes: [route('GET', '/things/{id}')] });
  const event = await json('/api/things/a%2Fb%20c?x=1&x=2&y=%C3%A9&empty=', { headers: { 'X-Thing': 'one' } });
  expect(event).toMatchObject({
    resource: '/things/{id}',
    path: '/things/a%2Fb%20c',
    httpMethod: 'GET',
    pathParameters: { id: 'a%2Fb%20c' },
    queryStringParameters: { x: '2', y: 'é', empty: '' },
    multiValueQueryStringParameters: { x: ['1', '2'], y: ['é'], empty: [''] },
    multiValueHeaders: { 'X-Thing': ['one'] },
    body: null,
    isBase64Encoded: false,
    requestContext: {
      stage: 'api',
      resourcePath: '/things/{id}',
      path: '/api/things/a%2Fb%20c',
      identity: { sourceIp: '127.0.0.1' },
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
  });
  expect(JSON.stringify(event)).not.toContain('x=1&');
});

it('a form body arrives base64-encoded, a JSON body as it is', async () => {
  const { json } = await gateway({});
  expect(await json('/api/a', { method: 'POST', body: new URLSearchParams({ a: 'ü' }) })).toMatchObject({
    body: Buffer.from('a=%C3%BC').toString('base64'),
    isBase64Encoded: true,
  });
  const headers = { 'content-type': 'application/json' };
  expect(await json('/api/a', { method: 'POST', headers, body: '{"a":"ü"}' })).toMatchObject({
    body: '{"a":"ü"}',
    isBase64Encoded: false,
  });
});

it('a fixed segment wins over a parameter, a parameter over a greedy one, a method over ANY', async () => {
  const routes = [route('ANY', '/{all+}'), route('ANY', '/a/{id}'), route('GET', '/a/{id}'), route('GET', '/a/b')];
  const { json } = await gateway({ routes, door: ({ resource, httpMethod }) => ok([httpMethod, resource]) });
  expect(await json('/api/a/b')).toEqual(['GET', '/a/b']);
  expect(await json('/api/a/c')).toEqual(['GET', '/a/{id}']);
  expect(await json('/api/a/b', { method: 'POST' })).toEqual(['POST', '/a/{id}']);
  expect(await json('/api/a/b/c')).toEqual(['GET', '/{all+}']);
});

it('an unknown route or method answers what the template makes of MISSING_AUTHENTICATION_TOKEN', async () => {
  const responses = [
    response('MISSING_AUTHENTICATION_TOKEN', {
      StatusCode: 404,
      ResponseParameters: {
        'gatewayresponse.header.Content-Type': "'application/problem+json'",
        'gatewayresponse.header.X-Id': 'context.requestId',
        'gatewayresponse.header.X-From': 'method.request.header.Origin',
      },
      ResponseTemplates: { 'application/json': '{"detail":$context.error.messageString,"id":"$context.requestId"}' },
    }),
  ];
  const { call } = await gateway({ routes: [route('GET', '/a')], responses });
  for (const [path, method] of [
    ['/api/b', 'GET'],
    ['/api/a', 'POST'],
    ['/api', 'GET'],
    ['/api/a/', 'GET'],
    ['/api/a', 'OPTIONS'],
  ] as const) {
    const answer = await call(path, { method, headers: { origin: 'http://x' } });
    expect([path, answer.status, answer.headers.get('content-type')]).toEqual([path, 404, 'application/problem+json']);
    expect(answer.headers.get('x-from')).toBe('http://x');
    expect(await answer.json()).toEqual({ detail: 'Missing Authentication Token', id: answer.headers.get('x-id') });
  }
  expect((await call('/api/b', { method: 'HEAD' })).status).toBe(404);
});

it('an answer to HEAD has status and headers, no body and no length, whoever makes it', async () => {
  const routes = [route('ANY', '/a')];
  const { call } = await gateway({
    routes,
    door: ({ httpMethod }) => ({ ...ok(httpMethod), headers: { ETag: '"1"' } }),
  });
  const [head, problem] = [await call('/api/a', { method: 'HEAD' }), await call('/api/b', { method: 'HEAD' })];
  expect([head.status, head.headers.get('etag'), problem.status]).toEqual([200, '"1"', 403]);
  for (const answer of [head, problem]) {
    expect([answer.headers.get('content-length'), answer.headers.get('transfer-encoding')]).toEqual([null, null]);
    expect(await answer.text()).toBe('');
  }
  // The connection goes on with the next request.
  expect(await (await call('/api/a')).json()).toBe('GET');
});

it("a gateway response the template leaves out falls to its default for 4xx or 5xx, else to API Gateway's own", async () => {
  const broken = { door: () => 'not a response' };
  expect((await (await gateway(broken)).call('/api/a')).status).toBe(502);
  const { call } = await gateway({ ...broken, responses: [response('DEFAULT_5XX', { StatusCode: 500 })] });
  const answer = await call('/api/a');
  expect([answer.status, await answer.json()]).toEqual([
    500,
    { title: 'DEFAULT_5XX', detail: 'Internal server error' },
  ]);
});

it.each([
  ['throws', () => Promise.reject(new Error('boom'))],
  ['has no status', () => ({ body: '' })],
  ['has a body that is not text', () => ({ statusCode: 200, body: { a: 1 } })],
  ['has a field of another gateway', () => ({ statusCode: 200, cookies: [] })],
])('a function whose answer %s gives 502, and none of its words', async (_, door) => {
  const { call } = await gateway({ door });
  const answer = await call('/api/a');
  expect([answer.status, await answer.text()]).toEqual([502, '{"message":"Internal server error"}']);
});

it('a function that is too slow gives 504', async () => {
  const { call } = await gateway({
    routes: [route('GET', '/a', { timeoutMs: 50 })],
    door: () => new Promise(() => {}),
  });
  expect((await call('/api/a')).status).toBe(504);
});

it('status, headers, repeated headers and base64 bodies of a function reach the caller', async () => {
  const { call } = await gateway({
    door: () => ({
      statusCode: 201,
      headers: { 'Content-Type': 'text/vcard', ETag: '"1"' },
      multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'] },
      body: Buffer.from([0, 255]).toString('base64'),
      isBase64Encoded: true,
    }),
  });
  const answer = await call('/api/a');
  expect([answer.status, answer.headers.get('content-type'), answer.headers.get('etag')]).toEqual([
    201,
    'text/vcard',
    '"1"',
  ]);
  expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect([...new Uint8Array(await answer.arrayBuffer())]).toEqual([0, 255]);
});

it('a body over 10 MB gives 413 before the function sees it', async () => {
  let called = false;
  const { port } = await gateway({
    door: () => {
      called = true;
    },
    responses: [response('REQUEST_TOO_LARGE')],
  });
  // By hand: fetch would fail on a connection that is closed while it still sends.
  const status = await new Promise((resolve, reject) => {
    const req = httpRequest({ port, host: '127.0.0.1', path: '/api/a', method: 'POST' }, (res) =>
      resolve(res.statusCode),
    );
    req.on('error', reject);
    req.write(Buffer.alloc(10 * 1024 * 1024));
    req.write('x');
    onTestFinished(() => void req.destroy());
  });
  expect([status, called]).toEqual([413, false]);
});

it('parameters and headers may be called like what objects inherit', async () => {
  const { json } = await gateway({});
  const event = await json('/api/a?__proto__=1&constructor=2', { headers: { constructor: '3' } });
  expect(event).toMatchObject({
    queryStringParameters: { constructor: '2' },
    multiValueHeaders: { constructor: ['3'] },
  });
});

it('a path that cannot be decoded gives 400', async () => {
  const { call } = await gateway({});
  expect((await call('/api/%E0%A4%A')).status).toBe(400);
});

it("calls over the stage's burst give 429 with what the template adds", async () => {
  const MethodSettings = [{ HttpMethod: '*', ResourcePath: '/*', ThrottlingBurstLimit: 2, ThrottlingRateLimit: 0.001 }];
  const responses = [response('THROTTLED', { ResponseParameters: { 'gatewayresponse.header.Retry-After': "'1'" } })];
  const { call } = await gateway({ stage: { MethodSettings }, responses });
  expect((await call('/api/a')).status).toBe(200);
  expect((await call('/api/a')).status).toBe(200);
  const third = await call('/api/a');
  expect([third.status, third.headers.get('retry-after')]).toEqual([429, '1']);
});

it('a route to a function that no template declares is refused at the start', async () => {
  await expect(gateway({ routes: [route('GET', '/a', { functionArn: 'nobody' })] })).rejects.toThrow('nobody');
});

it('what nobody serves answers 404 problem+json', async () => {
  const { call } = await gateway({});
  for (const path of ['/', '/apix', '/local/issuer']) {
    const answer = await call(path);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
  }
});
