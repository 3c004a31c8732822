/**
 * ADR 10 as a property: whatever fails, is put off, gets through or is lost, doubled and reordered, each tier starts once
 * and in its turn, and every page comes to an end. Deliveries are moved by the dice; look, watch and step are the real
 * ones, over stores and queues on bad lines, in functions that die. One file because it is one model: dice, machine, checks.
 */

import { expect, test } from 'vitest';
import { failuresOf } from '../../../lambdas/composition/failures.ts';
import { TIER_OF } from '../../../lambdas/core/escalation/plan.ts';
import type { Escalations } from '../../../lambdas/core/escalation/ports.ts';
import { answer } from '../../../lambdas/core/page/answer.ts';
import { newPage } from '../../../lambdas/core/page/new.ts';
import {
  CHANNELS,
  type Delivery,
  type DeliveryKey,
  isIn,
  type Page,
  PRIORITIES,
  TIERS,
} from '../../../lambdas/core/page/page.ts';
import type { DeliveryMessage, PageStore } from '../../../lambdas/core/page/ports.ts';
import { accept, deliver, fail, requeue } from '../../../lambdas/core/page/transitions.ts';
import { rules as rulesOf } from '../../../lambdas/core/rules.ts';
import { MINUTE, SECOND } from '../../../lambdas/core/time.ts';
import { createEscalationCheck, createKeepTaskToken } from '../../../lambdas/escalation/check.ts';
import { createStep } from '../../../lambdas/escalation/step.ts';
import { changePage } from '../../../lambdas/use-cases/change-page.ts';
import { createClimb } from '../../chaos/climb.ts';
import { frail } from '../../chaos/faults.ts';
import { Simulation } from '../../chaos/simulation.ts';
import { memoryAlerts, memoryTaskTokens } from '../../support/memory-escalation.ts';
import { memoryAudit, memoryCodes, memoryPages, memoryRecipients } from '../../support/memory-ports.ts';
import { T0 } from '../../support/pages.ts';
import { NO_GROUPS } from '../../support/world/ports.ts';

const RUNS = 250;

const permanent = { code: '21211', class: 'recipient_permanent', message: '' } as const;
const transient = { code: '21611', class: 'transient', message: '' } as const;

/** What the dice make of a delivery that was queued: it may be sent, come back, get through, fail, or be put off. */
function moved(sim: Simulation, delivery: Delivery, now: number): Delivery {
  const next = { ...delivery, claims: delivery.claims + 1, rev: delivery.rev + 1 };
  switch (sim.pick(['sent', 'sent', 'delivered', 'failed', 'gone', 'deferred'] as const)) {
    case 'sent': {
      const provider = delivery.channel === 'sms' ? sim.pick(['twilio', 'sns'] as const) : 'twilio';
      return accept({ ...next, sent: { provider, providerId: 'SM1', leg: 1 } }, now);
    }
    case 'delivered':
      return deliver(next, now);
    case 'failed':
      return fail(next, transient, now);
    case 'gone':
      return fail(next, permanent, now);
    case 'deferred':
      return requeue({ ...next, deferral: { since: now, count: 1 } }, { error: transient });
  }
}

