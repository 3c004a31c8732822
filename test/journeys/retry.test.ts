import { describe, expect, test } from 'vitest';
import type { SendResult } from '../../lambdas/core/providers/ports.ts';
import { MINUTE } from '../../lambdas/core/time.ts';
import { undocumented } from '../support/openapi.ts';
import { delivered } from '../support/world/reports.ts';
import { createWorld, INCIDENT, type Options } from '../support/world.ts';

const BOTH = ['email', 'sms'] as const;
const EMAIL = { email: 'alice@example.com' };

const refused = (): SendResult => ({
  outcome: 'failed',
  fault: {
    code: '30006',
    class: 'recipient_permanent',
    message: 'cannot be reached',
    failsOver: false,
    counts: false,
    opens: false,
    disablesSender: false,
  },
});

async function pagedWith(options: Options, body: object = {}, alice: object = EMAIL) {
  const world = createWorld({ channels: BOTH, ...options });
  await world.putAlice(alice);
  const { body: page } = await world.call('dispatchNotification', { body: { ...INCIDENT, ...body } });
  const params = { id: page.notificationId as string };
  async function retry(wanted?: object) {
    const answer = await world.call('retryNotification', { params, ...(wanted && { body: wanted }) });
    expect(undocumented('retryNotification', answer)).toEqual([]);
    return answer;
  }
  const sends = (channel: string) => world.sent.filter((one) => one.channel === channel).length;
  return { world, params, retry, sends, page: () => world.page(params.id) };
}

const deliveriesOf = (page: { deliveries: { round: number; channel: string; status: string }[] }) =>
  page.deliveries.map(({ round, channel, status }) => `${round}.${channel} ${status}`).sort();

