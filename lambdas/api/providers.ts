import type { AuditEntry, AuditLog } from '../core/audit/ports.ts';
import type { Circuit } from '../core/circuit/circuit.ts';
import type { CircuitStore } from '../core/circuit/ports.ts';
import { providerInUse } from '../core/circuit/providers-of-channel.ts';
import type { Clock } from '../core/clock.ts';
import { cut } from '../core/content/text.ts';
import type { HealthStore } from '../core/health/ports.ts';
import type { Channel } from '../core/page/page.ts';
import type { Handler } from '../http/http.ts';
import { requirePreconditions } from '../http/preconditions.ts';
import { Problem } from '../http/problem.ts';
import { pinSchema } from '../http/schemas/pin.ts';
import { parse } from '../http/validation.ts';
import { providerView, providerViews } from '../http/views/provider.ts';
import { createPinProvider } from './pin-provider.ts';

interface Deps {
  /** Channels configured in this deployment. */
  channels: readonly Channel[];
  circuits: CircuitStore;
  health: Pick<HealthStore, 'read'>;
  audit: AuditLog;
  clock: Clock;
}

/** GET /providers: circuits as they are now, health as the last check found it. */
export const createListProviders =
  ({ channels, circuits, health, clock }: Omit<Deps, 'audit'>): Handler =>
  async () => {
    const [list, snapshot] = await Promise.all([circuits.list(), health.read()]);
    const known = { channels, snapshot, circuits: new Map(list.map(({ name, circuit }) => [name, circuit])) };
    return { status: 200, body: { items: providerViews(known, clock.now()) } };
  };

/** PUT /providers/{name}/{channel}/pin */
export function createPin({ channels, circuits, health, audit, clock }: Deps): Handler {
  const pinProvider = createPinProvider(circuits);

  return async ({ params: { name = '', channel = '' }, headers, body, caller }) => {
    const provider = providerInUse(channels, name, channel);
    if (!provider) {
      const detail = `There is no provider "${cut(name, 32)}" on channel "${cut(channel, 32)}".`;
      throw new Problem('provider-not-found', { detail });
    }
    const { mode, reason } = parse(pinSchema, body);
    const at = clock.now();
    const actor = `${caller.clientId}/${caller.subject}`;
    const pin = mode === 'auto' ? undefined : { mode, reason, by: caller.name ?? caller.subject, at };
    // A circuit that automation has is one without a pin: `If-None-Match: *` leaves a colleague's pin alone.
    const admits = (before: Circuit) => requirePreconditions(headers, before.pin ? true : undefined);
    const pinned = await pinProvider(provider.circuit, pin, admits);
    if (!pinned) throw new Problem('conflict');
    const entry: AuditEntry = {
      at,
      resource: `provider/${provider.circuit}`,
      action: pin ? 'provider.pinned' : 'provider.unpinned',
      actor,
      ...(caller.sourceIp && { from: caller.sourceIp }),
      details: { mode, reason },
    };
    if (pinned.changed) await audit.record(entry);
    return { status: 200, body: providerView(provider, pinned.circuit, await health.read(), at) };
  };
}
