/**
 * What operators see and decide: health checks, circuits and pins, the audit.
 *
 * One file because health, pins and audit are one operator's view of the same world.
 */

import { describe, expect, it } from 'vitest';
import type { CheckResult } from '../../lambdas/core/health/ports.ts';
import type { SendResult } from '../../lambdas/core/providers/ports.ts';
import { SECOND } from '../../lambdas/core/time.ts';
import { createWorld, INCIDENT } from '../support/world.ts';

const fault = (code: string, opens: boolean) => ({
  code,
  message: 'words',
  class: 'account_fault' as const,
  failsOver: true,
  counts: true,
  opens,
  disablesSender: false,
});
const SUSPENDED: CheckResult = { finding: 'failing', fault: fault('account_suspended', true) };
const UNREACHABLE: CheckResult = { finding: 'failing', fault: fault('timeout', false) };
const UNKNOWN: CheckResult = { finding: 'unknown', message: 'no credentials' };
const FAILED: SendResult = { outcome: 'failed', fault: { ...fault('20503', false), class: 'transient' } };

/** A world with a standby, and shortcuts. `down` names the providers that refuse every send. */
async function setup() {
  const down = new Set<string>();
  const world = createWorld({
    provider: () => (down.has('twilio') ? FAILED : undefined),
    standby: () => (down.has('sns') ? FAILED : undefined),
  });
  await world.putAlice();
  let incidents = 0;
  return {
    ...world,
    down,
    /** Sends a page; answers which providers were called for it. */
    async send() {
      const before = world.calls.length;
      const incident = { ...INCIDENT.incident, id: `INC-${++incidents}` };
      // No follow-ups, which would send in between.
      await world.call('dispatchNotification', { body: { ...INCIDENT, incident, requireAck: false } });
      await world.drain();
      return world.calls.slice(before).map(({ by }) => by);
    },
    provider: async (name: string) =>
      (await world.call('listProviders')).body.items.find(
        (one: { name: string; channel: string }) => one.name === name && one.channel === 'sms',
      ),
    pin: (mode: string, reason = 'because', event: object = {}) =>
      world.call('pinProvider', { params: { name: 'twilio', channel: 'sms' }, body: { mode, reason }, ...event }),
    async health() {
      // Answers are kept for two seconds.
      await world.advance(2 * SECOND);
      return (await world.call('getHealth', { caller: null })).body.status;
    },
  };
}

