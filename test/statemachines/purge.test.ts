/** Executions that are over are forgotten after a while, so that a run that is never started afresh does not only grow. */

import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { HOUR } from '../../lambdas/core/time.ts';
import { startStepFunctions } from '../../local/cloud/services/stepfunctions.ts';
import type { Execution } from '../../local/cloud/stepfunctions/execution.ts';
import { sqliteStore } from '../../local/cloud/stepfunctions/sqlite-store.ts';
import { type ExecutionStore, memoryStore } from '../../local/cloud/stepfunctions/store.ts';
import { tempDir } from '../local/helpers.ts';
import { MACHINE } from './world.ts';

/** Stores an execution with an event and a token; one with a time ended then. */
function put(store: ExecutionStore, name: string, stoppedAt?: number): void {
  const running: Execution = {
    arn: `arn:${name}`,
    name,
    machineArn: MACHINE,
    machineName: 'm',
    definition: 'hash',
    input: '{}',
    status: 'RUNNING',
    startedAt: 0,
    threads: {},
    events: 1,
  };
  const ended = stoppedAt === undefined ? running : { ...running, status: 'SUCCEEDED' as const, stoppedAt };
  store.insert(running, 'text');
  const event = { id: 1, at: 0, type: 'ExecutionStarted', previousEventId: 0, details: {} };
  store.save(ended, [event], [`token of ${name}`]);
}
const names = (store: ExecutionStore) =>
  store.list({ machineArn: MACHINE, limit: 9 }).map(({ execution: { name } }) => name);

function onDisk(file = join(tempDir(), 'executions.sqlite')): ExecutionStore {
  const store = sqliteStore(file);
  onTestFinished(() => store.close());
  return store;
}

describe.each([
  ['in memory', memoryStore],
  ['SQLite', () => onDisk()],
])('%s', (_, open) => {
  it('what ended before a time goes with its history and tokens, and nothing else does', () => {
    const store = open();
    put(store, 'old', 10);
    put(store, 'runs');
    put(store, 'new', 20);
    expect(store.purge(20, 0)).toBe(1);
    expect(names(store)).toEqual(['new', 'runs']);
    expect([store.get('arn:old'), store.byToken('token of old')]).toEqual([undefined, undefined]);
    expect(store.history('arn:old', { limit: 9 })).toEqual([]);
    expect([store.byToken('token of new'), store.byToken('token of runs')]).toEqual(['arn:new', 'arn:runs']);
    expect(store.history('arn:new', { limit: 9 })).toHaveLength(1);
    expect(store.purge(20, 0)).toBe(0);
  });

  it('the last ones stay however old they are', () => {
    const store = open();
    for (const name of ['a', 'b', 'c']) put(store, name, 1);
    put(store, 'runs');
    expect(store.purge(100, 3)).toBe(0);
    expect(store.purge(100, 2)).toBe(1);
    expect(names(store)).toEqual(['runs', 'c', 'b']);
    // Places in the list are as before.
    const [, second] = store.list({ machineArn: MACHINE, limit: 2 });
    expect(store.list({ machineArn: MACHINE, limit: 2, before: second?.place ?? 0 })).toHaveLength(1);
  });

  it('a name that was forgotten can be used again', () => {
    const store = open();
    put(store, 'a', 1);
    store.purge(2, 0);
    put(store, 'a');
    expect(names(store)).toEqual(['a']);
  });
});

describe('the service', () => {
  afterEach(() => void vi.useRealTimers());

  it('forgets on start and every hour what ended over a day ago, and keeps the last thousand', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'], now: 100 * HOUR });
    const file = join(tempDir(), 'executions.sqlite');
    const store = onDisk(file);
    put(store, 'two days old', 52 * HOUR);
    put(store, 'a day old in an hour', 76.5 * HOUR);
    for (let n = 0; n < 1_000; n++) put(store, `later ${n}`, 1);
    const service = await startStepFunctions(file);
    onTestFinished(() => service.stop());
    expect(store.get('arn:two days old')).toBeUndefined();
    expect(store.get('arn:a day old in an hour')).toBeDefined();
    vi.advanceTimersByTime(HOUR);
    expect(store.get('arn:a day old in an hour')).toBeUndefined();
    expect(store.get('arn:later 0')).toBeDefined();
  });
});
