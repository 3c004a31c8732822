import type { CircuitStore } from '../core/circuit/ports.ts';
import type { Clock } from '../core/clock.ts';
import type { PageStore } from '../core/page/ports.ts';
import { dynamo, eventBridge } from '../runtime/aws.ts';
import { createLogger } from '../runtime/logger.ts';
import { METRICS } from '../runtime/metric-names.ts';
import { createCount } from '../runtime/metrics.ts';
import { createCircuitStore } from '../stores/circuits.ts';
import { createEvents } from '../stores/events.ts';
import { createPageStore } from '../stores/pages.ts';
import { publishingCircuits } from '../stores/published-circuits.ts';
import { publishingPages } from '../stores/published-pages.ts';

interface Env {
  TABLE_NAME: string;
  EVENT_BUS_NAME: string;
}
/** Counted under one name, whichever function it was that could not tell: one alarm watches it. */
const SERVICE = 'events';

/** What there is to change pages with: every change of status goes out as an event (docs/events.md). */
export const publishedPages = (env: Env, clock: Clock): PageStore =>
  publishingPages(createPageStore(dynamo(), env.TABLE_NAME), out(env, clock));

/** What there is to change circuits with. */
export const publishedCircuits = (env: Env, clock: Clock): CircuitStore =>
  publishingCircuits(createCircuitStore(dynamo(), env.TABLE_NAME), out(env, clock));

function out({ EVENT_BUS_NAME }: Env, clock: Clock) {
  const [logger, count] = [createLogger(SERVICE), createCount(SERVICE)];
  return {
    events: createEvents(eventBridge(), EVENT_BUS_NAME),
    clock,
    lost(events: number, error: unknown) {
      logger.error('events could not be put on the bus', { events, error });
      count(METRICS.eventLost);
    },
  };
}
