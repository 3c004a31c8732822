import { describe, expect, it } from 'vitest';
import { type Circuit, type CircuitName, NEW_CIRCUIT } from '../../../lambdas/core/circuit/circuit.ts';
import {
  channelsDown,
  type Finding,
  type HealthSnapshot,
  NOT_SET_UP,
  overallStatus,
  type ProviderHealth,
  queueTotals,
  SNAPSHOT_STALE,
  STUCK_AFTER,
  waitingSince,
} from '../../../lambdas/core/health/health.ts';
import type { Channel } from '../../../lambdas/core/page/page.ts';
import { providerViews } from '../../../lambdas/http/views/provider.ts';
import { T0 } from '../../support/pages.ts';

const queue = (name: string, fields: object = {}) => ({
  name,
  finding: 'ok' as Finding,
  channel: 'sms' as Channel,
  visible: 0,
  inFlight: 0,
  delayed: 0,
  ...fields,
});
/** A queue that is no lane. */
const OTHER = { channel: undefined };
const provider = (name: 'twilio' | 'sns', finding: Finding = 'ok') => ({
  provider: name,
  channel: 'sms' as const,
  finding,
  latencyMs: 20,
});
const snapshot = (fields: Partial<HealthSnapshot> = {}): HealthSnapshot => ({
  at: T0,
  tables: [{ name: 'lifeline', finding: 'ok', latencyMs: 3 }],
  queues: [queue('sms-urgent'), queue('sms-normal'), queue('stops', OTHER)],
  providers: [provider('twilio'), provider('sns')],
  ...fields,
});
const open = (openUntil: number): Circuit => ({ status: 'OPEN', openedAt: T0, openUntil, reason: '20503', version: 1 });
const circuits = (states: Partial<Record<CircuitName, Circuit>> = {}) =>
  new Map(Object.entries(states) as [CircuitName, Circuit][]);
const SMS: Channel[] = ['sms'];
const status = (found: HealthSnapshot | undefined, states = circuits(), now = T0 + 1_000, channels = SMS) =>
  overallStatus({ channels, snapshot: found, circuits: states }, now);
const down = (providers: ProviderHealth[], states = circuits(), channels = SMS) =>
  channelsDown({ channels, snapshot: snapshot({ providers }), circuits: states }, T0);

