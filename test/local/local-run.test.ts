/**
 * The whole local run as a process, over the fixture app: what must hold when it is killed, stopped and started again.
 * One file because its tests share one synthesis of that app.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { CHANNELS } from '../../lambdas/core/page/page.ts';
import { ensureAssembly } from '../../local/cloud/assembly.ts';
import { descendants, freePort, isAlive, type Run, ready, startRun, tempDir, until } from './helpers.ts';

const root = join(import.meta.dirname, '../..');
const fixture = {
  root,
  app: 'test/fixtures/local-app/app.ts',
  sources: ['test/fixtures/local-app', 'package-lock.json'],
};
const shared = mkdtempSync(join(tmpdir(), 'lifeline-assembly-'));

beforeAll(() => ensureAssembly({ ...fixture, context: { channels: CHANNELS.join() }, dir: join(shared, 'assembly') }));
afterAll(() => rmSync(shared, { recursive: true, force: true }));

/** A state folder that has been synthesized into, so that a start takes a second. */
function stateDir(): string {
  const dir = join(tempDir(), '.local');
  mkdirSync(dir);
  cpSync(join(shared, 'assembly'), join(dir, 'assembly'), { recursive: true });
  return dir;
}

/** Only the worker has things to read aloud. */
const isWorker = (file: string) => existsSync(file) && readFileSync(file, 'utf8').includes('batchItemFailures');

const start = async (dir: string, ...args: string[]): Promise<Run> => ready(startRun(dir, await freePort(), args));
const post = (run: Run, thing: object, token = run.token('send')) =>
  fetch(`${run.base}/api/things`, { method: 'POST', headers: { authorization: token }, body: JSON.stringify(thing) });
async function seen(run: Run, id: string): Promise<number | undefined> {
  const response = await fetch(`${run.base}/api/things/${id}`);
  return response.ok ? ((await response.json()) as { seen: number }).seen : undefined;
}

describe('kill -9', () => {
  it('loses neither a message a worker was busy with, nor a table row, nor the validity of a token, and leaves no lock behind', async () => {
    const dir = stateDir();
    const port = await freePort();
    const first = await ready(startRun(dir, port));
    const token = first.token('send');
    expect((await post(first, { id: 'a', hang: true })).status).toBe(202);
    await until('the worker has the message', async () => (await seen(first, 'a')) === 1);
    first.process.kill('SIGKILL');
    expect(await first.exited).toBe('SIGKILL');

    const second = await ready(startRun(dir, port));
    await until('the message comes back and the row still counts 1', async () => (await seen(second, 'a')) === 2);
    expect((await post(second, { id: 'b' }, token)).status).toBe(202);
  });
});

describe('stopping', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'on %s ends within five seconds with status 0 and leaves no process',
    async (signal) => {
      const run = await start(stateDir());
      await post(run, { id: 'busy', hang: true });
      await until('a worker is busy', () => seen(run, 'busy'));
      const children = descendants(run.pid);
      const at = Date.now();
      run.process.kill(signal);
      expect(await run.exited).toBe(0);
      expect(Date.now() - at).toBeLessThan(5000);
      expect([run.pid, ...children].filter(isAlive)).toEqual([]);
    },
  );

  it('lets a batch in flight finish, so that its message is not seen again', async () => {
    const dir = stateDir();
    const first = await start(dir);
    await post(first, { id: 'slow', slow: 400 });
    await until('a worker is busy', () => seen(first, 'slow'));
    first.process.kill('SIGINT');
    await first.exited;
    const second = await start(dir);
    // Later than the queue's visibility of two seconds it would have come back.
    await post(second, { id: 'marker', fail: true });
    await until('the marker has come back', async () => ((await seen(second, 'marker')) ?? 0) >= 2);
    expect(await seen(second, 'slow')).toBe(1);
  });

  it('while synthesizing ends the synthesis with it', async () => {
    const dir = join(tempDir(), '.local');
    const run = startRun(dir, await freePort());
    const children = await until('a synthesis runs', () => {
      const found = descendants(run.pid);
      return found.length > 0 ? found : undefined;
    });
    run.process.kill('SIGINT');
    expect(await run.exited).toBe(0);
    expect([run.pid, ...children].filter(isAlive)).toEqual([]);
    expect(existsSync(join(dir, 'assembly'))).toBe(false);
  });
});

