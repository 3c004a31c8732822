import type { Rules } from '../core/rules.ts';
import { METRICS } from '../runtime/metric-names.ts';
import { type Circuits, createCircuits } from '../use-cases/circuits.ts';
import type { Ports } from './ports.ts';

export type CircuitPorts = Pick<Ports, 'circuits' | 'clock' | 'random' | 'logger' | 'count'>;

/** The circuits as one environment knows them. An opened one counts under the name that the channel's alarm watches. */
export const circuitsOf = ({ circuits, clock, random, logger, count }: CircuitPorts, rules: Rules): Circuits =>
  createCircuits({
    store: circuits,
    clock,
    rules,
    random,
    changed(circuit, event) {
      logger.warn(`circuit ${event}`, { circuit });
      if (event === 'opened') count(METRICS.circuitOpened, `${circuit.split('/')[1]}-worker`);
    },
  });
