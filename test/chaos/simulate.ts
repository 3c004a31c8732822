/** One seeded run: a scenario, everything that can go wrong, and the checker's verdict. */

import { inspect } from 'node:util';
import type { CircuitName } from '../../lambdas/core/circuit/circuit.ts';
import { MINUTE } from '../../lambdas/core/time.ts';
import type { OperationId } from '../../lambdas/http/api.gen.ts';
import { apiEvent, type EventOptions } from '../support/api-event.ts';
import { signTwilio } from '../support/twilio-callback.ts';
import { PUBLIC_BASE_URL, TWILIO } from '../support/world/names.ts';
import { CONTEXT } from '../support/world/sqs.ts';
import { createCallbacks } from './callbacks.ts';
import type { Violation } from './checker.ts';
import type { Odds } from './faults.ts';
import { createLifeline } from './lifeline.ts';
import { ADDRESSES, CARRIERS, WEATHER, type Weather } from './network.ts';
import { featuresOf, PLAIN, playFeatures } from './scenario.ts';
import { Simulation } from './simulation.ts';

const START = Date.parse('2026-11-22T03:00:00Z');
/** Misfortune ends here; what is left then must come to rest. */
const CALM = 40 * MINUTE;
const END = 6 * 60 * MINUTE;
const PEOPLE = ['usr_alice', 'usr_bob'];

export interface Outcome {
  seed: number;
  violations: Violation[];
  steps: number;
  pages: number;
  texts: number;
  duplicates: number;
  statuses: Record<string, number>;
}

export interface Options {
  /** Without holds, shared messages and opt-outs: with the luck that the seed had before there were these. */
  plain?: boolean;
  /** With what carriers and phones do besides, and so with other luck. */
  carriers?: boolean;
  watch?: (lifeline: ReturnType<typeof createLifeline>) => void;
  /** Ends the run early, once this has been violated. */
  enough?: string;
}

