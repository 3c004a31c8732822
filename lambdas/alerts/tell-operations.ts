import type { OperationsTopic } from '../core/alerts/ports.ts';
import type { AlertGroup, AlertWindow } from '../core/alerts/window.ts';
import { type Notice, noticeOf } from '../core/content/operations-notice.ts';
import { SYSTEM_CLIENT } from '../core/page/system-page.ts';
import type { createDispatch } from '../use-cases/dispatch.ts';

interface Deps {
  topic: OperationsTopic;
  /** Ids of those who are paged. */
  recipients: readonly string[];
  dispatch: ReturnType<typeof createDispatch>;
  publicBaseUrl: string;
  /** Hears of a recipient who cannot be paged, and why. */
  notReached: (recipientId: string, why: string) => void;
}

/**
 * Tells operations by the topic and by pages of its own, each by itself: one way that fails keeps no other from being
 * used. Throws if one failed. A repetition pages nobody twice; the topic gets its message once more.
 */
export function createTellOperations({ topic, recipients, dispatch, publicBaseUrl, notReached }: Deps) {
  return async (group: AlertGroup, window: AlertWindow): Promise<void> => {
    const notice = noticeOf(group, window, publicBaseUrl);
    const results = await Promise.allSettled([
      topic.publish(notice),
      ...recipients.map((recipientId) => page(recipientId, notice, window)),
    ]);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  };

  async function page(recipientId: string, notice: Notice, { opening, start }: AlertWindow): Promise<void> {
    const { incidentId: id, title, text: description, priority } = notice;
    const triggeredAt = new Date(opening.since).toISOString();
    const { result } = await dispatch(
      {
        incident: { id, title, description, priority, service: 'lifeline', triggeredAt },
        recipientId,
        type: 'new_incident',
        escalationLevel: 0,
        skipTiers: false,
        requireAck: false,
        ackScope: 'incident',
        escalateTo: [],
      },
      { clientId: SYSTEM_CLIENT, by: 'Lifeline', idempotencyKey: `${id}:${start}:${recipientId}` },
    );
    if (result !== 'accepted') notReached(recipientId, result);
  }
}
