/** Both stores keep the same promises, and with either an execution survives the death of its process at any point. */
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Execution } from '../../local/cloud/stepfunctions/execution.ts';
import { sqliteStore } from '../../local/cloud/stepfunctions/sqlite-store.ts';
import { type ExecutionStore, memoryStore } from '../../local/cloud/stepfunctions/store.ts';
import { tempDir } from '../local/helpers.ts';
import { askAndWait, invoke, MACHINE, machine, machineWorld, START, thrower, type WorldOptions } from './world.ts';

/** A place that outlives processes; each opening is a process. */
type Place = () => ExecutionStore;
const inMemory = (): Place => {
  const store = memoryStore();
  return () => store;
};
const onDisk = (): Place => {
  const file = join(tempDir(), 'deep', 'executions.sqlite');
  return () => {
    const store = sqliteStore(file);
    onTestFinished(() => store.close());
    return store;
  };
};

describe.each([
  ['in memory', inMemory],
  ['SQLite', onDisk],
])('%s', (_, place) => {
  const execution = (name: string, over: Partial<Execution> = {}): Execution => ({
    arn: `arn:${name}`,
    name,
    machineArn: MACHINE,
    machineName: 'm',
    definition: 'hash',
    input: '{}',
    status: 'RUNNING',
    startedAt: START,
    threads: {},
    events: 0,
    ...over,
  });
  const event = (id: number) => ({ id, at: START, type: 'PassStateEntered', previousEventId: id - 1, details: {} });

  it('answers what was stored last, and nothing a reader did to it', () => {
    const store = place()();
    store.insert(execution('a'), 'text');
    store.save(execution('a', { status: 'FAILED', error: 'E', stoppedAt: 5 }), [], []);
    const read = store.get('arn:a');
    if (read) read.status = 'RUNNING';
    expect(store.get('arn:a')).toEqual(execution('a', { status: 'FAILED', error: 'E', stoppedAt: 5 }));
    expect(store.get('arn:b')).toBeUndefined();
    expect(store.definition('hash')).toBe('text');
  });

  it('names what runs, and what is due, the earliest first', () => {
    const store = place()();
    for (const [name, deadline] of [
      ['late', 30],
      ['early', 10],
      ['never', undefined],
      ['over', 1],
    ] as const)
      store.insert(execution(name, deadline === undefined ? {} : { deadline }), 'text');
    store.save(execution('over', { deadline: 1, status: 'SUCCEEDED' }), [], []);
    expect(store.running()).toEqual(['arn:late', 'arn:early', 'arn:never']);
    expect(store.nextDue()).toBe(10);
    expect(store.due(9)).toEqual([]);
    expect(store.due(30)).toEqual(['arn:early', 'arn:late']);
  });

  it('lists newest first, by status, from a place on', () => {
    const store = place()();
    for (const name of ['a', 'b', 'c', 'd']) store.insert(execution(name), 'text');
    store.save(execution('b', { status: 'FAILED' }), [], []);
    const names = (query: object) =>
      store.list({ machineArn: MACHINE, limit: 2, ...query }).map(({ execution: { name } }) => name);
    expect(names({})).toEqual(['d', 'c']);
    const before = store.list({ machineArn: MACHINE, limit: 2 }).at(-1)?.place ?? 0;
    expect(names({ before })).toEqual(['b', 'a']);
    expect(names({ status: 'RUNNING', before })).toEqual(['a']);
    expect(names({ status: 'FAILED' })).toEqual(['b']);
    expect(names({ machineArn: 'other' })).toEqual([]);
  });

  it('keeps histories and tokens', () => {
    const store = place()();
    store.insert(execution('a'), 'text');
    store.save(execution('a'), [event(1), event(2)], ['token']);
    store.save(execution('a'), [event(3)], []);
    const ids = (query: object) => store.history('arn:a', { limit: 2, ...query }).map(({ id }) => id);
    expect(ids({})).toEqual([1, 2]);
    expect(ids({ after: 2 })).toEqual([3]);
    expect(ids({ reverse: true })).toEqual([3, 2]);
    expect(ids({ reverse: true, after: 2 })).toEqual([1]);
    expect(store.byToken('token')).toBe('arn:a');
    expect(store.byToken('other')).toBeUndefined();
  });

  describe('after the death of the process', () => {
    /** A world on the place, and the next one, begun `away` seconds after the first was left. */
    function lives(definition: object, options: WorldOptions) {
      const open = place();
      const first = machineWorld(definition, { ...options, store: open() });
      return {
        first,
        next(away = 0, over: WorldOptions = {}) {
          first.engine.halt();
          const world = machineWorld(definition, {
            ...options,
            store: open(),
            now: first.now() + away * 1000,
            ...over,
          });
          world.engine.resume();
          return world;
        },
      };
    }

    it('a wait goes on with what is left of it, and is over at once when that has passed', async () => {
      for (const [away, left] of [
        [30, 20],
        [70, 0],
      ] as const) {
        const { first, next } = lives(machine({ W: { Type: 'Wait', Seconds: 60, End: true } }), {});
        const arn = await first.start();
        await first.advance(10);
        const second = next(away);
        await second.advance(left - 1);
        if (left > 0) expect(second.engine.describe(arn).status).toBe('RUNNING');
        await second.advance(1);
        expect(second.engine.describe(arn).status).toBe('SUCCEEDED');
      }
    });

    it('a call that was under way is made again, with its time anew and its tries counted', async () => {
      const retry = { Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 1, MaxAttempts: 1 }], TimeoutSeconds: 30 };
      const task = invoke('work', { n: '{% $states.context.State.RetryCount %}' }, { ...retry, End: true });
      const answers: (() => unknown)[] = [thrower('E'), () => new Promise(() => {}), thrower('E')];
      const { first, next } = lives(machine({ A: task }), { functions: { work: () => answers.shift()?.() } });
      const { executionArn } = await first.engine.start({ stateMachineArn: MACHINE });
      await first.pass(5);
      expect(first.calls.map(({ payload }) => payload)).toEqual([{ n: 0 }, { n: 1 }]);
      const second = next(3600);
      await second.engine.idle();
      expect(second.calls.map(({ payload }) => payload)).toEqual([{ n: 1 }]);
      expect(second.engine.describe(executionArn)).toMatchObject({ status: 'FAILED', error: 'E' });
    });

    it('a token stays good, the invocation is not made again, and its time limit is still the first', async () => {
      const definition = machine({ A: askAndWait('ask', { TimeoutSeconds: 60, End: true }) });
      const { first, next } = lives(definition, { functions: { ask: () => null } });
      const arns = [await first.start(), await first.start()];
      await first.advance(10);
      const second = next(40);
      await second.advance(9);
      expect(second.calls).toEqual([]);
      await second.engine.taskSuccess(first.token(), '"yes"');
      expect(second.engine.describe(arns[0] ?? '')).toMatchObject({ status: 'SUCCEEDED', output: '"yes"' });
      await second.advance(1);
      expect(second.engine.describe(arns[1] ?? '')).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    });

    it('an execution goes on with the definition it was started with', async () => {
      const states = (at: string) => machine({ W: { Type: 'Wait', Seconds: 60, Output: { at }, End: true } });
      const open = place();
      const first = machineWorld(states('old'), { store: open() });
      const arn = await first.start();
      first.engine.halt();
      const second = machineWorld(states('new'), { store: open() });
      second.engine.resume();
      await second.advance(60);
      expect(second.engine.describe(arn).output).toBe('{"at":"old"}');
      expect(await second.run()).toMatchObject({ output: { at: 'new' } });
    });

    it('it ends as if nothing had happened, at whichever write the process died', async () => {
      const definition = machine({
        A: invoke('one', {}, { Output: '{% $states.result.Payload %}', Next: 'P' }),
        P: {
          Type: 'Parallel',
          Branches: [
            { StartAt: 'B', States: { B: askAndWait('ask') } },
            {
              StartAt: 'C',
              States: {
                C: { Type: 'Wait', Seconds: 5, Next: 'D' },
                D: invoke(
                  'bad',
                  {},
                  { Retry: [{ ErrorEquals: ['E'] }], Output: '{% $states.result.Payload %}', End: true },
                ),
              },
            },
          ],
          End: true,
        },
      });
      let points = 0;
      for (let at = 0; ; at++) {
        for (const moment of ['before', 'after'] as const) {
          const open = place();
          const died = { yet: false };
          let tries = 0;
          const answered: string[] = [];
          const functions = {
            one: () => 1,
            ask: ({ token }: { token: string }) => void answered.push(token),
            bad: () => (++tries < 3 ? thrower('E')() : 'good'),
          };
          const inner = open();
          let writes = 0;
          const dying: ExecutionStore = {
            ...inner,
            save(...args) {
              const last = writes++ === at;
              if (last) died.yet = true;
              if (!last || moment === 'after') inner.save(...args);
              if (!last) return;
              first.engine.halt();
              throw new Error('the process died');
            },
          };
          const first = machineWorld(definition, { functions, store: dying });
          const arn = await first.start({}, 'x');
          for (let n = 0; n < 20 && !died.yet; n++) {
            await first.advance(1);
            for (const token of answered.splice(0))
              await first.engine.taskSuccess(token, '"yes"').catch(() => answered.push(token));
          }
          first.engine.halt();
          if (!died.yet) return expect(points).toBeGreaterThan(10);
          points++;
          const second = machineWorld(definition, { functions, store: open(), now: first.now() });
          second.engine.resume();
          for (let n = 0; n < 20; n++) {
            await second.advance(1);
            // Some were answered before, and the one who asked could not know.
            for (const token of answered.splice(0)) await second.engine.taskSuccess(token, '"yes"').catch(() => {});
          }
          const ended = second.engine.describe(arn);
          if (ended.status === 'RUNNING')
            throw new Error(`died ${moment} write ${at}: ${JSON.stringify(ended.threads)}`);
          expect([at, moment, ended.status, ended.output]).toEqual([at, moment, 'SUCCEEDED', '["yes","good"]']);
        }
      }
    });
  });
});
