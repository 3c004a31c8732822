import { randomUUID } from 'node:crypto';
import { dynamo } from '../runtime/aws.ts';
import type { Log } from '../runtime/logger.ts';
import { createRunLeases } from '../stores/leases.ts';
import { runAlone } from '../use-cases/run-alone.ts';

/** Makes scheduled runs of one name exclude each other, by a lease in the table. */
export function alone(table: string, logger: Pick<Log, 'warn'>) {
  const deps = {
    leases: createRunLeases(dynamo(), table),
    clock: { now: Date.now },
    newId: randomUUID,
    leftOut: (run: string) => logger.warn('the run is left out: another one is under way', { run }),
  };
  return (name: string, run: () => Promise<void>) => runAlone(deps, name, run);
}
