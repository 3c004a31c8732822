import type { CircuitStore } from '../core/circuit/ports.ts';
import type { Clock } from '../core/clock.ts';
import { circuitEvent, type Events } from '../core/events/status-events.ts';
import { randomEventId } from '../core/page/ids.ts';

interface Deps {
  events: Events;
  clock: Clock;
  /** Told of events that could not be put on the bus. */
  lost(count: number, error: unknown): void;
}

/** A store of circuits that tells when sends begin to go another way, whoever wrote it: traffic, a health check, a person. */
export function publishingCircuits(store: CircuitStore, { events, clock, lost }: Deps): CircuitStore {
  return {
    ...store,
    async save(name, before, after) {
      const result = await store.save(name, before, after);
      const event = circuitEvent(name, before, after, { at: clock.now(), id: randomEventId() });
      if (result === 'saved' && event) await events.put([event]).catch((error) => lost(1, error));
      return result;
    },
  };
}
