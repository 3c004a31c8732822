import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { FunctionHost } from '../../local/cloud/lambda/function-host.ts';
import { Pool, type PoolOptions } from '../../local/cloud/lambda/pool.ts';
import type { FunctionSpec } from '../../local/cloud/lambda/spec.ts';
import { bundle, memoryLog, until } from './helpers.ts';

/** Without `patienceMs` of its own nobody waits for a busy environment while another may be started. */
function host(source: string, limit = 1, over: Partial<FunctionSpec> = {}, options: PoolOptions | Pool = {}) {
  const log = memoryLog();
  const said: string[] = [];
  const pool = options instanceof Pool ? options : new Pool(Object.assign({ patienceMs: 0, quietMs: 0 }, options));
  const made = new FunctionHost(bundle(source, over), limit, log.stream, (line) => void said.push(line), pool);
  onTestFinished(() => made.stop());
  return Object.assign(made, { log: log.text, said });
}

const COUNTING = `
  let calls = 0, running = 0;
  exports.handler = async ({ sleep = 0, hang, crash, exit, fail }) => {
    calls++; running++;
    const seen = { calls, running };
    if (hang) await new Promise(() => setInterval(() => {}, 1000));
    if (crash) setTimeout(() => { throw new Error('outside'); });
    if (crash) await new Promise(() => {});
    if (exit) process.exit(3);
    if (fail) throw new TypeError('of its own');
    await new Promise((done) => setTimeout(done, sleep));
    running--;
    return seen;
  };`;

it('an environment is reused, with what its module keeps', async () => {
  const fn = host(COUNTING);
  await fn.invoke({});
  expect(await fn.invoke({})).toEqual({ calls: 2, running: 1 });
});

it('an environment that nobody needs is ended, with what it kept; the next call finds a new one', async () => {
  const fn = host(COUNTING, 1, {}, { idleMs: 50 });
  await fn.invoke({});
  await sleep(300);
  expect(await fn.invoke({})).toEqual({ calls: 1, running: 1 });
});

it('the idle environment that was used least recently, of whichever function, makes room', async () => {
  const pool = new Pool({ idle: 2, surplusMs: 0 });
  const [a, b, c] = [host(COUNTING, 1, {}, pool), host(COUNTING, 1, {}, pool), host(COUNTING, 1, {}, pool)];
  for (const fn of [a, b, a, c]) await fn.invoke({});
  expect(await a.invoke({})).toMatchObject({ calls: 3 });
  expect(await b.invoke({})).toMatchObject({ calls: 1 });
});

it('more than the pool keeps are kept while they are called again and again', async () => {
  const pool = new Pool({ idle: 0, surplusMs: 60_000 });
  const fn = host(COUNTING, 1, {}, pool);
  await fn.invoke({});
  expect(await fn.invoke({})).toMatchObject({ calls: 2 });
});

it('a short run is waited for instead of loading the bundle once more', async () => {
  const fn = host(COUNTING, 2, {}, { patienceMs: 60_000 });
  const results = (await Promise.all([1, 2, 3].map(() => fn.invoke({ sleep: 5 })))) as { calls: number }[];
  expect(results.map(({ calls }) => calls)).toEqual([1, 2, 3]);
});

it('who has waited long enough for a busy environment gets one more, and only as many load at once as the pool allows', async () => {
  const pool = new Pool({ patienceMs: 10, loads: 1 });
  const fn = host(COUNTING, 2, {}, pool);
  const hanging = fn.invoke({ hang: true }).catch(() => {});
  expect(await fn.invoke({})).toEqual({ calls: 1, running: 1 });
  await fn.stop();
  await hanging;
});

it('nothing is loaded before it is called', async () => {
  const fn = host(`console.log('loaded'); exports.handler = async () => {}`);
  await sleep(200);
  expect(fn.log()).toBe('');
  await fn.invoke({});
  await until('it has loaded', () => fn.log().includes('loaded'));
});

it('a check loads a bundle that nobody has called, lets it go, and loads none twice', async () => {
  const fn = host(`console.log('loaded'); exports.handler = async () => process.pid`);
  const loads = () => fn.log().match(/loaded/g)?.length ?? 0;
  await fn.check();
  await until('it has loaded', () => loads() === 1);
  await fn.invoke({});
  await until('it has loaded again, having been let go', () => loads() === 2);
  await fn.check();
  expect(loads()).toBe(2);
});

it('invocations that wait for an environment when the run stops fail', async () => {
  const fn = host(COUNTING);
  const [running, waiting] = [fn.invoke({ hang: true }), fn.invoke({})];
  const ended = Promise.all([expect(running).rejects.toThrow(), expect(waiting).rejects.toThrow('is stopping')]);
  await fn.stop();
  await ended;
});