describe('the word of /health', () => {
  it('health is ok when everything was found well lately', () => {
    expect(status(snapshot())).toBe('ok');
    expect(status(snapshot(), circuits(), T0 + SNAPSHOT_STALE)).toBe('ok');
  });

  it('health is degraded when nobody has looked for two minutes, whatever was found then', () => {
    expect(status(snapshot(), circuits(), T0 + SNAPSHOT_STALE + 1)).toBe('degraded');
    expect(status(undefined)).toBe('degraded');
    const bad = snapshot({ providers: [provider('twilio', 'failing'), provider('sns', 'failing')] });
    expect(status(bad, circuits(), T0 + SNAPSHOT_STALE + 1)).toBe('degraded');
  });

  it('health is degraded while one provider fails and another works, and down when none does', () => {
    expect(status(snapshot({ providers: [provider('twilio', 'failing'), provider('sns')] }))).toBe('degraded');
    const none = [provider('twilio', 'failing'), provider('sns', 'failing')];
    expect(status(snapshot({ providers: none }))).toBe('down');
  });

  it('a provider with an open circuit does not work, whatever its check says, until it may be tried', () => {
    const one = circuits({ 'twilio/sms': open(T0 + 60_000) });
    expect(status(snapshot(), one)).toBe('degraded');
    expect(status(snapshot(), one, T0 + 60_000)).toBe('ok');
    const both = circuits({ 'twilio/sms': open(T0 + 60_000), 'sns/sms': open(T0 + 60_000) });
    expect(status(snapshot(), both)).toBe('down');
    // Nobody has been told for a while, but the circuits are known as they are now.
    expect(status(undefined, both)).toBe('down');
  });

  it('a pin decides: open takes a provider out, closed keeps it in', () => {
    const pinned = (mode: 'open' | 'closed', circuit: Circuit): Circuit => ({
      ...circuit,
      pin: { mode, reason: 'r', by: 'b', at: T0 },
    });
    const out = circuits({ 'twilio/sms': pinned('open', NEW_CIRCUIT), 'sns/sms': pinned('open', NEW_CIRCUIT) });
    expect(status(snapshot(), out)).toBe('down');
    expect(status(snapshot(), circuits({ 'twilio/sms': pinned('closed', open(T0 + 60_000)) }))).toBe('ok');
  });

  it('health is down when a lane does not answer, and degraded when another queue or the table did not', () => {
    expect(status(snapshot({ queues: [queue('sms-urgent', { finding: 'failing' })] }))).toBe('down');
    const answerQueue = queue('stops', { ...OTHER, finding: 'failing' });
    expect(status(snapshot({ queues: [queue('sms-urgent'), answerQueue] }))).toBe('degraded');
    expect(status(snapshot({ tables: [{ name: 'lifeline', finding: 'failing', latencyMs: 1 }] }))).toBe('degraded');
  });

  it('health is degraded when a lane has not been drained for two minutes; other queues have alarms of their own', () => {
    const waiting = (waitingSince: number, fields: object = {}) =>
      snapshot({ queues: [queue('sms-urgent', { visible: 1, waitingSince, ...fields })] });
    expect(status(waiting(T0 - STUCK_AFTER + 1))).toBe('ok');
    expect(status(waiting(T0 - STUCK_AFTER))).toBe('degraded');
    expect(status(waiting(T0 - STUCK_AFTER, OTHER))).toBe('ok');
  });

  it('health is degraded, not down, as long as one channel of several can send and takes pages', () => {
    const failing = [provider('twilio', 'failing'), provider('sns', 'failing')];
    const two: Channel[] = ['sms', 'teams'];
    const at = T0 + 1_000;
    expect(status(snapshot({ providers: failing }), circuits(), at, two)).toBe('degraded');
    expect(status(snapshot({ providers: failing }), circuits({ 'teams/teams': open(T0 + 60_000) }), at, two)).toBe(
      'down',
    );
    const lanes = (finding: Finding) =>
      snapshot({ queues: [queue('sms-normal', { finding: 'failing' }), queue('t', { channel: 'teams', finding })] });
    expect(status(lanes('ok'), circuits(), at, two)).toBe('degraded');
    expect(status(lanes('failing'), circuits(), at, two)).toBe('down');
  });

  it('leaves out providers that are not set up, whatever sends made of their circuits', () => {
    const unset = { finding: 'unknown', code: NOT_SET_UP, latencyMs: 0 } as const;
    const slack: ProviderHealth = { provider: 'slack', channel: 'slack', ...unset };
    const found = snapshot({ providers: [provider('twilio'), { ...provider('sns'), ...unset }, slack] });
    const states = circuits({ 'slack/slack': open(T0 + 60_000), 'sns/sms': open(T0 + 60_000) });
    expect(status(found, states, T0 + 1_000, ['sms', 'slack'])).toBe('ok');
    expect(down(found.providers, states, ['sms', 'slack'])).toEqual([]);
    // But nothing can be sent with them.
    expect(status(found, states, T0 + 1_000, ['slack'])).toBe('down');
    const alone = circuits({ 'twilio/sms': open(T0 + 60_000) });
    expect(down(found.providers, alone, ['sms', 'slack'])).toEqual(['sms']);
  });

  it('a check that could not be made is not a failing one', () => {
    const unknown = [provider('twilio', 'unknown'), provider('sns', 'unknown')];
    expect(status(snapshot({ providers: unknown }))).toBe('degraded');
    expect(down(unknown)).toEqual([]);
  });
});

describe('a channel is down', () => {
  it('when each of its providers fails or has an open circuit, and not before', () => {
    const states = circuits({ 'sns/sms': open(T0 + 60_000) });
    expect(down([provider('twilio'), provider('sns')], states)).toEqual([]);
    expect(down([provider('twilio', 'failing'), provider('sns')], states)).toEqual(['sms']);
    expect(down([provider('twilio', 'failing'), provider('sns')])).toEqual([]);
  });
});

