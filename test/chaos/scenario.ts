/** What a run tells of holds, crowds and opt-outs, beside its pages: drawn from the seed, then played. */
import { MINUTE } from '../../lambdas/core/time.ts';
import type { OperationId } from '../../lambdas/http/api.gen.ts';
import type { EventOptions } from '../support/api-event.ts';
import type { Checker } from './checker.ts';
import type { Simulation } from './simulation.ts';

/** The priorities that may wait and share messages. */
const QUIET = ['HIGH', 'MEDIUM', 'LOW'] as const;

interface Window {
  id: string;
  /** When it is put, begins and ends, from the beginning of the run on. */
  put: number;
  from: number;
  to: number;
  holdCritical: boolean;
  /** A later change: another end, or none at all. */
  change?: { at: number; to?: number };
}

/** Many pages to one person within minutes. */
interface Crowd {
  recipientId: string;
  at: number[];
}

export interface Features {
  hourlyCap: number;
  /** How long it is still quiet for somebody. */
  quietFor: Record<string, number>;
  windows: Window[];
  crowd: Crowd | undefined;
  /** What people text to our number. */
  texts: { recipientId: string; at: number; body: 'STOP' | 'START' | 'ACK ALL' }[];
}

export const PLAIN: Features = { hourlyCap: 100, quietFor: {}, windows: [], crowd: undefined, texts: [] };

export function featuresOf(sim: Simulation, people: readonly string[]): Features {
  const quietFor = Object.fromEntries(people.map((id) => [id, sim.chance(0.3) ? sim.between(3, 40) * MINUTE : 0]));
  const windows = Array.from({ length: sim.pick([0, 0, 1, 2]) }, (_, n) => windowOf(sim, `w${n}`));
  const crowded = sim.chance(0.5);
  const begins = sim.between(0, 12 * MINUTE);
  const lasts = sim.between(MINUTE, 12 * MINUTE);
  const crowd = crowded
    ? {
        recipientId: sim.pick(people),
        at: Array.from({ length: sim.between(5, 14) }, () => begins + sim.between(0, lasts)),
      }
    : undefined;
  const texts = people.flatMap((recipientId) => {
    const stops = sim.chance(0.4) ? [sim.between(0, 30 * MINUTE)] : [];
    const starts = stops.flatMap((at) => (sim.chance(0.6) ? [at + sim.between(10_000, 20 * MINUTE)] : []));
    const acks = sim.chance(0.3) ? [sim.between(5 * MINUTE, 40 * MINUTE)] : [];
    return [
      ...stops.map((at) => ({ recipientId, at, body: 'STOP' as const })),
      ...starts.map((at) => ({ recipientId, at, body: 'START' as const })),
      ...acks.map((at) => ({ recipientId, at, body: 'ACK ALL' as const })),
    ];
  });
  return { hourlyCap: sim.pick([100, 100, 4]), quietFor, windows, crowd, texts };
}

function windowOf(sim: Simulation, id: string): Window {
  const put = sim.between(0, 12 * MINUTE);
  const from = put + sim.between(-5 * MINUTE, 3 * MINUTE);
  const to = Math.max(from, put) + sim.between(MINUTE, 20 * MINUTE);
  const change = { at: sim.between(put, to), ...(sim.chance(0.5) && { to: to + sim.between(-10, 10) * MINUTE }) };
  return { id, put, from, to, holdCritical: sim.chance(0.3), ...(sim.chance(0.4) && { change }) };
}

interface Play {
  start: number;
  persist(operation: OperationId, event: EventOptions): Promise<unknown>;
  /** Dispatches a page until it has been accepted or refused. */
  dispatch(name: string, body: object): Promise<void>;
  /** Texts from the person's phone until our number has answered. */
  text(recipientId: string, body: string): Promise<void>;
  phoneOf(recipientId: string): string;
  checker: Pick<Checker, 'optOuts'>;
}

export function playFeatures(sim: Simulation, { windows, crowd, texts }: Features, play: Play): void {
  const { persist, checker, phoneOf } = play;
  const iso = (ms: number) => new Date(play.start + ms).toISOString();
  for (const { id, put, from, to, holdCritical, change } of windows) {
    const body = (end: number) => ({
      services: ['db'],
      startsAt: iso(from),
      endsAt: iso(Math.max(end, from + 1_000)),
      holdCritical,
    });
    sim.at(put, `window ${id}`, () => persist('putMaintenanceWindow', { params: { id }, body: body(to) }));
    if (!change) continue;
    const { at, to: other } = change;
    const changing = () =>
      other === undefined
        ? persist('deleteMaintenanceWindow', { params: { id } })
        : persist('putMaintenanceWindow', { params: { id }, body: body(other) });
    sim.at(at, `window ${id} changes`, changing);
  }
  for (const [n, at] of (crowd?.at ?? []).entries()) {
    const incident = {
      id: `CROWD-${n}`,
      title: 'Latency',
      priority: sim.pick(QUIET),
      service: sim.pick(['db', 'web']),
    };
    const body = { incident, recipientId: crowd?.recipientId, requireAck: sim.chance(0.5) };
    sim.at(at, `crowd ${n}`, () => play.dispatch(`crowd ${n}`, body));
  }
  // One after the other, as a person texts.
  const said = new Map<string, Promise<void>>();
  for (const { recipientId, at, body } of texts.toSorted((a, b) => a.at - b.at)) {
    sim.at(at, `${recipientId} texts ${body}`, () => {
      const next = (said.get(recipientId) ?? Promise.resolve()).then(() => say(recipientId, body));
      said.set(recipientId, next);
      return next;
    });
  }

  async function say(recipientId: string, body: 'STOP' | 'START' | 'ACK ALL'): Promise<void> {
    if (body === 'ACK ALL') return play.text(recipientId, body);
    checker.optOuts.says(phoneOf(recipientId), body);
    await play.text(recipientId, body);
    checker.optOuts.heeded(phoneOf(recipientId), body, sim.now);
  }
}
