import type { CircuitStore } from '../core/circuit/ports.ts';
import type { Clock } from '../core/clock.ts';
import { isStale, type Known, overallStatus, type QueueHealth, queueTotals } from '../core/health/health.ts';
import type { HealthStore } from '../core/health/ports.ts';
import type { Channel } from '../core/page/page.ts';
import type { Health, HealthDetails } from '../http/api.gen.ts';
import type { Handler } from '../http/http.ts';
import { providerViews } from '../http/views/provider.ts';

interface Deps {
  /** Channels configured in this deployment. */
  channels: readonly Channel[];
  health: Pick<HealthStore, 'read'>;
  circuits: Pick<CircuitStore, 'list'>;
  clock: Clock;
}

/** GET /health is open to everybody, so the table is asked at most this often. */
const FRESH_MS = 2_000;

/** GET /health and GET /health/details, from the same two small reads; the reads are the check that the table answers. */
export function createHealth({ channels, health, circuits, clock }: Deps): {
  getHealth: Handler;
  getHealthDetails: Handler;
} {
  let last: { at: number; known: Promise<Known> } | undefined;

  function latest(): Promise<Known> {
    if (!last || clock.now() - last.at >= FRESH_MS) last = { at: clock.now(), known: read() };
    return last.known;
  }

  async function read(): Promise<Known> {
    const [snapshot, list] = await Promise.all([health.read(), circuits.list()]);
    return { channels, snapshot, circuits: new Map(list.map(({ name, circuit }) => [name, circuit])) };
  }

  async function getHealth() {
    try {
      const known = await latest();
      const { activeRetries, pendingDispatches } = queueTotals(known.snapshot?.queues ?? []);
      const status = overallStatus(known, clock.now());
      const body: Health = { status, activeRetries, pendingDispatches };
      return { status: status === 'down' ? 503 : 200, body };
    } catch {
      // Without the table no page can be accepted.
      const body: Health = { status: 'down', activeRetries: 0, pendingDispatches: 0 };
      return { status: 503, body };
    }
  }

  async function getHealthDetails() {
    const known = await latest();
    return { status: 200, body: details(known, clock.now()) };
  }

  return { getHealth, getHealthDetails };
}

function details(known: Known, now: number): HealthDetails {
  const { snapshot } = known;
  const providers = providerViews(known, now);
  return {
    status: overallStatus(known, now),
    ...(snapshot && {
      checkedAt: new Date(snapshot.at).toISOString(),
      ageSeconds: Math.max(0, Math.floor((now - snapshot.at) / 1_000)),
    }),
    stale: !snapshot || isStale(snapshot, now),
    tables: snapshot?.tables ?? [],
    queues: (snapshot?.queues ?? []).map((queue) => queueView(queue, now)),
    providers,
    metrics: {
      ...queueTotals(snapshot?.queues ?? []),
      openCircuits: providers.filter(({ state }) => state !== 'CLOSED').length,
    },
  };
}

const queueView = ({ channel: _, deadLetterQueue: __, waitingSince, ...queue }: QueueHealth, now: number) => ({
  ...queue,
  ...(queue.visible !== undefined && {
    oldestAgeSeconds: Math.max(0, Math.floor((now - (waitingSince ?? now)) / 1_000)),
  }),
  ...(waitingSince !== undefined && { waitingSince: new Date(waitingSince).toISOString() }),
});
