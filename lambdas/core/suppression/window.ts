import type { Page } from '../page/page.ts';
import { fieldsOf } from '../versions.ts';

/**
 * A time in which pages of some services or teams wait (docs/spec/suppression.md#held). Times are epoch ms, and never
 * scaled.
 */
export interface MaintenanceWindow {
  id: string;
  services?: string[];
  /** Team ids. */
  teams?: string[];
  startsAt: number;
  endsAt: number;
  /** Holds CRITICAL pages too. */
  holdCritical?: boolean;
  reason?: string;
  /** Raised by every change; the ETag. */
  version: number;
  updatedAt: number;
}

/** Every field beside the id. */
export const WINDOW_FIELDS = fieldsOf<Omit<MaintenanceWindow, 'id'>>({
  services: true,
  teams: true,
  startsAt: true,
  endsAt: true,
  holdCritical: true,
  reason: true,
  version: true,
  updatedAt: true,
});

/** Windows are few: all of them are read together. */
export interface WindowStore {
  /** Sees every write that was answered before. */
  get(id: string): Promise<MaintenanceWindow | undefined>;
  /** Writes if the stored version is still `expected` (0: must not exist). */
  put(window: MaintenanceWindow, expected: number): Promise<'saved' | 'conflict'>;
  delete(id: string, expected: number): Promise<'deleted' | 'conflict'>;
  /** All, by id. `consistent` sees every write answered before. */
  list(read?: { consistent: boolean }): Promise<MaintenanceWindow[]>;
}

/** Whether the window is about this incident at that time. */
export function holds(window: MaintenanceWindow, { priority, service, team }: Page['incident'], at: number): boolean {
  if (at < window.startsAt || at >= window.endsAt) return false;
  if (priority === 'CRITICAL' && !window.holdCritical) return false;
  return window.services?.includes(service) || (team?.id !== undefined && window.teams?.includes(team.id)) || false;
}
