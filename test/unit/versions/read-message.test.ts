import { describe, expect, it } from 'vitest';
import { createAlerts } from '../../../lambdas/alerts/alerts.ts';
import { createRedriveWorker } from '../../../lambdas/api/redrive.ts';
import { createConsume } from '../../../lambdas/delivery/consume.ts';
import { createReceiptChecks } from '../../../lambdas/receipts/receipt-check.ts';
import { createInboundSweep } from '../../../lambdas/replies/inbound-sweep.ts';
import { createPropagateAnswer } from '../../../lambdas/replies/propagate-answer.ts';
import { createRelease } from '../../../lambdas/suppression/release.ts';
import { recordedTelemetry } from '../../support/telemetry.ts';

/** Whatever a handler would do with a message: these tests are about those that it must not touch. */
const untouched = new Proxy(
  {},
  {
    get: () => () => {
      throw new Error('the message was acted on');
    },
  },
) as never;

const record = (body: string) => ({ body, messageId: 'm', attributes: { ApproximateReceiveCount: '1' } }) as never;
const telemetry = recordedTelemetry();

/** The lanes, with what they put into the dead letters. */
function lane() {
  const dead: unknown[] = [];
  const consume = createConsume({
    deliver: untouched,
    beside: untouched,
    outageGate: untouched,
    bundleGate: untouched,
    rateLimitGate: untouched,
    isUrgent: () => true,
    deadLetters: { put: async (message) => void dead.push(message) },
    hide: async () => {},
    clock: { now: () => 0 },
    logger: telemetry.logger,
  });
  return { dead, take: (body: string) => consume(record(body), {} as never) };
}

const checks = createReceiptChecks({ ...telemetry, pages: untouched, checks: untouched } as never);
const CONSUMERS: Record<string, (body: string) => Promise<unknown>> = {
  lanes: (body) => lane().take(body),
  stops: (body) => createPropagateAnswer(untouched, untouched)(record(body), {} as never),
  alerts: (body) =>
    createAlerts({ group: untouched, tellOptedOut: untouched, tellBrokenContact: untouched, ...telemetry })(
      record(body),
      {} as never,
    ),
  'receipt checks': (body) => checks.check(body),
  'inbound texts': (body) => createInboundSweep(untouched).work(body),
  redrives: (body) => createRedriveWorker({ redrives: untouched, ...telemetry } as never)(body),
  releases: (body) =>
    createRelease({ reevaluate: untouched, holds: untouched, releases: untouched, ...telemetry })(
      record(body),
      {} as never,
    ),
};

const COPY = { pageId: 'pg_aaaaaaaaaaaaaaaa', round: 1, channel: 'sms', claim: 1 };
const STOP = { incidentId: 'INC-1', action: 'acknowledge', by: 'Alice', via: 'api', at: 1, everyone: true };
const ALERT = { kind: 'FAILED', cause: '30007', incidentId: 'INC-1', recipientId: 'usr_a', service: 'db' };
const CHECK = { ref: 'aaaaaaaaaaaaaaaa-1-sms-1-1', provider: 'twilio', providerId: 'SM1', step: 'ask' };

describe('a message of a newer version comes back and nothing is done for it', () => {
  it.each([
    ['lanes', 'a channel', { ...COPY, channel: 'fax' }],
    ['lanes', 'a provider to begin with', { ...COPY, from: 'vonage' }],
    ['lanes', 'a way of sharing messages', { ...COPY, grouped: 'by-service' }],
    ['stops', 'an action', { ...STOP, action: 'snooze' }],
    ['stops', 'a way of answering', { ...STOP, via: 'watch' }],
    ['stops', 'a field of another type', { ...STOP, everyone: ['usr_a'] }],
    ['alerts', 'a kind', { kind: 'WEEKLY_REPORT', week: 47 }],
    ['alerts', 'a priority', { ...ALERT, priority: 'SEVERE' }],
    ['alerts', 'a provider', { kind: 'OPT_OUT', recipientId: 'usr_a', version: 2, from: 'vonage' }],
    ['receipt checks', 'a provider', { ...CHECK, provider: 'vonage' }],
    ['receipt checks', 'a step', { ...CHECK, step: 'bill' }],
    ['receipt checks', 'a channel', { ...CHECK, ref: 'aaaaaaaaaaaaaaaa-1-fax-1-1' }],
    ['inbound texts', 'a listing by another provider', { since: 1, pages: 0, next: 'https://api.vonage.com/' }],
    ['inbound texts', 'a form of texts', { from: '+14155550100', texts: [{ id: 'SM1', media: [] }] }],
    ['redrives', 'a form', { redriveId: 'rd_1', stretch: 2 }],
    ['releases', 'somebody to tend', { teamId: 't1' }],
    ['releases', 'a choice of whom', { all: 'of-team' }],
  ])('%s: %s', async (consumer, _, message) => {
    await expect(CONSUMERS[consumer]?.(JSON.stringify(message))).rejects.toMatchObject({ name: 'OfNewerVersion' });
  });
});

it('a field that is not known is named, and its value is in no error: it may be personal', async () => {
  const taken = CONSUMERS.stops?.(JSON.stringify({ ...STOP, via: 'from +14155550100' }));
  await expect(taken).rejects.toThrow('via of a message');
  await expect(taken).rejects.not.toThrow('+14155550100');
});

describe('a message that no version writes is garbage', () => {
  it.each([
    '',
    '{not json',
    '[]',
    '{"hello":1}',
    '{"pageId":"1","round":1,"channel":"sms","claim":1}',
    '{"pageId":"pg_aaaaaaaaaaaaaaaa","round":0,"channel":"sms","claim":1}',
    '{"pageId":"pg_aaaaaaaaaaaaaaaa","round":1,"channel":7,"claim":1}',
  ])('in a lane it goes to the dead letters at once: %s', async (body) => {
    const { dead, take } = lane();
    await take(body);
    expect(dead).toEqual([{ unreadable: body }]);
  });

  it.each(
    ['stops', 'alerts', 'inbound texts', 'receipt checks', 'redrives', 'releases'].flatMap((consumer) =>
      ['', '[]', '{}', 'null'].map((body): [string, string] => [consumer, body]),
    ),
  )('%s: it fails as a record does, and is no work of a newer version: %j', async (consumer, body) => {
    await expect(CONSUMERS[consumer]?.(body)).rejects.toMatchObject({ name: 'Unreadable' });
  });
});

it('a copy that is put back keeps what a newer version says in it', async () => {
  const passed: object[] = [];
  const consume = createConsume({
    deliver: untouched,
    beside: async () => false,
    bundleGate: untouched,
    outageGate: async (message) => {
      passed.push(message);
      return true;
    },
    rateLimitGate: untouched,
    isUrgent: () => true,
    deadLetters: untouched,
    hide: async () => {},
    clock: { now: () => 0 },
    logger: telemetry.logger,
  });
  await consume(record(JSON.stringify({ ...COPY, trace: 'abc' })), {} as never);
  expect(passed).toEqual([{ ...COPY, trace: 'abc' }]);
});