describe('starting', () => {
  it('says so when the port is taken, and how to choose another', async () => {
    const port = await freePort();
    const other = createServer().listen(port, '127.0.0.1');
    onTestFinished(() => void other.close());
    const run = startRun(stateDir(), port);
    expect(await run.exited).toBe(1);
    expect(run.output()).toContain(`port ${port} is in use`);
    expect(run.output()).toContain('PORT=');
  });

  it('with --fresh forgets rows, messages and keys of earlier runs', async () => {
    const dir = stateDir();
    const first = await start(dir);
    const token = first.token('send');
    await post(first, { id: 'old' });
    await until('a row is written', () => seen(first, 'old'));
    first.process.kill('SIGINT');
    await first.exited;
    const second = await start(dir, '--fresh');
    expect(await seen(second, 'old')).toBeUndefined();
    expect(second.token('send')).not.toBe(token);
  });

  it('ends with status 1, naming function and log, when a bundle that nothing has called does not load', async () => {
    const dir = stateDir();
    const assets = readdirSync(join(dir, 'assembly')).filter((name) => /^asset\.\w+$/.test(name));
    const [broken] = assets.map((name) => join(dir, 'assembly', name, 'index.js')).filter(isWorker);
    writeFileSync(broken ?? '', `throw new Error('TABLE_NAME is missing')`);
    const run = startRun(dir, await freePort());
    expect(await run.exited).toBe(1);
    expect(run.output()).toMatch(
      /Front-Worker\w+ does not load: Error: TABLE_NAME is missing \(see .*Worker\w+\.log\)/,
    );
  });

  it('ends with status 2 and the usage on a wrong flag', async () => {
    const run = startRun(tempDir(), await freePort(), ['--spede', '3']);
    expect(await run.exited).toBe(2);
    expect(run.output()).toContain('--speed N');
  });

  it("hands a function the template's environment, overridden only where the template declares the variable", async () => {
    const dir = stateDir();
    const run = await ready(
      startRun(dir, await freePort(), ['--speed', '10'], { PUBLIC_BASE_URL: 'https://pages.example.com/api/' }),
    );
    const answer = await fetch(`${run.base}/api/hooks`, { method: 'POST', body: 'a=1' });
    const { environment } = (await answer.json()) as { environment: Record<string, string> };
    expect(environment).toMatchObject({
      PUBLIC_BASE_URL: 'https://pages.example.com/api',
      TIME_SCALE: '10',
      AWS_REGION: 'us-east-1',
    });
    expect(environment).not.toHaveProperty('TWILIO_API_URL');
    expect(environment).not.toHaveProperty('HOME');
  });

  it('with --live says what a loopback callback URL means, and where the provider is not the simulator', async () => {
    const env = { TWILIO_ACCOUNT_SID: 'AC1', TWILIO_AUTH_TOKEN: 'secret-token', TWILIO_PHONE_NUMBER: '+14155550199' };
    const refused = startRun(tempDir(), await freePort(), ['--live']);
    expect(await refused.exited).toBe(2);
    expect(refused.output()).toContain('TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_PHONE_NUMBER');
    const run = await ready(startRun(stateDir(), await freePort(), ['--live'], env));
    expect(run.output()).toContain('providers are asked for no callbacks, and pages end SENT');
    expect(run.output()).toMatch(/^ {2}E-mail +none: it needs EMAIL_FROM; nobody is mailed$/m);
    expect(run.output()).not.toContain('secret-token');
    expect(await (await post(run, { id: 'a' })).json()).toEqual({ sid: 'AC1' });
  });
});

describe('a run that has started', () => {
  const dir = join(shared, 'started', '.local');
  let run: Run;
  let kill: () => void;
  beforeAll(async () => {
    mkdirSync(dir, { recursive: true });
    cpSync(join(shared, 'assembly'), join(dir, 'assembly'), { recursive: true });
    const started = startRun(dir, await freePort(), [], {}, (end) => {
      kill = end;
    });
    run = await ready(started);
  });
  afterAll(async () => {
    kill();
    await run.exited;
  });

  it('refuses a second run on the same state and names the first', async () => {
    const second = startRun(dir, await freePort());
    expect(await second.exited).toBe(1);
    expect(second.output()).toContain(`process ${run.pid}`);
    expect(isAlive(run.pid)).toBe(true);
  });

  it('writes credentials only its owner can read, with the four tokens and exactly their scopes', async () => {
    const file = join(dir, 'credentials.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { apiUrl, tokens } = JSON.parse(readFileSync(file, 'utf8')) as {
      apiUrl: string;
      tokens: Record<string, string>;
    };
    expect(apiUrl).toBe(`${run.base}/api`);
    const claims = Object.entries(tokens).map(([name, token]) => [
      name,
      JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()),
    ]);
    expect(claims.map(([name, { scope }]) => [name, scope])).toEqual([
      ['send', 'lifeline/send'],
      ['read', 'lifeline/read'],
      ['recipients', 'lifeline/recipients'],
      ['admin', 'lifeline/send lifeline/read lifeline/recipients lifeline/admin'],
    ]);
    for (const [name, { iss, token_use, client_id, iat, exp }] of claims) {
      expect({ iss, token_use, client_id, days: (exp - iat) / 86_400 }).toEqual({
        iss: `${run.base}/local/issuer`,
        token_use: 'access',
        client_id: `local-${name}`,
        days: 7,
      });
    }
  });

  it("serves the issuer's keys and no way to make a token of one's own", async () => {
    const keys = await fetch(`${run.base}/local/issuer/.well-known/jwks.json`);
    expect(((await keys.json()) as { keys: object[] }).keys[0]).not.toHaveProperty('d');
    const token = await fetch(`${run.base}/local/issuer/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'lifeline/admin' }),
    });
    expect(token.status).toBe(404);
  });

  it('keeps the output of functions in their logs, off the console', async () => {
    await post(run, { id: 'talkative' });
    const logs = join(dir, 'logs');
    const log = join(logs, readdirSync(logs).find((name) => name.includes('Worker')) ?? '');
    await until('the log has it', () => readFileSync(log, 'utf8').includes('thing talkative'));
    expect(run.output()).not.toContain('talkative');
  });
});
