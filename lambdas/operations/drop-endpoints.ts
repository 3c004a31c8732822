import { parseCallbackRef } from '../core/callback-ref.ts';
import type { AuditLog, Clock, PageStore, RecipientStore } from '../core/ports.ts';
import type { Recipient } from '../core/recipient.ts';

/** Losing this often means that something writes the recipient without end. */
const MOST_TRIES = 12;

interface Deps {
  pages: PageStore;
  recipients: RecipientStore;
  audit: AuditLog;
  clock: Clock;
}

/**
 * Takes push endpoints that are gone out of the record of the person they were sent to, so that they are not tried for
 * ever and a page whose only devices are gone is not planned for push. The send's reference leads to the person: there
 * is no other way from an endpoint to whom it belongs. Repeating it writes nothing.
 * @param ref the callback reference of the send
 */
export function createDropEndpoints({ pages, recipients, audit, clock }: Deps) {
  return async (endpoints: readonly string[], ref: string): Promise<void> => {
    const parsed = parseCallbackRef(ref);
    const page = parsed && (await pages.get(parsed.pageId));
    if (!page) return;
    const { recipientId: id } = page;
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const stored = await recipients.get(id);
      const next = stored && without(stored, endpoints, clock.now());
      if (!next) return;
      if ((await recipients.put(next, stored.version)) === 'conflict') continue;
      const count = (stored.pushEndpoints?.length ?? 0) - (next.pushEndpoints?.length ?? 0);
      await audit.record({
        at: next.updatedAt,
        resource: `recipient/${id}`,
        action: 'recipient.push_endpoints_dropped',
        actor: 'provider/sns-push',
        details: { count },
      });
      return;
    }
    throw new Error(`recipient ${id} changed ${MOST_TRIES} times while it was being changed`);
  };
}

/** The record without these endpoints; undefined when it has none of them. */
function without(stored: Recipient, endpoints: readonly string[], updatedAt: number): Recipient | undefined {
  const { pushEndpoints = [], ...others } = stored;
  const left = pushEndpoints.filter((endpoint) => !endpoints.includes(endpoint));
  if (left.length === pushEndpoints.length) return undefined;
  return { ...others, ...(left.length > 0 && { pushEndpoints: left }), version: stored.version + 1, updatedAt };
}
