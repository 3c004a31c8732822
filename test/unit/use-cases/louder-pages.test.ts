/**
 * Dispatches of one incident at one moment, in every order that their store calls can take, with deaths in between.
 *
 * One file because the properties and the examples share one town.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dispatching } from '../../../lambdas/composition/dispatching.ts';
import { dedupeKey } from '../../../lambdas/core/page/ids.ts';
import { type Page, PRIORITIES, type Priority } from '../../../lambdas/core/page/page.ts';
import type { DeliveryMessage } from '../../../lambdas/core/page/ports.ts';
import { untouched } from '../../../lambdas/core/page/start.ts';
import { isHeld, isOpen } from '../../../lambdas/core/page/status.ts';
import { isLouder } from '../../../lambdas/core/page/supersede.ts';
import { rules } from '../../../lambdas/core/rules.ts';
import type { DispatchResult } from '../../../lambdas/use-cases/dispatch.ts';
import { ALICE } from '../../support/held-pages.ts';
import { memoryAudit, memoryCodes, memoryDedupe, memoryPages, memoryRecipients } from '../../support/memory-ports.ts';
import { memoryGroups, memoryHolds } from '../../support/memory-suppression.ts';
import { T0 } from '../../support/pages.ts';

interface Caller {
  priority: Priority;
  /** Callers with the same number share a key; undefined: without one. */
  key: number | undefined;
  /** A dispatch of `escalateTo`: ids follow from the key, and an open page takes it up. */
  joins: boolean;
  /** The call dies at this call of a port, before or after its effect; 0: it lives. */
  diesAt: number;
  afterEffect: boolean;
}
type Effect = <A extends unknown[], R>(effect: (...args: A) => Promise<R>) => (...args: A) => Promise<R>;

/** Alice sleeps: MEDIUM and LOW are held. */
const ASLEEP = { ...ALICE, quietHours: { from: '02:00', to: '06:00' } };
const plainly: Effect = (effect) => effect;

/** @param lags the index of the incident has none of these pages yet */
async function createTown(lags = false) {
  const clock = { now: () => T0 };
  const pages = memoryPages();
  const [recipients, dedupe, codes, audit] = [memoryRecipients(), memoryDedupe(), memoryCodes(clock), memoryAudit()];
  const [holds, groups] = [memoryHolds(), memoryGroups()];
  const copies: DeliveryMessage[] = [];
  const wrongs: string[] = [];
  await recipients.put(ASLEEP, 0);
  const find = async (id: string) => (await pages.get(id)) as Page;

  /** Whether everything is durable that sends the page. */
  async function isOnItsWay(page: Page): Promise<boolean> {
    if (isHeld(page)) return (await holds.ofRecipient(page.recipientId)).some(({ pageId }) => pageId === page.id);
    return untouched(page).every((one) =>
      copies.some((copy) => copy.pageId === page.id && copy.channel === one.channel),
    );
  }

  let ids = 0;
  /** One call of the API: an invocation of its own, whose port calls go through `effect`. */
  function invocation(effect: Effect) {
    const wrapped = {
      ...pages,
      get: effect(pages.get),
      create: effect(pages.create),
      ofIncident: effect(async (id: string) => (lags ? [] : pages.ofIncident(id))),
      save: effect(async (...[before, after, written]: Parameters<typeof pages.save>) => {
        if (after.superseded && !before.superseded) {
          const louder = await pages.get(after.superseded.by);
          if (!louder || !isLouder(louder.incident.priority, before.incident.priority))
            wrongs.push(`${before.id} was superseded by ${after.superseded.by}, which is not louder`);
          else if (!(await isOnItsWay(louder)))
            wrongs.push(`${before.id} was stopped before ${louder.id} was on its way`);
        }
        return pages.save(before, after, written);
      }),
    };
    return dispatching(
      {
        pages: wrapped,
        recipients,
        audit,
        clock,
        codes,
        groups,
        holds: { ...holds, put: effect(holds.put) },
        releases: { send: effect(async () => {}) },
        knownWindows: async () => [],
        dedupe: { claim: effect(dedupe.claim), replace: effect(dedupe.replace), settle: effect(dedupe.settle) },
        queue: { send: effect(async (copy) => void copies.push(copy)) },
        escalationChecks: { send: effect(async () => {}) },
        answerQueue: { send: async () => {} },
        newPageId: () => `pg_${String(++ids).padStart(16, 'a')}`,
      },
      { rules: rules(), hourlyCap: 100, available: new Set(['sms', 'email']) },
    );
  }

  async function call({ priority, key, joins }: Caller, effect: Effect): Promise<DispatchResult> {
    return invocation(effect)(
      {
        incident: { id: 'INC-1', title: 'Full disk', priority, service: 'db' },
        recipientId: ALICE.id,
        type: 'new_incident',
        escalationLevel: 0,
        skipTiers: false,
        requireAck: false,
        ackScope: 'incident',
        escalateTo: [],
      },
      {
        clientId: 'c',
        by: 'Test',
        // Another body needs another key.
        ...(key !== undefined && { idempotencyKey: `${key} ${priority}` }),
        ...(key !== undefined && joins && { joins: true as const }),
      },
    );
  }

  /** What the dedupe row says still has to be stopped. */
  const toStop = async () => (await dedupe.claim(dedupeKey('INC-1', ALICE.id, 'new_incident', 0), 'pg_none')).over;

  return { pages, find, copies, wrongs, call, isOnItsWay, toStop };
}

