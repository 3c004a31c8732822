/** Where what people did is kept. Times are epoch milliseconds, durations milliseconds. */
import type { AuditAction } from './actions.ts';

export interface AuditEntry {
  at: number;
  /** `page/pg_…`, `incident/INC-1`, `recipient/usr_alice`. */
  resource: string;
  action: AuditAction;
  /** Token subject and client. */
  actor: string;
  /** Source address, where known. */
  from?: string;
  details?: Record<string, string | number | boolean>;
}

export interface AuditLog {
  /** @param as with `once`, entries of the same time, resource and action are one: for what may be repeated */
  record(entry: AuditEntry, as?: 'once'): Promise<void>;
}

export interface AuditQuery {
  /** Entries of this resource only, by its own key; without it the days are read. */
  resource?: string;
  since: number;
  until: number;
  /** At most 100. */
  limit: number;
  /** Goes on behind the entry of this position. */
  after?: string;
}

export interface AuditReader {
  /** Entries in [since, until], newest first. */
  list(query: AuditQuery): Promise<{ position: string; entry: AuditEntry }[]>;
}
