import { createListAudit } from '../../lambdas/api/audit.ts';
import { createHealth } from '../../lambdas/api/health.ts';
import { createListProviders, createPin } from '../../lambdas/api/providers.ts';
import type { QueueDepth } from '../../lambdas/core/health.ts';
import type {
  AuditLog,
  AuditReader,
  CheckResult,
  CircuitStore,
  Clock,
  HealthStore,
  ProviderCheck,
} from '../../lambdas/core/ports.ts';
import { rules } from '../../lambdas/core/rules.ts';
import { createCircuits } from '../../lambdas/operations/circuits.ts';
import { createHealthCheck } from '../../lambdas/provider-health/check.ts';
import { queuesOf } from '../../lambdas/provider-health/queues.ts';
import { METRICS } from '../../lambdas/runtime/metric-names.ts';
import { memoryHealth } from './memory-ports.ts';
import type { recordedTelemetry } from './telemetry.ts';

interface Deps {
  clock: Clock;
  circuits: CircuitStore;
  audit: AuditLog & AuditReader;
  telemetry: ReturnType<typeof recordedTelemetry>;
  health?: HealthStore;
}

/** What the next check finds; change it as the story goes on. */
export interface Findings {
  twilio: CheckResult;
  sns: CheckResult;
  /** By the variable that holds the queue's URL; throws for a queue that does not answer. */
  depth: (queue: string) => QueueDepth;
}

const QUEUES = {
  SMS_URGENT_QUEUE_URL: 'urgent',
  SMS_NORMAL_QUEUE_URL: 'normal',
  SMS_DEAD_LETTER_QUEUE_URL: 'sms-dead',
  RECEIPT_CHECK_QUEUE_URL: 'receipt-checks',
  RECEIPT_CHECK_DEAD_LETTER_QUEUE_URL: 'receipt-checks-dead',
  STOP_QUEUE_URL: 'stops',
  STOP_DEAD_LETTER_QUEUE_URL: 'stops-dead',
};

/** The health checks and the handlers that read what they and the circuits say, over memory ports. */
export function createHealthParts({ clock, circuits: store, audit, telemetry, health = memoryHealth() }: Deps) {
  const findings: Findings = {
    twilio: { finding: 'ok' },
    sns: { finding: 'ok' },
    depth: () => ({ visible: 0, inFlight: 0, delayed: 0 }),
  };
  const provider = (name: 'twilio' | 'sns'): ProviderCheck => ({
    provider: name,
    channel: 'sms',
    check: async () => findings[name],
  });
  const changed = (_: string, event: string) => void (event === 'opened' && telemetry.count(METRICS.circuitOpened));
  const check = createHealthCheck({
    health,
    ...queuesOf(async (url) => findings.depth(url), QUEUES),
    providers: [provider('twilio'), provider('sns')],
    circuits: createCircuits({ store, clock, rules: rules(), random: () => 0, changed }),
    ...{ store, clock, ...telemetry },
  });
  const deps = { circuits: store, health, audit, clock };
  return {
    check,
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