/** Counts the port calls of one invocation, which dies at one of them and does nothing more. */
function dying({ diesAt, afterEffect }: Caller, inTurn: Effect): Effect {
  let calls = 0;
  return (effect) =>
    inTurn(async (...args) => {
      calls++;
      if (diesAt > 0 && (calls > diesAt || (calls === diesAt && !afterEffect))) throw new Error('died');
      const result = await effect(...args);
      if (calls === diesAt) throw new Error('died');
      return result;
    });
}

/** Each port call takes effect at once and answers when its turn comes. A death is an answer: it must not go unheard. */
const takingTurns =
  (scheduler: fc.Scheduler): Effect =>
  <A extends unknown[], R>(effect: (...args: A) => Promise<R>) => {
    const outcome = (...args: A): Promise<{ value: R } | { error: unknown }> =>
      effect(...args).then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      );
    const scheduled = scheduler.scheduleFunction(outcome);
    return async (...args: A): Promise<R> => {
      const answer = await scheduled(...args);
      if ('error' in answer) throw answer.error;
      return answer.value;
    };
  };

const anyCaller = fc.record({
  priority: fc.constantFrom(...PRIORITIES),
  key: fc.option(fc.nat(2), { nil: undefined }),
  joins: fc.boolean(),
  diesAt: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 12 })),
  afterEffect: fc.boolean(),
});
const some = (caller: fc.Arbitrary<Caller>) => fc.array(caller, { minLength: 2, maxLength: 5 });
const RUNS = { numRuns: 200 };

