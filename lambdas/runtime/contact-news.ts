import type { AlertQueue } from '../core/alerts/ports.ts';
import type { AuditLog, Clock, RecipientStore } from '../core/ports.ts';
import { type ContactNews, createNoteContacts, type NoteContacts } from '../operations/note-contacts.ts';
import type { Log } from './logger.ts';
import { METRICS } from './metric-names.ts';
import type { Count } from './metrics.ts';

interface Telemetry {
  logger: Pick<Log, 'warn' | 'error'>;
  count: Count;
}

/** News of a broken contact point: counted, logged by the recipient's id, and told by the consumer of `alerts`. */
export const contactNews = ({ alerts, logger, count }: Telemetry & { alerts: AlertQueue }): ContactNews => ({
  async tell(recipientId, { channel, about, since }) {
    logger.warn('a contact point of this recipient is broken', { recipientId, channel });
    count(METRICS.contactBroken);
    await alerts.send({ kind: 'CONTACT_BROKEN', recipientId, channel, about, since });
  },
});

interface Deps extends Telemetry {
  recipients: Pick<RecipientStore, 'get' | 'put'>;
  audit: AuditLog;
  alerts: AlertQueue;
  clock: Clock;
}

/** Writes findings about contact points, over the table and the queue of alerts. */
export const notingContacts = (deps: Deps): NoteContacts =>
  createNoteContacts({
    ...deps,
    news: contactNews(deps),
    failed: (recipientId, error) => deps.logger.error('a contact point could not be marked', { recipientId, error }),
  });
