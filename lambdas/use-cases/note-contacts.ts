import type { AuditLog } from '../core/audit/ports.ts';
import type { Clock } from '../core/clock.ts';
import { noteFindings, untoldMarks } from '../core/contacts/broken.ts';
import type { BrokenContact, ContactFindings } from '../core/contacts/mark.ts';
import type { Channel } from '../core/page/page.ts';
import type { RecipientStore } from '../core/recipient/ports.ts';
import type { Recipient } from '../core/recipient/recipient.ts';
import { changeRecipient } from './change-recipient.ts';

/** Has the person and operations told of a mark; durable when it returns. */
export interface ContactNotifier {
  tell(recipientId: string, mark: Pick<BrokenContact, 'channel' | 'about' | 'since'>): Promise<void>;
}

/**
 * Writes what a send showed of a person's contact points into their record. Never throws: the next send shows the same.
 * @param channel of the send
 */
export type NoteContacts = (recipientId: string, channel: Channel, findings: ContactFindings) => Promise<void>;

interface Deps {
  recipients: Pick<RecipientStore, 'get' | 'put'>;
  audit: AuditLog;
  news: ContactNotifier;
  clock: Clock;
  /** Hears why a finding could not be written. */
  failed(recipientId: string, error: unknown): void;
}

/**
 * A contact point that is dead is marked once, and told once: the mark is written first, the news is sent then, and the
 * consumer of the news notes in the record that it has been told. Where a function dies in between, the next send that
 * meets the dead contact sends the news again (ADR 24).
 */
export function createNoteContacts({ recipients, audit, news, clock, failed }: Deps): NoteContacts {
  return async (recipientId, channel, findings) => {
    if (findings.works.length === 0 && findings.broken.length === 0) return;
    try {
      const recipient = await write(recipientId, channel, findings);
      if (!recipient || findings.broken.length === 0) return;
      for (const mark of untoldMarks(recipient, channel)) await news.tell(recipientId, mark);
    } catch (error) {
      failed(recipientId, error);
    }
  };

  /** The record as it is now; undefined where there is none. */
  async function write(id: string, channel: Channel, findings: ContactFindings): Promise<Recipient | undefined> {
    const changed = await changeRecipient(recipients, id, (stored) =>
      noteFindings(stored, channel, findings, clock.now()),
    );
    if (!changed?.written) return changed?.stored;
    const { next, added, mended } = changed.written;
    for (const mark of added) await record(next, 'recipient.contact_broken', mark);
    for (const mark of mended) await record(next, 'recipient.contact_mended', mark);
    return next;
  }

  async function record(
    { id, updatedAt }: Recipient,
    action: 'recipient.contact_broken' | 'recipient.contact_mended',
    { channel, code }: BrokenContact,
  ): Promise<void> {
    const details = { channel, code };
    await audit.record({ at: updatedAt, resource: `recipient/${id}`, action, actor: `provider/${channel}`, details });
  }
}