describe('dispatches at one moment', () => {
  /** What callers were answered, and every page, once nothing moves any more. */
  async function happen(callers: readonly Caller[], scheduler: fc.Scheduler, repeats: boolean, lags: boolean) {
    const town = await createTown(lags);
    const inTurn = takingTurns(scheduler);
    const calls = callers.map((caller) => town.call(caller, dying(caller, inTurn)));
    const answers = await scheduler.waitFor(Promise.allSettled(calls));
    const accepted: { caller: Caller; page: Page }[] = [];
    for (const [i, caller] of callers.entries()) {
      const first = answers[i];
      const died = first?.status === 'rejected';
      const answer = died && repeats ? await town.call(caller, plainly) : first?.status === 'fulfilled' && first.value;
      if (!answer) continue;
      if (answer.result !== 'accepted') throw new Error(answer.result);
      accepted.push({ caller, page: answer.page });
    }
    return { ...town, accepted, all: town.pages.all() };
  }

  test('every accepted dispatch has a page on its way that is as loud as it asked for, whichever calls die', async () => {
    const story = some(anyCaller);
    await fc.assert(
      fc.asyncProperty(story, fc.scheduler(), fc.boolean(), fc.boolean(), async (callers, scheduler, repeats, lags) => {
        const { accepted, all, wrongs, isOnItsWay } = await happen(callers, scheduler, repeats, lags);
        expect(wrongs).toEqual([]);
        for (const { caller, page } of accepted) {
          expect(isLouder(caller.priority, page.incident.priority), 'a quieter page was answered').toBe(false);
          const standing = all.filter((one) => isOpen(one, T0) && !isLouder(caller.priority, one.incident.priority));
          const onTheirWay = await Promise.all(standing.map(isOnItsWay));
          expect(onTheirWay, `${caller.priority} was lost`).toContain(true);
        }
      }),
      RUNS,
    );
  });

  test('without keys one page is open in the end, the loudest, once those that died have been repeated', async () => {
    const keyless = anyCaller.map((caller): Caller => ({ ...caller, key: undefined }));
    await fc.assert(
      fc.asyncProperty(some(keyless), fc.scheduler(), fc.boolean(), async (callers, scheduler, lags) => {
        const { all, isOnItsWay } = await happen(callers, scheduler, true, lags);
        const loudest = PRIORITIES.find((priority) => callers.some((caller) => caller.priority === priority));
        const open = all.filter((page) => isOpen(page, T0));
        expect(open.map(({ incident }) => incident.priority)).toEqual([loudest]);
        for (const page of open) expect(await isOnItsWay(page)).toBe(true);
      }),
      RUNS,
    );
  });

  test('a keyed page that is accepted after a quieter one leaves the quieter one stopped', async () => {
    const loud = anyCaller.map((caller): Caller => ({ ...caller, priority: 'CRITICAL' }));
    const quiet = anyCaller.map((caller): Caller => ({ ...caller, priority: 'MEDIUM', diesAt: 0 }));
    await fc.assert(
      fc.asyncProperty(fc.array(quiet, { minLength: 1, maxLength: 3 }), loud, async (quieter, louder) => {
        const { call, pages, find } = await createTown();
        for (const caller of quieter) await call(caller, plainly);
        await call(louder, dying(louder, plainly)).catch(() => call(louder, plainly));
        const open = pages.all().filter((page) => isOpen(page, T0));
        expect(open.map(({ incident }) => incident.priority)).toEqual(['CRITICAL']);
        const stopped = pages.all().filter(({ id }) => id !== open[0]?.id);
        expect(stopped.length).toBeGreaterThan(0);
        for (const { id } of stopped) expect((await find(id)).superseded?.by).toBe(open[0]?.id);
      }),
      RUNS,
    );
  });

  const caller = (priority: Priority, fields: Partial<Caller> = {}): Caller => ({
    priority,
    key: undefined,
    joins: false,
    diesAt: 0,
    afterEffect: false,
    ...fields,
  });
  const open = (pages: readonly Page[]) => pages.filter((page) => isOpen(page, T0));

  test('a quieter dispatch gets the open page that a louder one died while taking the place of', async () => {
    const { call, pages } = await createTown(true);
    await call(caller('HIGH'), plainly);
    // Its calls are: claim, get, ofIncident, replace; then it would write its page.
    const dies = caller('CRITICAL', { diesAt: 4, afterEffect: true });
    await expect(call(dies, dying(dies, plainly))).rejects.toThrow('died');
    const answer = await call(caller('MEDIUM'), plainly);
    expect(answer).toMatchObject({ deduplicated: true, page: { incident: { priority: 'HIGH' } } });
    expect(pages.all()).toHaveLength(1);
    await call(caller('CRITICAL'), plainly);
    expect(open(pages.all()).map(({ incident }) => incident.priority)).toEqual(['CRITICAL']);
  });

  test('a page that a dead dispatch had not stopped yet is stopped by the one that takes over from it', async () => {
    const { call, pages } = await createTown(true);
    await call(caller('LOW'), plainly);
    // It dies before it reads the page that it would stop.
    for (let diesAt = 5; open(pages.all()).length < 2; diesAt++) {
      const dies = caller('MEDIUM', { diesAt });
      await call(dies, dying(dies, plainly)).catch(() => undefined);
    }
    await call(caller('CRITICAL'), plainly);
    expect(open(pages.all()).map(({ incident }) => incident.priority)).toEqual(['CRITICAL']);
  });

  test('a quieter page that is written just after a louder one with a key is stopped by the next dispatch', async () => {
    const { call, pages, toStop } = await createTown(true);
    const gate = Promise.withResolvers<void>();
    let calls = 0;
    // Without a key the first port call claims the row, and the next one would write the page.
    const slow: Effect =
      (effect) =>
      async (...args) => {
        calls++;
        if (calls > 1) await gate.promise;
        return effect(...args);
      };
    const quiet = call(caller('MEDIUM'), slow);
    await call(caller('CRITICAL', { key: 1 }), plainly);
    expect(await toStop()).toHaveLength(1);
    gate.resolve();
    await quiet;
    expect(open(pages.all())).toHaveLength(2);
    expect(await call(caller('MEDIUM'), plainly)).toMatchObject({ deduplicated: true });
    expect(open(pages.all()).map(({ incident }) => incident.priority)).toEqual(['CRITICAL']);
  });

  test('the row forgets the pages that are stopped, so that repetitions read them no more', async () => {
    const { call, toStop } = await createTown();
    await call(caller('MEDIUM'), plainly);
    await call(caller('CRITICAL'), plainly);
    expect(await toStop()).toEqual([]);
  });
});