describe('health checks and circuits', () => {
  it('a provider whose set-up is limited makes health degraded with what to do, counts, and opens no circuit', async () => {
    const { checks, send, provider, health, counted, call } = await setup();
    checks.findings.of['sns/sms'] = { finding: 'limited', code: 'sandbox', message: 'Leave the SMS sandbox' };
    await checks.check();
    expect(await health()).toBe('degraded');
    expect(counted).toContain('ProviderLimited');
    const limited = { check: 'limited', checkCode: 'sandbox', checkMessage: 'Leave the SMS sandbox', state: 'CLOSED' };
    expect(await provider('sns')).toMatchObject({ ...limited, healthy: true });
    const { body } = await call('getHealthDetails');
    expect(body.providers).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'sns', ...limited })]));
    expect(await send()).toEqual(['twilio']);
    checks.findings.of['sns/sms'] = { finding: 'ok' };
    await checks.check();
    expect(await health()).toBe('ok');
  });

  it('a suspended account opens the circuit at the next check, before a page has met it', async () => {
    const { checks, send, provider, health, counted } = await setup();
    await checks.check();
    expect(await health()).toBe('ok');
    checks.findings.of['twilio/sms'] = SUSPENDED;
    await checks.check();
    expect(await provider('twilio')).toMatchObject({ state: 'OPEN', reason: 'account_suspended', healthy: false });
    expect(await send()).toEqual(['sns']);
    expect(await health()).toBe('degraded');
    await checks.check();
    expect(counted.filter((metric) => metric === 'CircuitOpened')).toHaveLength(1);
  });

  it('a provider that cannot be reached by a check is left to the sends, which may be luckier', async () => {
    const { checks, send, provider } = await setup();
    checks.findings.of['twilio/sms'] = UNREACHABLE;
    for (let i = 0; i < 5; i++) await checks.check();
    expect(await provider('twilio')).toMatchObject({ state: 'CLOSED', healthy: false, checkCode: 'timeout' });
    expect(await send()).toEqual(['twilio']);
  });

  it('a check that could not be made is unknown, not failing', async () => {
    const { checks, provider, health } = await setup();
    checks.findings.of['twilio/sms'] = UNKNOWN;
    await checks.check();
    expect(await provider('twilio')).toMatchObject({ state: 'CLOSED', healthy: true, check: 'unknown' });
    expect(await health()).toBe('degraded');
  });

  it('a check never closes a circuit that sends have opened', async () => {
    const { checks, send, provider, advance, down } = await setup();
    down.add('twilio');
    for (let i = 0; i < 3; i++) await send();
    expect(await provider('twilio')).toMatchObject({ state: 'OPEN', consecutiveFaults: 3, reason: '20503' });
    for (let i = 0; i < 10; i++) {
      await advance(30 * SECOND);
      await checks.check();
    }
    expect(await provider('twilio')).toMatchObject({ state: 'OPEN', healthy: true });
    down.clear();
    expect(await send()).toEqual(['twilio']);
    expect(await provider('twilio')).toMatchObject({ state: 'CLOSED', consecutiveFaults: 0 });
  });

  it('when all providers of a channel fail at once, operations is told, and nothing is switched', async () => {
    const { checks, counted, health, provider, send, advance } = await setup();
    checks.findings.of['twilio/sms'] = UNREACHABLE;
    await checks.check();
    expect(counted).not.toContain('NoUsableProvider');
    checks.findings.of['sns/sms'] = UNREACHABLE;
    await advance(30 * SECOND);
    await checks.check();
    expect(counted.filter((metric) => metric === 'NoUsableProvider')).toHaveLength(1);
    expect(await health()).toBe('degraded');
    for (const name of ['twilio', 'sns']) expect(await provider(name)).toMatchObject({ state: 'CLOSED', mode: 'auto' });
    expect(await send()).toEqual(['twilio']);
  });

  it('when no channel has a provider left health is down', async () => {
    const { checks, counted, health, pin } = await setup();
    const failing = ['sendgrid/email', 'ses/email', 'twilio/sms', 'sns/sms', 'slack/slack', 'sns-push/push'] as const;
    for (const name of [...failing, 'twilio/voice', 'aws-voice/voice'] as const) {
      checks.findings.of[name] = UNREACHABLE;
    }
    await checks.check();
    // Teams cannot be checked.
    expect(await health()).toBe('degraded');
    expect(counted.filter((metric) => metric === 'NoUsableProvider')).toHaveLength(5);
    await pin('open', 'broken', { params: { name: 'teams', channel: 'teams' } });
    expect(await health()).toBe('down');
  });

  it('a provider that is not set up says what to set, and is no trouble', async () => {
    const { checks, call, health, lines } = await setup();
    checks.findings.of['slack/slack'] = { finding: 'unknown', code: 'not_set_up', message: 'no Slack: …' };
    await checks.check();
    expect(await health()).toBe('ok');
    const { items } = (await call('listProviders')).body;
    expect(items.find((one: { name: string }) => one.name === 'slack')).toMatchObject({
      check: 'unknown',
      checkCode: 'not_set_up',
      checkMessage: 'no Slack: …',
      state: 'CLOSED',
    });
    // A line every 30 s would be one nobody reads.
    expect(lines.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it('a snapshot that nobody renews makes health degraded after two minutes', async () => {
    const { checks, advance, health, call } = await setup();
    await advance(SECOND);
    await checks.check();
    await advance(117 * SECOND);
    expect(await health()).toBe('ok');
    await advance(2 * SECOND);
    expect(await health()).toBe('degraded');
    const { body } = await call('getHealthDetails');
    expect(body).toMatchObject({ status: 'degraded', stale: true, ageSeconds: 123 });
  });

  it('health asks nobody but the table, and that at most every two seconds', async () => {
    const { checks, call, advance } = await setup();
    await checks.check();
    checks.findings.depth = () => {
      throw new Error('asked for a queue');
    };
    const read = checks.health.read;
    let reads = 0;
    checks.health.read = () => {
      reads++;
      return read();
    };
    await advance(2 * SECOND);
    for (let i = 0; i < 20; i++) expect((await call('getHealth', { caller: null })).status).toBe(200);
    expect(reads).toBe(1);
    await advance(2 * SECOND);
    await call('getHealth', { caller: null });
    expect(reads).toBe(2);
  });

  it('a queue that does not answer is seen, with those that do', async () => {
    const { checks, call, health } = await setup();
    checks.findings.depth = (name) => {
      if (name === 'sms-normal') throw new Error('no answer');
      return { visible: name.includes('dead') ? 7 : 1, inFlight: 2, delayed: 3 };
    };
    await checks.check();
    expect(await health()).toBe('degraded');
    const { body } = await call('getHealthDetails');
    const queue = (name: string) => body.queues.find((one: { name: string }) => one.name === name);
    expect(queue('sms-urgent')).toMatchObject({ finding: 'ok', visible: 1, inFlight: 2, deadLetters: 7 });
    expect(queue('sms-normal')).toEqual({ name: 'sms-normal', finding: 'failing' });
    // Eleven lanes, and the dead letters of ten pairs and single queues.
    expect(body.metrics).toMatchObject({ pendingDispatches: 11, activeRetries: 33, deadLetters: 70 });
  });

  it('the age of the oldest message is told for every queue, as far as checks can tell', async () => {
    const { checks, call, advance } = await setup();
    checks.findings.depth = () => ({ visible: 1, inFlight: 0, delayed: 0 });
    const ages = async () =>
      new Set(
        (await call('getHealthDetails')).body.queues.map((one: { oldestAgeSeconds: number }) => one.oldestAgeSeconds),
      );
    await checks.check();
    await advance(90 * SECOND);
    await checks.check();
    await advance(3 * SECOND);
    expect(await ages()).toEqual(new Set([93]));
    checks.findings.depth = () => ({ visible: 0, inFlight: 0, delayed: 0 });
    await checks.check();
    await advance(3 * SECOND);
    expect(await ages()).toEqual(new Set([0]));
  });

  it('without the table there are no pages, so health is down, and comes back with it', async () => {
    const { checks, health } = await setup();
    await checks.check();
    const { read } = checks.health;
    checks.health.read = () => Promise.reject(new Error('no table'));
    expect(await health()).toBe('down');
    checks.health.read = read;
    expect(await health()).toBe('ok');
  });
});

describe('a pin', () => {
  it('open keeps sends from a provider that is well', async () => {
    const { pin, send } = await setup();
    expect(await send()).toEqual(['twilio']);
    expect((await pin('open')).body).toMatchObject({ state: 'OPEN', mode: 'open', reason: 'because' });
    // What workers know of a circuit is at most two seconds old; these know nothing yet.
    expect(await send()).toEqual(['twilio']);
  });

  it('open holds after two seconds, whatever else happens, until it is taken off', async () => {
    const { pin, send, advance, provider } = await setup();
    await send();
    await pin('open');
    await advance(2 * SECOND);
    for (let i = 0; i < 4; i++) {
      expect(await send()).toEqual(['sns']);
      await advance(61 * SECOND);
    }
    await pin('auto', 'maintenance is over');
    await advance(2 * SECOND);
    expect(await provider('twilio')).toMatchObject({ state: 'CLOSED', mode: 'auto' });
    expect(await send()).toEqual(['twilio']);
  });

  it('closed sends through a provider that fails, and auto leaves it to automation again', async () => {
    const { pin, send, advance, provider, down } = await setup();
    down.add('twilio');
    await pin('closed');
    for (let i = 0; i < 5; i++) expect(await send()).toEqual(['twilio', 'sns']);
    expect(await provider('twilio')).toMatchObject({ state: 'CLOSED', mode: 'closed' });
    await pin('auto');
    await advance(2 * SECOND);
    for (let i = 0; i < 3; i++) expect(await send()).toEqual(['twilio', 'sns']);
    expect(await send()).toEqual(['sns']);
  });

  it('auto without a pin leaves an open circuit as it is', async () => {
    const { pin, send, provider, down } = await setup();
    down.add('twilio');
    for (let i = 0; i < 3; i++) await send();
    await pin('auto');
    expect(await provider('twilio')).toMatchObject({ state: 'OPEN', mode: 'auto' });
  });

  it('takes any provider of any channel', async () => {
    const { call } = await setup();
    const { items } = (await call('listProviders')).body;
    expect(items).toHaveLength(9);
    for (const { name, channel } of items) {
      const { status, body } = await call('pinProvider', {
        params: { name, channel },
        body: { mode: 'open', reason: 'r' },
      });
      expect([status, body]).toMatchObject([200, { name, channel, state: 'OPEN' }]);
    }
  });

  it('needs a reason and the scope, and a provider there is', async () => {
    const { pin, call, audit } = await setup();
    expect((await pin('open', '')).body.errors).toMatchObject([{ path: 'reason' }]);
    expect((await pin('shut')).body.errors).toMatchObject([{ path: 'mode' }]);
    expect((await pin('open', 'r', { caller: { scopes: 'lifeline/read lifeline/send' } })).status).toBe(403);
    for (const params of [
      { name: 'ses', channel: 'sms' },
      { name: 'twilio', channel: 'email' },
      { name: '__proto__', channel: 'sms' },
    ]) {
      const { status, body } = await call('pinProvider', { params, body: { mode: 'open', reason: 'r' } });
      expect([status, body.type]).toEqual([404, 'urn:lifeline:problem:provider-not-found']);
    }
    expect(audit.entries.filter(({ action }) => action === 'provider.pinned')).toEqual([]);
  });
});

describe('the audit', () => {
  it('tells what happened, by whom and from where, newest first', async () => {
    const { call, pin, advance } = await setup();
    await advance(SECOND);
    await pin('open', 'maintenance', { sourceIp: '198.51.100.7', caller: { clientId: 'console', subject: 'bob' } });
    await advance(SECOND);
    await pin('auto', 'it is over', { caller: { clientId: 'console', subject: 'carol' } });
    const { body } = await call('listAudit');
    expect(body.items.map(({ action, actor }: Record<string, string>) => [action, actor])).toEqual([
      ['provider.unpinned', 'console/carol'],
      ['provider.pinned', 'console/bob'],
      ['recipient.created', 'test-client/test-subject'],
    ]);
    expect(body.items[1]).toEqual({
      at: '2026-11-22T03:00:01.000Z',
      resource: 'provider/twilio/sms',
      action: 'provider.pinned',
      actor: 'console/bob',
      from: '198.51.100.7',
      details: { mode: 'open', reason: 'maintenance' },
    });
  });

  it('does not tell of a pin taken off where there was none', async () => {
    const { pin, audit } = await setup();
    const before = audit.entries.length;
    expect((await pin('auto', 'nothing to do')).status).toBe(200);
    expect(audit.entries).toHaveLength(before);
  });

  it('the audit is filtered by resource, actor and time, all of which combine', async () => {
    const { call, pin, advance } = await setup();
    for (const subject of ['bob', 'carol', 'bob']) {
      await advance(60 * SECOND);
      await pin('open', 'r', { caller: { clientId: 'console', subject } });
    }
    const found = async (query: Record<string, string>) =>
      (await call('listAudit', { query })).body.items.map(({ at }: { at: string }) => at.slice(14, 16));
    expect(await found({ resource: 'provider/twilio/sms' })).toEqual(['03', '02', '01']);
    expect(await found({ actor: 'bob' })).toEqual(['03', '01']);
    expect(await found({ actor: 'console/carol' })).toEqual(['02']);
    expect(await found({ actor: 'console' })).toEqual(['03', '02', '01']);
    expect(await found({ actor: 'car' })).toEqual([]);
    expect(await found({ since: '2026-11-22T03:01:30Z', actor: 'bob' })).toEqual(['03']);
    expect(await found({ until: '2026-11-22T03:01:30Z', resource: 'provider/twilio/sms' })).toEqual(['01']);
  });

  it('comes in stretches that miss and repeat nothing', async () => {
    const { call, pin, advance } = await setup();
    for (let i = 0; i < 7; i++) {
      if (i % 2) await advance(SECOND);
      await pin('open', `r${i}`);
    }
    const reasons: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const query: Record<string, string> = {
        limit: '2',
        resource: 'provider/twilio/sms',
        ...(cursor !== undefined && { cursor }),
      };
      const { body } = await call('listAudit', { query });
      reasons.push(...body.items.map((one: { details: { reason: string } }) => one.details.reason));
      cursor = body.nextCursor;
      if (cursor === undefined) break;
    }
    expect(reasons).toEqual(['r6', 'r5', 'r4', 'r3', 'r2', 'r1', 'r0']);
  });
});
