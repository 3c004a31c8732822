import { createNoteContacts, type NoteContacts } from '../use-cases/note-contacts.ts';
import { createOptOut, type OptOut } from '../use-cases/opt-out.ts';
import { contactNotifier } from './contact-notifier.ts';
import { createOptOutNotifier } from './opt-out-notifier.ts';
import type { Ports } from './ports.ts';

export type ContactPorts = Pick<
  Ports,
  'recipients' | 'optOuts' | 'audit' | 'alertQueue' | 'clock' | 'logger' | 'count'
>;

/** Stops and resumes texts to a number, and has the person told on other channels. */
export const optingOut = ({ alertQueue: alerts, ...ports }: ContactPorts): OptOut =>
  createOptOut({ ...ports, news: createOptOutNotifier({ ...ports, alerts }) });

/** Marks contact points that a provider has called dead, and those that work again (ADR 24). */
export const notingContacts = ({ alertQueue: alerts, ...ports }: Omit<ContactPorts, 'optOuts'>): NoteContacts =>
  createNoteContacts({
    ...ports,
    news: contactNotifier({ ...ports, alerts }),
    failed: (recipientId, error) => ports.logger.error('a contact point could not be marked', { recipientId, error }),
  });
