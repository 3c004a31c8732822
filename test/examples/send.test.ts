import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { dispatchSchema } from '../../lambdas/http/schemas/dispatch.ts';
import { example } from './convert.ts';

const root = join(import.meta.dirname, '../..');
const plain = 'examples/plain/dispatch.json';
let received: { request: IncomingMessage; body: string }[] = [];
let status = 202;
const server = createServer(async (request, response) => {
  received.push({ request, body: await text(request) });
  response.writeHead(status).end('{"status":"ACCEPTED"}');
});

beforeAll(() => once(server.listen(0, '127.0.0.1'), 'listening'));
afterAll(() => void server.close());
beforeEach(() => {
  received = [];
  status = 202;
});

async function send(...args: string[]) {
  const { port } = server.address() as AddressInfo;
  const env = { ...process.env, LIFELINE_URL: `http://127.0.0.1:${port}/api`, LIFELINE_TOKEN: 'secret' };
  return new Promise<{ code: number; out: string }>((resolve) => {
    const child = execFile('bash', [join(root, 'examples/send.sh'), ...args], { cwd: root, env }, (error, out) =>
      resolve({ code: Number(error?.code ?? 0), out }),
    );
    child.stdin?.end();
  });
}

test('the plain example is a dispatch as it is', () => {
  expect(dispatchSchema.safeParse(example('plain/dispatch.json')).error).toBeUndefined();
});

test('sends the file with token and key and prints the answer', async () => {
  expect(await send(plain)).toEqual({ code: 0, out: '202 {"status":"ACCEPTED"}\n' });
  const [{ request, body } = { request: undefined, body: '' }] = received;
  expect(request).toMatchObject({ method: 'POST', url: '/api/notifications' });
  expect(request?.headers).toMatchObject({ authorization: 'Bearer secret', 'content-type': 'application/json' });
  expect(JSON.parse(body)).toEqual(example('plain/dispatch.json'));
});

test('the key is a hash of the body, or what is asked for, or none', async () => {
  for (const args of [[plain], [plain], ['-k', 'INC 1', plain], ['-k', '', plain], ['examples/cloudwatch/ok.json']])
    await send(...args);
  const keys = received.map(({ request }) => request.headers['idempotency-key']);
  expect(keys).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), keys[0], 'INC 1', undefined, expect.any(String)]);
  expect(keys[4]).not.toBe(keys[0]);
});

test('an error answer is printed and ends with status 1, an empty dispatch is not sent', async () => {
  status = 422;
  expect(await send(plain)).toEqual({ code: 1, out: '422 {"status":"ACCEPTED"}\n' });
  expect((await send()).code).toBe(2);
  expect(received).toHaveLength(1);
});
