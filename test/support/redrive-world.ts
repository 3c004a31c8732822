import { deadLettersApi, redriving } from '../../lambdas/composition/dead-letters.ts';
import type { RedriveWork } from '../../lambdas/core/dead-letters/ports.ts';
import type { SendResult } from '../../lambdas/core/providers/ports.ts';
import { HOUR } from '../../lambdas/core/time.ts';
import { apiHandler } from '../../lambdas/http/api-handler.ts';
import { chainOfRun, inChain } from './chain.ts';
import { memoryDeadLetters, memoryRedrives } from './memory-dead-letters.ts';
import { MemoryQueue } from './memory-queue.ts';
import { createCaller } from './world/caller.ts';
import { laneOf } from './world/lanes.ts';
import { createWorld, INCIDENT } from './world.ts';

/** 21611: the sender's queue is full. Transient, so five attempts are made and then the message is given up. */
const full = (): SendResult => ({
  outcome: 'failed',
  fault: {
    code: '21611',
    class: 'transient',
    message: 'the queue of the sender is full',
    failsOver: false,
    counts: false,
    opens: false,
    disablesSender: false,
  },
});

/** A world whose texts fail until `mend`, with its dead letters, their API and the worker of redrives. */
export async function redriveWorld() {
  let mended = false;
  const world = createWorld({ provider: () => (mended ? undefined : full()) });
  await world.putAlice();
  const clock = { now: world.now };
  const deadLetters = memoryDeadLetters(clock);
  const redrives = memoryRedrives();
  const work = new MemoryQueue('redrives', clock.now);
  const faults = { queue: false, retry: 0 };
  const queue = {
    async send(message: object, priority: string, ms = 0) {
      if (faults.queue) throw Object.assign(new Error('no answer'), { name: 'TimeoutError' });
      laneOf(world.lanes, 'sms', priority).send(message, ms);
    },
  };
  const ports = {
    ...world.ports,
    queue,
    redrives,
    deadLetterQueue: deadLetters,
    redriveQueue: { send: async (one: RedriveWork, ms: number) => work.send(one, ms) },
  };
  const redrive = redriving(ports, world.settings);
  const worker = (body: string) => redrive({ body } as never, {} as never);
  const handlers = deadLettersApi(ports, { available: new Set(['sms', 'voice'] as const) });
  const { call } = createCaller(apiHandler(handlers, world));

  /** Does the work that is due, as often as there is some, moving the clock where it waits. */
  async function runWorker(): Promise<void> {
    for (let at = work.nextAt(); at !== undefined; at = work.nextAt()) {
      await world.advance(Math.max(0, at - world.now()));
      for (const { id, body, trace } of work.receive()) {
        await inChain(chainOfRun('api/redrive', [trace]), () => worker(body));
        work.delete(id);
      }
    }
  }
  async function page(n: number, fields: object = {}): Promise<string> {
    const incident = { ...INCIDENT.incident, id: `INC-${n}` };
    const body = { ...INCIDENT, incident, requireAck: false, ...fields };
    return (await world.call('dispatchNotification', { body })).body.notificationId;
  }
  /** Pages that have made their five attempts, and the letters of them. */
  async function givenUp(count: number): Promise<string[]> {
    const ids = [];
    for (let n = 1; n <= count; n++) ids.push(await page(n));
    await world.advance(HOUR);
    for (const { message } of world.dead) {
      const { pageId, round, claim } = message as { pageId: string; round: number; claim: number };
      deadLetters.put({ channel: 'sms', about: { pageId, round, claim } });
    }
    return ids;
  }
  async function redriveAll(body: object = { channel: 'sms' }) {
    const started = await call('redriveDeadLetters', { body });
    await runWorker();
    const ended = await call('getRedrive', { params: { id: started.body.redriveId } });
    return { started, ended };
  }
  const mend = () => {
    mended = true;
  };
  return {
    world,
    deadLetters,
    redrives,
    faults,
    call,
    page,
    givenUp,
    redrive: redriveAll,
    worker,
    work,
    runWorker,
    mend,
  };
}