it('an environment never runs two invocations at once; more wait for the limit', async () => {
  const fn = host(COUNTING, 2);
  const results = (await Promise.all([1, 2, 3, 4, 5].map(() => fn.invoke({ sleep: 300 })))) as {
    calls: number;
    running: number;
  }[];
  expect(results.map(({ running }) => running)).toEqual([1, 1, 1, 1, 1]);
  // Five calls over two environments: one of them served at least three.
  expect(Math.max(...results.map(({ calls }) => calls))).toBeGreaterThanOrEqual(3);
});

it('a timeout fails its own invocation only: the neighbour finishes and the next call finds a new environment', async () => {
  const fn = host(COUNTING, 2, { timeoutMs: 2_000 });
  await Promise.all([fn.invoke({ sleep: 500 }), fn.invoke({ sleep: 500 })]);
  const hanging = fn.invoke({ hang: true });
  const neighbour = fn.invoke({ sleep: 200 });
  await expect(hanging).rejects.toThrow('Task timed out after 2.00 seconds');
  expect(await neighbour).toMatchObject({ calls: 2 });
  const after = (await Promise.all([fn.invoke({ sleep: 500 }), fn.invoke({ sleep: 500 })])) as { calls: number }[];
  expect(after.map(({ calls }) => calls).sort()).toEqual([1, 3]);
});

it.each([
  ['an exception outside the handler', { crash: true }, /outside/],
  ['an exit', { exit: true }, /exited with 3/],
])('%s fails the invocation and replaces the environment', async (_, event, message) => {
  const fn = host(COUNTING);
  await fn.invoke({});
  await expect(fn.invoke(event)).rejects.toThrow(message);
  expect(await fn.invoke({})).toEqual({ calls: 1, running: 1 });
});

it('an exception of the handler fails the invocation, is logged, and keeps the environment', async () => {
  const fn = host(COUNTING);
  await expect(fn.invoke({ fail: true })).rejects.toMatchObject({
    fault: { errorType: 'TypeError', errorMessage: 'of its own' },
  });
  await until('it is logged', () => fn.log().includes('of its own'));
  expect(await fn.invoke({})).toMatchObject({ calls: 2 });
});

it('a function sees its own environment and nothing of the host', async () => {
  process.env.HOST_ONLY = 'secret';
  onTestFinished(() => void delete process.env.HOST_ONLY);
  const fn = host('exports.handler = async () => ({ ...process.env })');
  expect(await fn.invoke({})).toEqual({ COLOUR: 'green', _X_AMZN_TRACE_ID: expect.any(String) });
});

it('what a function prints goes to its log', async () => {
  const fn = host(`exports.handler = async () => { console.log('to out'); console.error('to err'); }`);
  expect(await fn.invoke({})).toBeNull();
  await until('both are there', () => /to out/.test(fn.log()) && /to err/.test(fn.log()));
});

it('a module that the bundle lacks is missing, although the project has it installed', async () => {
  const fn = host(`require('installed'); exports.handler = async () => {}`);
  const installed = join(fn.spec.assetDir, '../node_modules/installed');
  mkdirSync(installed, { recursive: true });
  writeFileSync(join(installed, 'index.js'), '');
  await expect(fn.check()).rejects.toThrow("'installed': it is not in the bundle");
});

it('events and results cross as JSON: what JSON drops does not arrive', async () => {
  const fn = host('exports.handler = async (event) => ({ at: new Date(0), nothing: undefined, event })');
  expect(await fn.invoke({ a: undefined, b: 1 })).toEqual({ at: '1970-01-01T00:00:00.000Z', event: { b: 1 } });
});

it('a bundle that does not load says why, and each further call tries anew', async () => {
  const fn = host(`throw new Error('Environment: TABLE_NAME is missing')`);
  await expect(fn.check()).rejects.toThrow('TABLE_NAME is missing');
  await expect(fn.invoke({})).rejects.toThrow('TABLE_NAME is missing');
  await expect(fn.invoke({})).rejects.toThrow('TABLE_NAME is missing');
});

it('stopping ends what is running', async () => {
  const fn = host(COUNTING);
  await fn.invoke({});
  const hanging = fn.invoke({ hang: true });
  const ended = expect(hanging).rejects.toThrow();
  await fn.stop();
  await ended;
});

it('a timeout ends the thread: nothing of it goes on in the background', async () => {
  const source = `exports.handler = () => new Promise(() => setInterval(() => console.log('still here'), 5))`;
  const fn = host(source, 1, { timeoutMs: 500 });
  await expect(fn.invoke({})).rejects.toThrow('timed out');
  expect(fn.log()).toContain('still here');
  // What it had printed may still be on its way.
  let before = fn.log();
  await until('it has fallen silent', async () => {
    before = fn.log();
    await sleep(200);
    return fn.log() === before;
  });
});
