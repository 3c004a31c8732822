import { expect, test } from 'vitest';
import { AUDIT_ACTIONS } from '../../lambdas/core/audit/actions.ts';
import type { AuditEntry, AuditLog, AuditReader } from '../../lambdas/core/audit/ports.ts';
import { NEW_CIRCUIT, onFault, onSuccess, withPin } from '../../lambdas/core/circuit/circuit.ts';
import type { CircuitStore } from '../../lambdas/core/circuit/ports.ts';
import type { HealthSnapshot } from '../../lambdas/core/health/health.ts';
import type { HealthStore } from '../../lambdas/core/health/ports.ts';
import { randomPageId } from '../../lambdas/core/page/ids.ts';
import { rules } from '../../lambdas/core/rules.ts';
import { T0 } from '../support/pages.ts';

export interface OperationsStores {
  circuits: CircuitStore;
  audit: AuditLog & AuditReader;
  health: HealthStore;
}

/** What the stores behind providers, audit and health have to guarantee: in memory, on dynalite, and in AWS. */
export function operationsSuite(open: () => Promise<OperationsStores> | OperationsStores): void {
  test('a circuit nobody wrote is closed; one that was comes back with every field, also in the list', async () => {
    const { circuits } = await open();
    expect(await circuits.get('aws-voice/voice')).toEqual(NEW_CIRCUIT);
    const fault = { opensAtOnce: true, code: '20003', wasProbe: false };
    const opened = onFault(await circuits.get('twilio/voice'), fault, T0, rules());
    expect(await circuits.save('twilio/voice', NEW_CIRCUIT, opened)).toBe('saved');
    const pinned = withPin(opened, { mode: 'open', reason: 'maintenance', by: 'Alice', at: T0 });
    expect(await circuits.save('twilio/voice', opened, pinned)).toBe('saved');
    expect(await circuits.get('twilio/voice')).toEqual(pinned);
    const auto = withPin(pinned, undefined);
    expect(await circuits.save('twilio/voice', pinned, auto)).toBe('saved');
    expect(await circuits.get('twilio/voice')).toEqual(auto);
    expect(await circuits.list()).toContainEqual({ name: 'twilio/voice', circuit: auto });
  });

  test('one of fifty changes decided on one version of a circuit is written, the first one too', async () => {
    const { circuits } = await open();
    const fault = { opensAtOnce: false, code: '20500', wasProbe: false };
    for (let round = 0; round < 2; round += 1) {
      const before = await circuits.get('sendgrid/email');
      const changes = Array.from({ length: 50 }, (_, n) => onFault(before, fault, T0 + n, rules()));
      const results = await Promise.all(changes.map((after) => circuits.save('sendgrid/email', before, after)));
      expect(results.filter((result) => result === 'saved')).toHaveLength(1);
      const stored = await circuits.get('sendgrid/email');
      expect(stored).toEqual(changes[results.indexOf('saved')]);
      // Nothing to write is no change, so it meets no conflict.
      const clean = { ...stored, faults: [] } as typeof stored;
      expect(
        await circuits.save(
          'sendgrid/email',
          clean,
          onSuccess(clean, { wasProbe: false, accepted: true }, T0, rules()),
        ),
      ).toBe('saved');
      expect(await circuits.get('sendgrid/email')).toEqual(stored);
    }
  });

  test('audit entries come back whole, newest first, by resource and by time, each exactly once over midnight', async () => {
    const { audit } = await open();
    const tag = randomPageId();
    // Three days, so that the list by time has to cross an empty one; two entries share a millisecond.
    const day = Date.parse('2020-01-01T00:00:00Z') + Math.floor(Math.random() * 700) * 4 * 86_400_000;
    const times = [-2_000, 0, 5, 5, 86_400_000 + 7, 2 * 86_400_000 + 9];
    const made: AuditEntry[] = times.map((ms, n) => ({
      at: day + ms,
      resource: n % 2 === 0 ? `page/${tag}` : `provider/${tag}`,
      action: AUDIT_ACTIONS[n] ?? 'page.resolved',
      actor: 'client/subject',
      ...(n === 0 && { from: '192.0.2.1', details: { mode: 'open', n: 1, yes: true } }),
    }));
    for (const entry of made) await audit.record(entry);

    async function read(wanted: { resource?: string; limit: number; since?: number; until?: number }) {
      const seen: AuditEntry[] = [];
      const range = { since: day - 2_000, until: day + 2 * 86_400_000 + 9, ...wanted };
      for (let after: string | undefined; ; ) {
        const found = await audit.list(after === undefined ? range : { ...range, after });
        expect(found.length).toBeLessThanOrEqual(wanted.limit);
        seen.push(...found.map(({ entry }) => entry).filter(({ resource }) => resource.endsWith(tag)));
        after = found.at(-1)?.position;
        if (found.length < wanted.limit) return seen;
      }
    }
    const actions = (entries: AuditEntry[]) => entries.map(({ action }) => action);
    for (const limit of [1, 2, 100]) {
      const seen = await read({ limit });
      expect(seen.map(({ at }) => at)).toEqual(times.map((ms) => day + ms).toReversed());
      expect(seen).toEqual(expect.arrayContaining(made));
      expect(actions(await read({ limit, resource: `page/${tag}` }))).toEqual([4, 2, 0].map((n) => AUDIT_ACTIONS[n]));
    }
    expect(await read({ limit: 9, since: day, until: day + 4 })).toEqual([made[1]]);
    expect(await read({ limit: 9, resource: `page/${tag}`, since: day - 1, until: day + 5 })).toEqual([made[2]]);
    expect(await read({ limit: 9, resource: 'page/nobody' })).toEqual([]);
  });

  test('the audit answers nothing for a range the wrong way round or a position below it, and no more than the range for one above', async () => {
    const { audit } = await open();
    const at = Date.parse('2019-06-01T12:00:00Z') + Math.floor(Math.random() * 1e9);
    const resource = `page/${randomPageId()}`;
    for (const ms of [0, 9]) await audit.record({ at: at + ms, resource, action: 'page.resolved', actor: 'a/b' });
    const above = '9999-12-31T23:59:59.999Z#00000000';
    for (const way of [{ resource }, {}]) {
      const times = async (query: { since: number; until: number; after?: string }) =>
        (await audit.list({ ...way, ...query, limit: 100 }))
          .filter(({ entry }) => entry.resource === resource)
          .map(({ entry }) => entry.at - at);
      expect(await times({ since: at + 1, until: at })).toEqual([]);
      const below = `${new Date(at - 1).toISOString()}#00000000`;
      expect(await times({ since: at, until: at + 9, after: below })).toEqual([]);
      expect(await times({ since: at, until: at, after: above })).toEqual([0]);
      expect(await times({ since: at, until: at + 9, after: above })).toEqual([9, 0]);
    }
  });

  test('an audit entry that is to be there once is, however often it is recorded, and hides no other of that time', async () => {
    const { audit } = await open();
    const [at, resource] = [T0 + Math.floor(Math.random() * 1e9), `page/${randomPageId()}`];
    const entry = { at, resource, action: 'notification.failed', actor: 'lifeline' } as const;
    for (let n = 0; n < 2; n++) await audit.record(entry, 'once');
    await audit.record({ ...entry, at: at + 1 }, 'once');
    await audit.record({ ...entry, action: 'page.retried' }, 'once');
    for (let n = 0; n < 2; n++) await audit.record({ ...entry, action: 'page.resolved' });
    const found = await audit.list({ resource, since: at, until: at + 1, limit: 100 });
    expect(found.map(({ entry: { action } }) => action).toSorted()).toEqual([
      ...['notification.failed', 'notification.failed', 'page.resolved', 'page.resolved', 'page.retried'],
    ]);
    const byDay = await audit.list({ since: at, until: at + 1, limit: 100 });
    expect(byDay.filter((one) => one.entry.resource === resource)).toHaveLength(5);
  });

  test('the health snapshot comes back as it was written, and an older one does not take its place', async () => {
    const { health } = await open();
    const at = T0 + 1_000;
    const snapshot: HealthSnapshot = {
      at,
      tables: [{ name: 'lifeline', finding: 'ok', latencyMs: 3 }],
      queues: [
        { name: 'a', finding: 'ok', channel: 'sms', visible: 1, inFlight: 0, delayed: 2, waitingSince: at },
        { name: 'b', finding: 'failing' },
      ],
      providers: [{ provider: 'twilio', channel: 'sms', finding: 'failing', latencyMs: 9, code: 'c', message: 'm' }],
    };
    await health.write(snapshot);
    expect(await health.read()).toEqual(snapshot);
    await health.write({ ...snapshot, at: at - 1, queues: [] });
    expect(await health.read()).toEqual(snapshot);
    await health.write({ ...snapshot, at: at + 1, queues: [] });
    expect(await health.read()).toEqual({ ...snapshot, at: at + 1, queues: [] });
  });
}
