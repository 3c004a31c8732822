import { circuitName } from '../core/circuit/circuit.ts';
import type { CircuitStore } from '../core/circuit/ports.ts';
import type { Clock } from '../core/clock.ts';
import {
  channelsDown,
  type HealthSnapshot,
  NOT_SET_UP,
  type ProviderHealth,
  waitingSince,
} from '../core/health/health.ts';
import type { HealthStore, ProviderCheck } from '../core/health/ports.ts';
import type { Channel } from '../core/page/page.ts';
import type { Fault } from '../core/providers/fault.ts';
import type { Log } from '../runtime/logger.ts';
import { METRICS } from '../runtime/metric-names.ts';
import type { Count } from '../runtime/metrics.ts';
import type { Circuits } from '../use-cases/circuits.ts';
import type { WatchedQueue } from './health-check.env.ts';
import { type LookInto, measureQueues, timed } from './measure.ts';

interface Deps {
  health: HealthStore;
  /** Channels configured in this deployment. */
  channels: readonly Channel[];
  queues: readonly WatchedQueue[];
  depth: LookInto;
  providers: readonly ProviderCheck[];
  /** To tell of account faults. */
  circuits: Pick<Circuits, 'failed'>;
  store: Pick<CircuitStore, 'list'>;
  clock: Clock;
  logger: Pick<Log, 'warn' | 'error'>;
  count: Count;
}

type Checked = ProviderHealth & { fault?: Fault };

/**
 * One round of health checks: looks at everything at once, opens the circuits of accounts that are refused, and writes
 * the one snapshot that all health answers are made of. It never closes a circuit, and never weighs providers: within
 * an attempt failover goes on as ever (docs/spec/inside.md#health-checks).
 * @throws when the snapshot cannot be written; then its age tells
 */
export function createHealthCheck(deps: Deps): () => Promise<void> {
  const { health, store, clock, logger, count } = deps;

  return async () => {
    const at = clock.now();
    const [table, queues, providers] = await Promise.all([
      timed(clock, () => health.read()),
      measureQueues(clock, deps.queues, deps.depth),
      Promise.all(deps.providers.map((one) => look(one))),
    ]);
    for (const { provider, channel, fault } of providers) {
      // Health checks open a circuit only for definite account faults; sends detect the rest.
      if (fault?.opens) await deps.circuits.failed(circuitName(provider, channel), fault, false);
    }
    const snapshot: HealthSnapshot = {
      at,
      tables: [{ name: 'lifeline', finding: table.finding, latencyMs: table.latencyMs }],
      queues: queues.map((queue) => {
        const since = waitingSince(queue, table.value, at);
        return { ...queue, ...(since !== undefined && { waitingSince: since }) };
      }),
      providers: providers.map(({ fault: _, ...found }) => withNumbers(found, table.value)),
    };
    await reportChannelsDown(snapshot);
    await health.write(snapshot);
    count(METRICS.healthChecked);
  };

  async function look({ provider, channel, check }: ProviderCheck): Promise<Checked> {
    const { value, latencyMs } = await timed(clock, check);
    const named = { provider, channel, latencyMs };
    switch (value?.finding) {
      case 'ok':
        return { ...named, finding: 'ok', ...(value.numbers && { numbers: value.numbers }) };
      case 'limited': {
        const { code, message, numbers } = value;
        logger.warn('provider cannot carry all that it has to', { provider, channel, code, words: message });
        count(METRICS.providerLimited);
        return { ...named, finding: 'limited', code, message, ...(numbers && { numbers }) };
      }
      case 'failing': {
        const { code, message } = value.fault;
        logger.warn('provider fails its health check', { provider, channel, code, words: message });
        return { ...named, finding: 'failing', code, message, fault: value.fault };
      }
      default:
        if (value?.code === NOT_SET_UP) return { ...named, ...value };
        logger.warn('provider could not be checked', { provider, channel, words: value?.message });
        return { ...named, finding: 'unknown', ...(value && { message: value.message }) };
    }
  }

  /** Nobody can be reached by such a channel, and waiting may not mend it: a person has to look. */
  async function reportChannelsDown(snapshot: HealthSnapshot): Promise<void> {
    const { value: list } = await timed(clock, () => store.list());
    const circuits = new Map(list?.map(({ name, circuit }) => [name, circuit]));
    for (const channel of channelsDown({ channels: deps.channels, snapshot, circuits }, clock.now())) {
      logger.error('no provider of the channel can be used', { channel });
      count(METRICS.noUsableProvider);
    }
  }
}

/**
 * A check that could not ask for the numbers keeps those that were told before: the contact card must not lose them.
 */
function withNumbers(found: ProviderHealth, before: HealthSnapshot | undefined): ProviderHealth {
  const known = before?.providers.find((one) => one.provider === found.provider && one.channel === found.channel);
  const numbers = found.numbers ?? known?.numbers;
  return { ...found, ...(numbers && { numbers }) };
}