describe('queues', () => {
  it('are summed by lane, and dead letters that two lanes share are counted once', () => {
    const shared = { deadLetters: 3, deadLetterQueue: 'sms-dead-letters' };
    const totals = queueTotals([
      queue('sms-urgent', { visible: 1, inFlight: 2, delayed: 4, ...shared }),
      queue('sms-normal', { visible: 8, inFlight: 16, delayed: 32, ...shared }),
      queue('stops', { ...OTHER, visible: 64, inFlight: 1, deadLetters: 5, deadLetterQueue: 'other' }),
    ]);
    expect(totals).toEqual({ activeRetries: 36, pendingDispatches: 9, inFlight: 19, deadLetters: 8 });
  });

  it('say since when messages have been waiting without a break', () => {
    const waiting = queue('sms-urgent', { visible: 2 });
    expect(waitingSince(waiting, undefined, T0)).toBe(T0);
    const before = snapshot({ queues: [{ ...waiting, waitingSince: T0 - 90_000 }] });
    expect(waitingSince(waiting, before, T0)).toBe(T0 - 90_000);
    expect(waitingSince(queue('sms-urgent'), before, T0)).toBeUndefined();
    expect(waitingSince(waiting, snapshot(), T0)).toBe(T0);
  });
});

describe('a provider as it is shown', () => {
  const shown = (circuit: Circuit, now = T0) =>
    providerViews({ channels: SMS, snapshot: snapshot(), circuits: circuits({ 'twilio/sms': circuit }) }, now)[0];

  it('counts the faults of the last minute, and says until when it is open and why', () => {
    expect(shown({ ...NEW_CIRCUIT, faults: [T0 - 61_000, T0 - 1_000] } as Circuit)?.consecutiveFaults).toBe(1);
    expect(shown(open(T0 + 60_000))).toMatchObject({
      state: 'OPEN',
      mode: 'auto',
      openUntil: new Date(T0 + 60_000).toISOString(),
      reason: '20503',
      // Opened before the count was kept.
      consecutiveFaults: 3,
    });
    expect(shown({ ...open(T0 + 60_000), faultCount: 7 } as Circuit)?.consecutiveFaults).toBe(7);
  });

  it('lists the providers of every channel there is, in the order they are tried', () => {
    const channels: Channel[] = ['email', 'sms', 'slack', 'teams', 'push', 'voice'];
    const views = providerViews({ channels, snapshot: undefined, circuits: circuits() }, T0);
    expect(views.map(({ name, channel }) => `${name}/${channel}`)).toEqual([
      ...['sendgrid/email', 'ses/email', 'twilio/sms', 'sns/sms', 'slack/slack', 'teams/teams', 'sns-push/push'],
      ...['twilio/voice', 'aws-voice/voice'],
    ]);
  });

  it('a provider as it is shown is as well as its circuit where nothing can be checked', () => {
    const teams = (states = circuits()) =>
      providerViews({ channels: ['teams'], snapshot: snapshot(), circuits: states }, T0)[0];
    expect(teams()).toMatchObject({ healthy: true, check: 'unknown' });
    expect(teams(circuits({ 'teams/teams': open(T0 + 60_000) }))).toMatchObject({ healthy: false, check: 'unknown' });
  });

  it('shows the pin and the state it makes', () => {
    const pin = { mode: 'closed' as const, reason: 'I know better', by: 'Bob', at: T0 };
    const view = shown({ ...open(T0 + 60_000), pin });
    expect(view).toMatchObject({ state: 'CLOSED', mode: 'closed', reason: 'I know better' });
    expect(view).not.toHaveProperty('openUntil');
    expect(shown({ ...NEW_CIRCUIT, pin: { ...pin, mode: 'open' } })).toMatchObject({ state: 'OPEN', mode: 'open' });
  });

  it('says nothing about a check before there was one', () => {
    const [view] = providerViews({ channels: SMS, snapshot: undefined, circuits: circuits() }, T0);
    expect(view).toEqual({
      name: 'twilio',
      channel: 'sms',
      state: 'CLOSED',
      mode: 'auto',
      consecutiveFaults: 0,
      healthy: true,
      check: 'unknown',
    });
  });
});