export async function simulate(
  seed: number,
  { plain = false, carriers = false, watch, enough }: Options = {},
): Promise<Outcome> {
  const sim = new Simulation(seed, START);
  const odds = oddsOf(sim);
  const features = plain ? PLAIN : featuresOf(sim, PEOPLE);
  const quietUntil = (id: string) => START + (features.quietFor[id] ?? 0);
  const story = { plain, carriers, hourlyCap: features.hourlyCap, quietUntil };
  const lifeline = createLifeline(sim, odds, story, (message, status) => void callBack(message, status));
  watch?.(lifeline);
  const { checker, network, pages } = lifeline;
  const callBack = createCallbacks(sim, { lifeline, call });

  let texts = 0;
  // In some runs everything breaks at once: more CRITICAL pages than the sender may send.
  const rush = seed % 25 === 0;
  for (const id of PEOPLE) {
    const phone = phoneOf(id);
    const fields = { phoneVerified: true, smsSuppressed: false, preferences: [], version: 1, updatedAt: START };
    await lifeline.recipients.put({ id, name: id, phone, ...fields, ...contactsOf(id), ...quietHours(id) }, 0);
  }
  for (let n = 0, count = rush ? 25 : sim.between(2, 9); n < count; n++) planPage(n, rush);
  if (!plain) playFeatures(sim, features, { start: START, persist, dispatch, text, phoneOf, checker });
  for (const name of Object.keys(network.weather) as CircuitName[]) {
    for (let n = 0, count = sim.between(0, 5); n < count; n++) {
      const weather = sim.pick(weatherOf(name));
      sim.at(sim.between(0, CALM), `${name} ${weather}`, () => change(name, weather));
    }
    sim.at(CALM, `${name} ok`, () => change(name, 'ok'));
  }
  sim.at(CALM, 'calm', async () => {
    Object.assign(odds, { dieBefore: 0, dieAfter: 0, storeFails: 0, storeFailsAfter: 0 });
    checker.calm(sim.now);
  });

  if (!plain) {
    sim.at(END - 10 * MINUTE, 'contact sweep', async () => {
      sim.spawn('upkeep/contact-sweep', async () => lifeline.sweepContacts());
    });
    sim.at(END - MINUTE, 'last words', heedLastWords);
  }

  const steps = await sim.run(
    START + END,
    () => enough !== undefined && checker.violations.some(({ invariant }) => invariant === enough),
  );
  const { lines } = lifeline.telemetry;
  const logs = lines.map((line) => inspect(line, { depth: 9 })).join('\n');
  checker.atEnd(pages.all(), logs, network.messages, lifeline.moved());
  return { seed, violations: checker.violations, steps, ...summary() };

  function weatherOf(name: CircuitName): readonly Weather[] {
    if (carriers && name === 'slack/slack') return [...WEATHER, ...ADDRESSES, ...ADDRESSES];
    if (carriers && name === 'teams/teams') return [...WEATHER, 'gone', 'gone'];
    if (plain || name !== 'twilio/sms') return WEATHER;
    return [...WEATHER, 'opted-out', ...(carriers ? CARRIERS : [])];
  }

  async function change(name: CircuitName, weather: Weather): Promise<void> {
    network.weather[name] = weather;
  }

  /** In a third of the runs there is only the phone, for texts. */
  function contactsOf(id: string): object {
    const preferences = [{ channel: 'voice' as const, enabled: false }];
    // In a rush to many, one phone could not ring for all of them within the run.
    if (seed % 3 === 0 || rush) return { preferences };
    const slack = sim.chance(0.5) && { slackUserId: `U${id.toUpperCase()}` };
    const push = sim.chance(0.5) && {
      pushEndpoints: [`arn:aws:sns:us-east-1:000000000000:endpoint/GCM/lifeline/${id}`],
    };
    const teams = sim.chance(0.3) && { teamsWebhookUrl: `https://prod-1.westus.logic.azure.com/${id}` };
    return { ...(sim.chance(0.8) && { email: `${id}@example.com` }), ...slack, ...push, ...teams };
  }

  /** It has been quiet since the evening. */
  function quietHours(id: string): object {
    const minutes = (features.quietFor[id] ?? 0) / MINUTE;
    if (minutes === 0) return {};
    return { timezone: 'UTC', quietHours: { from: '22:00', to: `03:${String(minutes).padStart(2, '0')}` } };
  }

  function planPage(n: number, rush: boolean): void {
    const most = plain ? (['CRITICAL', 'HIGH', 'LOW'] as const) : (['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'] as const);
    const priority = rush ? 'CRITICAL' : sim.pick(most);
    const incident = { id: `INC-${rush ? n : sim.between(0, 4)}`, title: 'Disk full', priority, service: 'db' };
    const recipientId = sim.pick(PEOPLE);
    const others = PEOPLE.filter((id) => id !== recipientId);
    const body = {
      incident,
      recipientId,
      escalationLevel: sim.between(0, 2),
      ...(sim.chance(0.3) && { escalateTo: others }),
      ...(sim.chance(0.1) && { skipTiers: true }),
      ...(sim.chance(0.2) && { requireAck: sim.chance(0.5) }),
    };
    const headers: Record<string, string> = sim.chance(0.6) ? { 'Idempotency-Key': `key-${n}` } : {};
    const at = rush ? sim.between(MINUTE, MINUTE + 5_000) : sim.between(1_000, 15 * MINUTE);
    sim.at(at, `dispatch ${n}`, () => accept({ body, headers }));
  }

  function dispatch(name: string, body: object): Promise<void> {
    return accept({ body, headers: { 'Idempotency-Key': name } });
  }

  async function accept(event: EventOptions): Promise<void> {
    const { notificationId } = await persist('dispatchNotification', event);
    // Somebody who has nothing but a phone and said STOP cannot be paged: 422.
    if (notificationId === undefined) return;
    checker.accepted(notificationId, sim.now);
    if (!sim.chance(0.3)) return;
    sim.at(sim.between(0, sim.pick([MINUTE, 10 * MINUTE, 40 * MINUTE])), 'acknowledge', async () => {
      await persist('acknowledgeNotification', { params: { id: notificationId } });
      checker.answered(notificationId, sim.now);
    });
  }

  /** Twilio brings a text again that was not answered, as the fallback of a number does. */
  async function text(id: string, said: string): Promise<void> {
    const url = `${PUBLIC_BASE_URL}/webhooks/twilio/sms/inbound`;
    const MessageSid = `SM${String(++texts).padStart(32, 'f')}`;
    const form = { AccountSid: TWILIO.accountSid, MessageSid, From: phoneOf(id), To: TWILIO.phoneNumber, Body: said };
    await persist('receiveTwilioSmsInbound', {
      caller: null,
      base64: true,
      ...signTwilio(TWILIO.authToken, url, form),
    });
    for (const page of pages.all()) if (page.acknowledged) checker.answered(page.id, sim.now);
  }

  async function heedLastWords(): Promise<void> {
    for (const id of PEOPLE) {
      const recipient = await lifeline.recipients.get(id);
      if (!recipient) continue;
      checker.optOuts.atEnd(recipient, await lifeline.optOuts.has(phoneOf(id)));
      checker.contacts.atEnd(recipient);
    }
  }

  /** A client that repeats its call until it has an answer. */
  async function persist(operation: OperationId, event: EventOptions) {
    for (;;) {
      const answer = await call(operation, event);
      if (answer.status < 500) return answer.body;
      await sim.pause(sim.between(100, 5_000));
    }
  }

  /** Each call is an invocation of its own: the function may die, the caller does not. */
  function call(operation: OperationId, event: EventOptions) {
    return new Promise<{ status: number; body: { notificationId?: string } }>((resolve) => {
      sim.spawn(operation, async (invocation) => {
        const answer = await lifeline.api(apiEvent(operation, event), CONTEXT);
        const lost = invocation.dead || sim.chance(odds.storeFailsAfter);
        resolve(
          lost
            ? { status: 504, body: {} }
            : { status: answer.statusCode, body: isJson(answer.headers) && answer.body ? JSON.parse(answer.body) : {} },
        );
      });
    });
  }

  function summary() {
    const all = pages.all().flatMap((page) => Object.values(page.deliveries));
    const statuses: Record<string, number> = {};
    for (const {
      state: { status },
    } of all)
      statuses[status] = (statuses[status] ?? 0) + 1;
    const perDelivery = new Set(network.messages.map(({ ref }) => ref.split('-').slice(0, 3).join('-')));
    const texts = network.messages.length;
    return { pages: all.length, texts, duplicates: texts - perDelivery.size, statuses };
  }
}

const phoneOf = (id: string) => (id === 'usr_alice' ? '+14155550100' : '+14155550101');
const isJson = (headers: object | undefined) => JSON.stringify(headers ?? {}).includes('json');

function oddsOf(sim: Simulation): Odds {
  // Some runs are quiet, so that plain behaviour is looked at too.
  const level = sim.pick([0, 0.3, 1, 2]);
  return {
    dieBefore: 0.006 * level,
    dieAfter: 0.006 * level,
    storeFails: 0.01 * level,
    storeFailsAfter: 0.006 * level,
    duplicate: 0.08 * level,
  };
}
