import type { ProviderCheck } from '../core/health/ports.ts';
import type { Channel } from '../core/page/page.ts';
import { createHealthCheck } from '../provider-health/check.ts';
import { METRICS } from '../runtime/metric-names.ts';
import { createCircuits } from '../use-cases/circuits.ts';
import type { CircuitPorts } from './circuits.ts';
import type { Ports, Settings } from './ports.ts';

type Check = Parameters<typeof createHealthCheck>[0];
export type HealthCheckPorts = CircuitPorts &
  Pick<Ports, 'health'> & { providers: readonly ProviderCheck[] } & Pick<Check, 'depth' | 'queues'>;

/** Looks at the table, the queues and the providers of the channels that there are. */
export function healthCheck(
  ports: HealthCheckPorts,
  { rules, channels }: Pick<Settings, 'rules'> & { channels: readonly Channel[] },
): () => Promise<void> {
  const { circuits: store, clock, random, count } = ports;
  // Counted under the check's own name: an alarm says that the check and not a send has found the account out of use.
  const changed = (_: string, event: string) => void (event === 'opened' && count(METRICS.circuitOpened));
  return createHealthCheck({
    ...ports,
    channels,
    store,
    circuits: createCircuits({ store, clock, rules, random, changed }),
  });
}
