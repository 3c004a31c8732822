import type { HealthCheckPorts } from '../../../lambdas/composition/health-check.ts';
import type { CircuitName } from '../../../lambdas/core/circuit/circuit.ts';
import { providersOn } from '../../../lambdas/core/circuit/providers-of-channel.ts';
import type { QueueDepth } from '../../../lambdas/core/health/health.ts';
import type { CheckResult, ProviderCheck } from '../../../lambdas/core/health/ports.ts';
import { CHANNELS, type Channel } from '../../../lambdas/core/page/page.ts';
import type { Surroundings } from '../late-ports.ts';

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

/** What health checks look at: providers of all channels and their queues, as the findings say. */
export function healthPorts({ port }: Pick<Surroundings, 'port'>) {
  const findings: Findings = { of: {}, depth: () => ({ visible: 0, inFlight: 0, delayed: 0 }) };
  const providers = providersOn(CHANNELS)
    .filter(({ provider }) => provider !== 'teams')
    .map(({ provider, channel, circuit }): ProviderCheck => {
      return port(circuit, { provider, channel, check: async () => findings.of[circuit] ?? { finding: 'ok' } });
    });
  const ports: Pick<HealthCheckPorts, 'providers' | 'queues' | 'depth'> = {
    providers,
    queues: [
      ...CHANNELS.flatMap(lanesOf),
      ...['looks', 'stops', 'receipt-checks', 'alerts'].map((name) => ({ name, queue: name })),
    ],
    ...port('queues', {
      depth: async (queue: string) => ({ ...findings.depth(queue), ...deadLettersOf(queue) }),
    }),
  };
  return { findings, ports };
}
