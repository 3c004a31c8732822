import type { AlertQueue } from '../core/alerts/ports.ts';
import type { Log } from '../runtime/logger.ts';
import { METRICS } from '../runtime/metric-names.ts';
import type { Count } from '../runtime/metrics.ts';
import type { ContactNotifier } from '../use-cases/note-contacts.ts';

interface Telemetry {
  logger: Pick<Log, 'warn' | 'error'>;
  count: Count;
}

/** News of a broken contact point: counted, logged by the recipient's id, and told by the consumer of `alerts`. */
export const contactNotifier = ({ alerts, logger, count }: Telemetry & { alerts: AlertQueue }): ContactNotifier => ({
  async tell(recipientId, { channel, about, since }) {
    logger.warn('a contact point of this recipient is broken', { recipientId, channel });
    count(METRICS.contactBroken);
    await alerts.send({ kind: 'CONTACT_BROKEN', recipientId, channel, about, since });
  },
});
