import { createListAudit } from '../../lambdas/api/audit.ts';
import { createHealth } from '../../lambdas/api/health.ts';
import { createListProviders, createPin } from '../../lambdas/api/providers.ts';
import type { AuditLog, AuditReader } from '../../lambdas/core/audit/ports.ts';
import type { CircuitName } from '../../lambdas/core/circuit/circuit.ts';
import type { CircuitStore } from '../../lambdas/core/circuit/ports.ts';
import { providersOn } from '../../lambdas/core/circuit/providers-of-channel.ts';
import type { Clock } from '../../lambdas/core/clock.ts';
import type { QueueDepth } from '../../lambdas/core/health/health.ts';
import type { CheckResult, HealthStore, ProviderCheck } from '../../lambdas/core/health/ports.ts';
import { CHANNELS, type Channel } from '../../lambdas/core/page/page.ts';
import { rules } from '../../lambdas/core/rules.ts';
import { createHealthCheck } from '../../lambdas/provider-health/check.ts';
import { METRICS } from '../../lambdas/runtime/metric-names.ts';
import { createCircuits } from '../../lambdas/use-cases/circuits.ts';
import { LATE, type Surroundings } from './late-ports.ts';
import { memoryHealth } from './memory-ports.ts';
import type { recordedTelemetry } from './telemetry.ts';

interface Deps {
  clock: Clock;
  circuits: CircuitStore;
  audit: AuditLog & AuditReader;
  telemetry: ReturnType<typeof recordedTelemetry>;
  health?: HealthStore;
  /** Default all six. */
  channels?: readonly Channel[];
  surroundings?: Surroundings;
}

/** What the next check finds; change it as the story goes on. */
export interface Findings {
  /** By provider and channel; a provider that is not in here is well. */
  of: Partial<Record<CircuitName, CheckResult>>;
  /** By the queue's name (`sms-urgent`, `sms-dead-letters`); throws for a queue that does not answer. */
  depth: (queue: string) => QueueDepth;
}

const lanesOf = (channel: Channel) =>
  [`${channel}-urgent`, `${channel}-normal`].map((name) => ({ channel, name, queue: name }));
/** Lanes of a channel share one. */
const deadLettersOf = (queue: string) =>
  queue.endsWith('-dead-letters') ? {} : { deadLetterQueue: `${queue.replace(/-(urgent|normal)$/, '')}-dead-letters` };

/** The health checks and the handlers that read what they and the circuits say, over memory ports. */
export function createHealthParts(given: Deps) {
  const { clock, circuits: store, audit, telemetry, channels = CHANNELS } = given;
  const { port, handler } = given.surroundings ?? LATE;
  const health = port('health', given.health ?? memoryHealth());
  const findings: Findings = { of: {}, depth: () => ({ visible: 0, inFlight: 0, delayed: 0 }) };
  const providers = providersOn(channels)
    .filter(({ provider }) => provider !== 'teams')
    .map(({ provider, channel, circuit }): ProviderCheck => {
      return port(circuit, { provider, channel, check: async () => findings.of[circuit] ?? { finding: 'ok' } });
    });
  const changed = (_: string, event: string) => void (event === 'opened' && telemetry.count(METRICS.circuitOpened));
  const check = createHealthCheck({
    health,
    channels,
    providers,
    store,
    clock,
    ...telemetry,
    queues: [
      ...channels.flatMap(lanesOf),
      ...['looks', 'stops', 'receipt-checks', 'alerts'].map((name) => ({ name, queue: name })),
    ],
    ...port('queues', {
      depth: async (queue: string) => ({ ...findings.depth(queue), ...deadLettersOf(queue) }),
    }),
    circuits: createCircuits({ store, clock, rules: rules(), random: () => 0, changed }),
  });
  const deps = { channels, circuits: store, health, audit, clock };
  return {
    check: handler('health-check', check),
    findings,
    health,
    handlers: {
      ...createHealth(deps),
      listProviders: createListProviders(deps),
      pinProvider: createPin(deps),
      listAudit: createListAudit(deps),
    },
  };
}
