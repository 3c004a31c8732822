import { createLogger } from '../../runtime/logger.ts';
import { METRICS } from '../../runtime/metric-names.ts';
import { createCount } from '../../runtime/metrics.ts';
import { createEvents } from '../../stores/events.ts';
import type { publishingPages } from '../../stores/published-pages.ts';
import type { Run } from '../ports.ts';
import { eventBridge } from './clients.ts';

export interface EventsEnv {
  EVENT_BUS_NAME: string;
}
/** Counted under one name, whichever function it was that could not tell: one alarm watches it. */
const SERVICE = 'events';

/** Where changes of status are told. */
export function eventsOut(
  { EVENT_BUS_NAME }: EventsEnv,
  { clock }: Pick<Run, 'clock'>,
): Parameters<typeof publishingPages>[1] {
  const [logger, count] = [createLogger(SERVICE), createCount(SERVICE)];
  return {
    events: createEvents(eventBridge(), EVENT_BUS_NAME),
    clock,
    lost(events, error) {
      logger.error('events could not be put on the bus', { events, error });
      count(METRICS.eventLost);
    },
  };
}
