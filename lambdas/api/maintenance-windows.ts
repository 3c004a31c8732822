import type { AuditAction } from '../core/audit/actions.ts';
import type { AuditLog } from '../core/audit/ports.ts';
import type { Clock } from '../core/clock.ts';
import type { Releases } from '../core/suppression/ports.ts';
import type { MaintenanceWindow, WindowStore } from '../core/suppression/window.ts';
import type { MaintenanceWindow as Shown } from '../http/api.gen.ts';
import { decodeCursor, encodeCursor, type Listing } from '../http/cursor.ts';
import type { ApiRequest, Handler } from '../http/http.ts';
import { requirePreconditions } from '../http/preconditions.ts';
import { invalid, Problem } from '../http/problem.ts';
import { parseListQuery } from '../http/schemas/list-query.ts';
import { maintenanceWindowSchema } from '../http/schemas/maintenance-window.ts';
import { recipientId } from '../http/schemas/text.ts';
import { parse } from '../http/validation.ts';
import { changeHolds } from './change-holds.ts';

interface Deps {
  windows: WindowStore;
  /** Whoever has held pages is looked after when a window changes. */
  releases: Releases;
  audit: AuditLog;
  clock: Clock;
}

const LISTING: Listing = { list: 'maintenance-windows', filters: {} };

export const createListWindows =
  ({ windows }: Pick<Deps, 'windows'>): Handler =>
  async ({ query }) => {
    const { limit, cursor } = parseListQuery(query);
    const after = cursor === undefined ? '' : decodeCursor(LISTING, recipientId, cursor);
    const all = (await windows.list({ consistent: true })).toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const rest = all.filter(({ id }) => id > after);
    const found = rest.slice(0, limit);
    const last = found.at(-1);
    const more = last && rest.length > limit ? { nextCursor: encodeCursor(LISTING, last.id) } : {};
    return { status: 200, body: { items: found.map(view), ...more } };
  };

export const createGetWindow =
  ({ windows }: Pick<Deps, 'windows'>): Handler =>
  async ({ params: { id = '' } }) => {
    const window = await windows.get(id);
    if (!window) throw notFound(id);
    return { status: 200, body: view(window), headers: { ETag: etag(window) } };
  };

/** PUT: 201 or 200; 412 where a precondition fails, and without one the last writer wins. */
export const createPutWindow =
  ({ windows, releases, audit, clock }: Deps): Handler =>
  async (request) => {
    const { id = '' } = request.params;
    const { startsAt, endsAt, ...input } = parse(maintenanceWindowSchema, request.body);
    if (input.id !== undefined && input.id !== id)
      throw invalid({ path: 'id', message: `must be "${id}", as in the path` });
    for (;;) {
      const stored = await windows.get(id);
      requirePreconditions(request.headers, stored && etag(stored));
      const times = { startsAt: Date.parse(startsAt), endsAt: Date.parse(endsAt), updatedAt: clock.now() };
      const next: MaintenanceWindow = { ...input, ...times, id, version: (stored?.version ?? 0) + 1 };
      const put = async () => (await windows.put(next, stored?.version ?? 0)) === 'saved';
      if (await changeHolds(releases, { all: true }, put)) {
        await record(audit, stored ? 'maintenance_window.updated' : 'maintenance_window.created', next, request);
        return { status: stored ? 200 : 201, body: view(next), headers: { ETag: etag(next) } };
      }
    }
  };

export const createDeleteWindow =
  ({ windows, releases, audit, clock }: Deps): Handler =>
  async (request) => {
    const { id = '' } = request.params;
    const stored = await windows.get(id);
    if (!stored) throw notFound(id);
    requirePreconditions(request.headers, stored && etag(stored));
    const remove = async () => (await windows.delete(id, stored.version)) === 'deleted';
    if (!(await changeHolds(releases, { all: true }, remove))) throw new Problem('conflict');
    await record(audit, 'maintenance_window.deleted', { ...stored, updatedAt: clock.now() }, request);
    return { status: 204 };
  };

const notFound = (id: string) => new Problem('window-not-found', { detail: `There is no maintenance window "${id}".` });

const etag = ({ version }: MaintenanceWindow): string => `"${version}"`;

function view({ id, services, teams, startsAt, endsAt, holdCritical, reason }: MaintenanceWindow): Shown {
  return {
    id,
    ...(services && { services }),
    ...(teams && { teams }),
    startsAt: new Date(startsAt).toISOString(),
    endsAt: new Date(endsAt).toISOString(),
    ...(holdCritical !== undefined && { holdCritical }),
    ...(reason !== undefined && { reason }),
  };
}

const record = (
  audit: AuditLog,
  action: AuditAction,
  { id, updatedAt, endsAt }: MaintenanceWindow,
  request: ApiRequest,
) => {
  const { clientId, subject, sourceIp } = request.caller;
  return audit.record({
    at: updatedAt,
    resource: `maintenance-window/${id}`,
    action,
    actor: `${clientId}/${subject}`,
    ...(sourceIp && { from: sourceIp }),
    details: { endsAt: new Date(endsAt).toISOString() },
  });
};
