import type { BrokenContact } from '../contacts/mark.ts';
import type { OptOutSource } from '../opt-out/ports.ts';
import type { OperationsAlert } from './alert.ts';
import type { AlertGroup, AlertWindow } from './window.ts';

/** An opt-out or its end, to be told to the person on other channels; `version` is that of the recipient's record. */
export interface OptOutMessage {
  kind: 'OPT_OUT' | 'OPT_IN';
  recipientId: string;
  version: number;
  from: OptOutSource;
}

/** A contact point was marked as broken, to be told to the person on other channels and to operations (ADR 24). */
export interface BrokenContactMessage extends Pick<BrokenContact, 'channel' | 'about' | 'since'> {
  kind: 'CONTACT_BROKEN';
  recipientId: string;
}

/** Says that the window that began at `start` is over. */
export interface WindowOver {
  kind: 'WINDOW_OVER';
  group: AlertGroup;
  start: number;
}

/** What the queue of alerts carries. */
export type AlertMessage = PageAlert | OptOutMessage | BrokenContactMessage | WindowOver;

/** An alert that comes by the queue; of a broken contact the consumer makes one. */
export type PageAlert = OperationsAlert & { kind: Exclude<OperationsAlert['kind'], 'CONTACT_BROKEN'> };

export interface AlertQueue {
  /** Durable when it returns. `delayMs` at most 15 minutes. */
  send(message: AlertMessage, delayMs?: number): Promise<void>;
}

/** The windows in which alerts are grouped: the latest one of each group. */
export interface AlertWindows {
  /** Sees every `save` answered before. */
  get(group: AlertGroup): Promise<AlertWindow | undefined>;
  /** Writes if the stored version is still the one it was decided on. */
  save(group: AlertGroup, before: AlertWindow | undefined, after: AlertWindow): Promise<'saved' | 'conflict'>;
}

/** Where operations reads without Lifeline's own channels. */
export interface OperationsTopic {
  publish(message: { subject: string; text: string }): Promise<void>;
}

export interface OperationsAlerts {
  /** Durable when it returns. Grouping is its own: call it as often as there is something to say. */
  raise(alert: OperationsAlert): Promise<void>;
}
