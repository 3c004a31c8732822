import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { Events, LifelineEvent } from '../core/events/status-events.ts';

/** What one call takes. */
const MAX_ENTRIES = 10;
/** Entries are refused one by one, mostly for throttling; the SDK repeats only calls. */
const TRIES = 3;
const PAUSE_MS = 50;

/** What rules match on, beside the detail. */
export const EVENT_SOURCE = 'lifeline';

/** Events on a bus of EventBridge. */
export function createEvents(client: Pick<EventBridgeClient, 'send'>, busName: string): Events {
  const toEntry = (event: LifelineEvent): PutEventsRequestEntry => ({
    EventBusName: busName,
    Source: EVENT_SOURCE,
    DetailType: event.type,
    Time: new Date(event.at),
    Detail: JSON.stringify(event),
  });

  async function putAll(entries: PutEventsRequestEntry[]): Promise<void> {
    let left = entries;
    for (let tries = 1; ; tries++) {
      const { Entries: results = [] } = await client.send(new PutEventsCommand({ Entries: left }));
      const refused = results.find(({ ErrorCode }) => ErrorCode)?.ErrorCode;
      left = left.filter((_, i) => results[i]?.ErrorCode);
      if (left.length === 0) return;
      if (tries === TRIES) throw new Error(`${left.length} events were refused by the bus: ${refused}`);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * tries));
    }
  }

  return {
    async put(events) {
      for (let start = 0; start < events.length; start += MAX_ENTRIES) {
        await putAll(events.slice(start, start + MAX_ENTRIES).map(toEntry));
      }
    },
  };
}
