/** The real stack as a process, and a client for its API and simulators. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inherited } from '../support/inherited.ts';

export interface Stack {
  process: ChildProcess;
  base: string;
  output(): string;
  exited: Promise<number | string>;
  /** One call to the API with the named token; null for none. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  simulator(mode: object, provider?: 'twilio' | 'sns'): Promise<void>;
  phone(number: string): Promise<Text[]>;
}

/** What a phone got. */
export interface Text {
  id: string;
  kind: 'sms' | 'call';
  body: string;
  at: string;
  provider: string;
}

interface CallOptions {
  body?: unknown;
  rawBody?: string | Uint8Array<ArrayBuffer>;
  token?: 'send' | 'read' | 'recipients' | 'admin' | null;
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  body: any;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** What is bound to come is waited for so long at the least, however few seconds it takes on an idle machine. */
const PATIENCE_MS = 60_000;

/** Waits until `probe` answers something true, looking every `everyMs`. */
export async function until<T>(what: string, withinMs: number, probe: () => T | Promise<T>, everyMs = 100) {
  const patienceMs = Math.max(withinMs, PATIENCE_MS);
  for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(everyMs)) {
    const answer = await probe();
    if (answer) return answer;
  }
  throw new Error(`waited ${patienceMs} ms in vain: ${what}`);
}

/** Starts the stack on `dataDir` and waits until it is ready. The caller stops it. `env` is added to its environment. */
export async function startStack(
  dataDir: string,
  port: number,
  args: string[] = [],
  env: Record<string, string> = {},
): Promise<Stack> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
    env: { ...inherited(), LOCAL_DIR: dataDir, PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk;
    });
  const exited = new Promise<number | string>((resolve) =>
    child.on('close', (code, signal) => resolve(code ?? signal ?? '')),
  );
  const base = `http://127.0.0.1:${port}`;
  await until('the stack is ready', 500_000, () => {
    if (child.exitCode !== null) throw new Error(`the stack ended:\n${output}`);
    return output.includes('is ready after');
  }).catch((error) => {
    child.kill('SIGKILL');
    throw error;
  });
  const { tokens } = JSON.parse(readFileSync(join(dataDir, 'credentials.json'), 'utf8'));

  async function call(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    const { body, rawBody, token = 'admin', headers = {} } = options;
    const response = await fetch(`${base}/api${path}`, {
      method,
      headers: {
        ...(token && { Authorization: `Bearer ${tokens[token]}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...((rawBody ?? body) !== undefined && { body: rawBody ?? JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson && text ? JSON.parse(text) : undefined,
    };
  }

  return {
    process: child,
    base,
    output: () => output,
    exited,
    call,
    async simulator(mode, provider = 'twilio') {
      const response = await fetch(`${base}/simulators/${provider}`, { method: 'PUT', body: JSON.stringify(mode) });
      if (!response.ok) throw new Error(`simulator: ${response.status} ${await response.text()}`);
    },
    async phone(number) {
      const response = await fetch(`${base}/simulators/phones/${number}`, { headers: { Accept: 'application/json' } });
      return ((await response.json()) as { items: Text[] }).items;
    },
  };
}