async function run(seed: number) {
  const sim = new Simulation(seed, T0);
  const violations: string[] = [];
  const climb = createClimb((invariant, what) => violations.push(`${invariant}: ${what}`));
  const clock = { now: () => sim.now };
  const rules = rulesOf();
  const level = sim.pick([0, 1, 3]);
  const odds = {
    dieBefore: 0.01 * level,
    dieAfter: 0.01 * level,
    storeFails: 0.02 * level,
    storeFailsAfter: 0.01 * level,
  };
  const bad = <T extends object>(port: T) => frail(sim, { ...odds, duplicate: 0 }, port);
  const stored = memoryPages();
  const watched: PageStore = {
    ...stored,
    async save(before, after) {
      const result = await stored.save(before, after);
      if (result === 'saved' && before !== after) climb.saved(before, after, sim.now);
      return result;
    },
  };
  const alerts = memoryAlerts(clock);
  const passedOn: string[] = [];
  const copies: DeliveryMessage[] = [];
  const pages = bad(watched);

  /** Twice now and then, in any order, and hardly ever not at all: what `mustCome` is a queue's, the rest may be lost. */
  const look = (pageId: string, delayMs: number, mustCome: boolean) => {
    const times = sim.chance(0.1) ? 2 : !mustCome && sim.chance(0.1) ? 0 : 1;
    for (let n = 0; n < times; n++) sim.at(delayMs + sim.between(0, 3 * SECOND), 'look', () => looked(pageId));
  };
  const escalationChecks = { send: async ({ pageId }: { pageId: string }, ms: number) => look(pageId, ms, true) };
  const running = new Map<string, { token: string; wake: () => void }>();
  let tokens = 0;
  const executions = new Set<string>();
  const escalations: Escalations = {
    async start({ id, round, rev, deliveries }) {
      const names = [
        `${id}-${round}`,
        `${id}-${round}-${Object.values(deliveries).reduce((sum, d) => sum + d.rev, rev)}`,
      ];
      const name = names.find((one) => !executions.has(one));
      if (executions.has(`${names[0]} running`) || !name) return;
      for (const one of [name, `${name} running`]) executions.add(one);
      sim.at(0, name, () => execute(id, name));
    },
    async wake(token) {
      const wait = running.get(token);
      wait?.wake();
      return wait ? 'woken' : 'over';
    },
  };
  const ports = {
    pages,
    escalationChecks: bad(escalationChecks),
    escalations: bad(escalations),
    taskTokens: bad(memoryTaskTokens()),
    rules,
    clock,
  };
  const lookAt = createEscalationCheck(ports);
  const watch = createKeepTaskToken(ports);
  const step = createStep({
    ...ports,
    recipients: memoryRecipients(),
    codes: memoryCodes(clock),
    alerts: bad(alerts),
    available: new Set(CHANNELS),
    queue: bad({
      async send(message: DeliveryMessage) {
        copies.push(message);
        work(message);
      },
    }),
    escalateToNext: bad({ escalateToNext: async (page: Page) => void passedOn.push(page.id) }).escalateToNext,
  });
  const { afterFailure } = failuresOf(
    {
      ...ports,
      alerts,
      groups: NO_GROUPS,
      audit: memoryAudit(),
      escalationChecks: { send: async ({ pageId }) => look(pageId, 0, false) },
    },
    { rules },
  );

  /** As SQS: what was not done comes back. */
  async function looked(pageId: string): Promise<void> {
    for (let tries = 0; tries < 20; tries++) {
      const done = await invoke('look', () => lookAt(pageId));
      if (done) return;
      await sim.pause(SECOND);
    }
  }

  /** One invocation, that may die. Undefined when it did. */
  function invoke<T>(name: string, work: () => Promise<T>): Promise<{ result: T } | undefined> {
    return new Promise((resolve) => {
      sim.spawn(name, async (invocation) => {
        const result = await work().then(
          (value) => ({ result: value }),
          () => undefined,
        );
        resolve(invocation.dead ? undefined : result);
      });
    });
  }

  /** The state machine in short. A wake that comes while nobody waits is lost. */
  async function execute(pageId: string, name: string): Promise<void> {
    for (;;) {
      let stepped: Awaited<ReturnType<typeof invoke<Awaited<ReturnType<typeof step>>>>>;
      for (let retries = 0; !stepped; retries++) {
        stepped = await invoke('step', () => step(pageId, retries > 0));
        if (!stepped) await sim.pause(sim.between(0, 30 * SECOND));
      }
      if (stepped.result.status === 'ended') return void executions.delete(`${name} running`);
      const { until } = stepped.result;
      const token = `token-${++tokens}`;
      let isOver = false;
      running.set(token, { token, wake: () => (isOver = true) });
      await invoke('watch', () => watch(pageId, token, until));
      while (!isOver && sim.now < until) await sim.pause(Math.min(500, until - sim.now));
      running.delete(token);
    }
  }

  /** A worker: what it makes of a copy is up to the dice, and so is what comes after it. */
  function work({ pageId, round, channel }: DeliveryMessage): void {
    const key: DeliveryKey = `${round}.${channel}`;
    const times = sim.pick([1, 1, 2, 3]);
    for (let n = 0; n < times; n++) {
      sim.at(n === 0 ? sim.between(0, 5 * SECOND) : sim.between(0, 12 * MINUTE), key, async () => {
        const changed = await changePage(watched, pageId, (page) => {
          const delivery = page.deliveries[key];
          const isOver = !delivery || isIn(delivery, 'FAILED', 'SKIPPED');
          if (isOver || (page.acknowledged && isIn(delivery, 'QUEUED'))) return {};
          return { page: { ...page, deliveries: { ...page.deliveries, [key]: moved(sim, delivery, sim.now) } } };
        });
        if (changed) await afterFailure({ pageId, channel });
      });
    }
  }

  const wanted = CHANNELS.filter(() => sim.chance(0.5));
  const usable = wanted.length > 0 ? wanted : (['sms'] as const);
  const tiers = TIERS.map((tier) => ({
    tier,
    channels: usable.filter((channel) => TIER_OF[channel] === tier).map((channel) => ({ channel, to: channel })),
  })).filter(({ channels }) => channels.length > 0);
  const page = newPage({
    id: 'pg_aaaaaaaaaaaaaaaa',
    code: undefined,
    clientId: 'c',
    by: 'Test',
    bodyDigest: 'd',
    now: T0,
    plan: { tiers, unusable: [], warnings: [] },
    request: {
      incident: { id: 'INC-1', title: 't', priority: sim.pick(PRIORITIES), service: 's' },
      recipientId: 'usr_alice',
      type: 'new_incident',
      escalationLevel: 0,
      skipTiers: false,
      requireAck: sim.chance(0.75),
      ackScope: 'incident',
      escalateTo: ['usr_bob'],
    },
  });
  await stored.create(page);
  climb.created(page);
  for (const { round, channel } of Object.values(page.deliveries)) work({ pageId: page.id, round, channel, claim: 1 });
  // Sent by the dispatch before its 202, so never lost; the first moment at which anything could be due.
  look(page.id, Math.min(rules.successWithin[page.incident.priority], rules.ackWithin[page.incident.priority]), true);
  if (sim.chance(0.3)) {
    sim.at(sim.between(0, 40 * MINUTE), 'acknowledge', () =>
      changePage(watched, page.id, (now) => ({
        page: answer(now, 'acknowledge', { at: sim.now, by: 'Alice', via: 'api' }),
      })),
    );
  }
  await sim.run(T0 + 3 * 60 * MINUTE);

  const end = stored.peek(page.id) as Page;
  climb.atEnd(end);
  const queued = new Set(copies.map(({ round, channel }) => `${round}.${channel}`));
  for (const [key, delivery] of Object.entries(end.deliveries)) {
    const isStart = page.deliveries[key as DeliveryKey] === undefined;
    const needsCopy = delivery.claims === 0 && isIn(delivery, 'QUEUED');
    if (isStart && needsCopy && !queued.has(key)) violations.push(`${key} was started and never queued`);
  }
  if (end.exhausted && passedOn.length === 0) violations.push('given up, and nobody else was paged');
  if (end.exhausted && alerts.raised.every(({ kind }) => kind !== 'EXHAUSTED')) violations.push('given up silently');
  return { violations, rounds: end.round, started: Object.keys(end.deliveries).length };
}

test(`over ${RUNS} random climbs no tier starts twice or out of turn, and each comes to its end`, async () => {
  const seen = { rounds: 0, started: 0 };
  for (let seed = 1; seed <= RUNS; seed++) {
    const { violations, rounds, started } = await run(seed);
    expect(violations, `seed ${seed}`).toEqual([]);
    seen.rounds = Math.max(seen.rounds, rounds);
    seen.started += started;
  }
  // They do climb: otherwise nothing would be shown.
  expect(seen.rounds).toBeGreaterThanOrEqual(6);
  expect(seen.started).toBeGreaterThan(3 * RUNS);
});