describe('a retry', () => {
  test('sends what failed as a new round, and leaves alone what got through', async () => {
    let works = false;
    const { world, retry, sends, page } = await pagedWith(
      {
        behave: { 'twilio/sms': () => (works ? undefined : refused()) },
        reports: { 'sendgrid/email': () => delivered(0) },
      },
      { requireAck: false, skipTiers: true },
    );
    await world.advance(MINUTE);
    expect(deliveriesOf(await page())).toEqual(['1.email DELIVERED', '1.sms FAILED']);
    works = true;
    const answer = await retry();
    expect([answer.status, answer.body.round, deliveriesOf(answer.body)]).toEqual([
      202,
      2,
      ['1.email DELIVERED', '1.sms FAILED', '2.sms QUEUED'],
    ]);
    await world.advance(MINUTE);
    expect([sends('email'), sends('sms')]).toEqual([1, 1]);
    const kinds = (await page()).deliveries.at(-1).events.map(({ kind }: { kind: string }) => kind);
    expect(kinds.slice(0, 2)).toEqual(['queued', 'retried']);
    expect(world.audit.entries).toContainEqual(
      expect.objectContaining({ action: 'page.retried', actor: 'test-client/test-subject', from: '192.0.2.1' }),
    );
  });

  test('has nothing to do for what is on its way or got through, unless that is named', async () => {
    const { world, retry, sends } = await pagedWith({}, { requireAck: false, channels: ['sms'] });
    await world.drain();
    const nothing = await retry();
    expect([nothing.status, nothing.body.type]).toEqual([409, 'urn:lifeline:problem:nothing-to-retry']);
    expect((await retry({ channels: ['email'] })).status).toBe(409);
    expect((await retry({ channels: ['sms'] })).status).toBe(202);
    await world.drain();
    expect(sends('sms')).toBe(2);
  });

  test('a retry is refused once somebody has it', async () => {
    const { world, params, retry } = await pagedWith({ behave: { 'twilio/sms': refused } }, { channels: ['sms'] });
    await world.drain();
    await world.call('acknowledgeNotification', { params });
    const { status, body } = await retry();
    expect([status, body.type, body.detail]).toEqual([
      409,
      'urn:lifeline:problem:already-answered',
      'The page is ACKNOWLEDGED.',
    ]);
  });

  test('a retry of an exhausted page follows it up anew, from now', async () => {
    const { world, retry, sends, page } = await pagedWith({}, { channels: ['sms'] });
    await world.advance(60 * MINUTE);
    expect([(await page()).status, sends('sms')]).toEqual(['EXHAUSTED', 6]);
    const { status, body } = await retry();
    expect([status, body.status, body.exhaustedAt]).toEqual([202, 'SENT', undefined]);
    await world.advance(29 * MINUTE);
    expect([(await page()).status, sends('sms')]).toEqual(['SENT', 12]);
    await world.advance(2 * MINUTE);
    expect((await page()).status).toBe('EXHAUSTED');
    expect(world.alerts.raised.filter(({ kind }) => kind === 'EXHAUSTED')).toHaveLength(2);
  });

  test('uses the addresses of now, and what was mended is followed up again', async () => {
    const { world, retry, sends, page } = await pagedWith(
      { behave: { 'twilio/sms': ({ to }) => (to === '+14155550111' ? undefined : refused()) } },
      { channels: ['sms'] },
    );
    await world.drain();
    expect((await page()).status).toBe('EXHAUSTED');
    await world.putAlice({ phone: '+14155550111' });
    expect((await retry()).status).toBe(202);
    await world.advance(6 * MINUTE);
    expect(sends('sms')).toBe(2);
    // The code answers from the new number too.
    await world.text('+14155550111', `ACK ${(await page()).code}`);
    expect((await page()).status).toBe('ACKNOWLEDGED');
  });

  test('says why, where nothing can reach the recipient any more', async () => {
    const { world, retry, page } = await pagedWith({ behave: { 'twilio/sms': refused } }, { channels: ['sms'] });
    await world.drain();
    await world.putAlice({ phone: '+14155550111', phoneVerified: false, verifiedPhone: null });
    const { status, body } = await retry();
    expect([status, body.channels[0].reason]).toEqual([422, 'phone-unverified']);
    expect((await page()).round).toBe(1);
  });

  test('starts the named channel that was still to come, which then does not come twice', async () => {
    const { world, retry, sends } = await pagedWith({}, { requireAck: true });
    await world.drain();
    expect((await retry({ channels: ['sms'] })).body.pendingTiers).toEqual([]);
    await world.advance(4 * MINUTE);
    expect([sends('email'), sends('sms')]).toEqual([1, 1]);
    await world.advance(2 * MINUTE);
    expect(sends('sms')).toBe(2);
  });

  test('that died before its messages were queued is completed by the next one', async () => {
    let broken = false;
    const { world, retry, sends, page } = await pagedWith(
      {
        behave: { 'twilio/sms': (_, call) => (call === 1 ? refused() : undefined) },
        wrapQueue:
          (send) =>
          async (...args) => {
            const [message] = args as unknown as [{ channel?: string }];
            if (broken && message.channel) throw Object.assign(new Error('no answer'), { name: 'TimeoutError' });
            return send(...args);
          },
      },
      { requireAck: false, channels: ['sms'] },
    );
    await world.drain();
    broken = true;
    expect((await retry()).status).toBe(503);
    broken = false;
    const again = await retry();
    expect([again.status, again.body.round]).toEqual([202, 2]);
    await world.drain();
    expect([sends('sms'), (await page()).round]).toEqual([1, 2]);
    expect((await retry()).status).toBe(409);
  });

  test('that died after the page was written still leaves a page that is followed up', async () => {
    let broken = false;
    const { world, retry, sends } = await pagedWith(
      {
        behave: { 'twilio/sms': (_, call) => (call === 1 ? refused() : undefined) },
        wrapQueue:
          (send) =>
          async (...args) => {
            const [message] = args as unknown as [{ channel?: string }];
            if (broken && message.channel) throw Object.assign(new Error('no answer'), { name: 'TimeoutError' });
            return send(...args);
          },
      },
      { channels: ['sms'] },
    );
    await world.drain();
    broken = true;
    await retry();
    broken = false;
    await world.advance(6 * MINUTE);
    expect(sends('sms')).toBeGreaterThanOrEqual(1);
  });

  test('a retry of two at once makes one round', async () => {
    const { world, retry, sends } = await pagedWith(
      { behave: { 'twilio/sms': (_, call) => (call === 1 ? refused() : undefined) } },
      { requireAck: false, channels: ['sms'] },
    );
    await world.drain();
    const answers = await Promise.all([retry(), retry()]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    await world.drain();
    expect(sends('sms')).toBe(1);
  });

  test.each<[string, object, number]>([
    ['wants no answer', { requireAck: false, channels: ['sms'] }, 39],
    ['has two channels', { requireAck: false, channels: ['sms', 'email'] }, 19],
  ])('a page that %s is refused from forty deliveries on, and can still be answered', async (_, body, times) => {
    const behave = { 'twilio/sms': refused, 'sendgrid/email': refused };
    const { world, params, retry, page } = await pagedWith({ behave }, body);
    await world.drain();
    for (let n = 0; n < times; n++) {
      expect((await retry()).status).toBe(202);
      // The sender has a limit.
      await world.advance(MINUTE);
    }
    const answer = await retry();
    expect([answer.status, answer.body.type]).toEqual([409, 'urn:lifeline:problem:retried-too-often']);
    expect(answer.body.detail).toContain('40 deliveries');
    expect((await page()).deliveries).toHaveLength(40);
    await world.call('acknowledgeNotification', { params });
    expect((await page()).status).toBe('ACKNOWLEDGED');
  });

  test('a page that wants an answer is retried after each half hour of follow-ups, and then no more', async () => {
    const { world, retry, page } = await pagedWith({}, { channels: ['sms'] });
    const answers: number[] = [];
    for (let n = 0; n < 9; n++) {
      await world.advance(60 * MINUTE);
      answers.push((await retry()).status);
    }
    expect(answers).toEqual([202, 202, 202, 202, 202, 202, 409, 409, 409]);
    expect((await page()).deliveries).toHaveLength(42);
  });

  test('a retry of an unknown page is 404, and needs the scope send', async () => {
    const { world, params } = await pagedWith({});
    const unknown = await world.call('retryNotification', { params: { id: 'pg_zzzzzzzzzzzzzzzz' } });
    expect(unknown.status).toBe(404);
    const wrong = await world.call('retryNotification', {
      params,
      caller: { scopes: 'lifeline/read lifeline/recipients' },
    });
    expect(wrong.status).toBe(403);
  });
});
