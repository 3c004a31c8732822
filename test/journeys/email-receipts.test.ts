/**
 * From SendGrid's webhook and SES's events to the page, through our handlers. One file because both tell of the same mail,
 * which one sends on to the other.
 */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { sendGridEvents, sesEvents } from '../../lambdas/composition/receipts.ts';
import { apiHandler } from '../../lambdas/http/api-handler.ts';
import { callApi, type EventOptions } from '../support/api-event.ts';
import { SENDGRID_PUBLIC_KEY, signSendGrid } from '../support/sendgrid-signed.ts';
import { recordedTelemetry } from '../support/telemetry.ts';
import { createWorld, INCIDENT } from '../support/world.ts';

async function mailed(reports: object = {}) {
  const world = createWorld({ channels: ['email'], reports });
  await world.putAlice({ email: 'alice@example.com' });
  const { body } = await world.call('dispatchNotification', { body: { ...INCIDENT, requireAck: false } });
  await world.drain();
  const [mail] = world.sent;
  if (!mail) throw new Error('nothing was sent');
  const webhook = (options: EventOptions) => callApi(handler, 'receiveSendGridEvents', options);
  const telemetry = recordedTelemetry();
  const signedBySendGrid = { ...world.ports, ...telemetry, sendGridKey: async () => SENDGRID_PUBLIC_KEY };
  const handler = apiHandler(sendGridEvents(signedBySendGrid, world.settings), telemetry);
  const event = (kind: string, more: object = {}) => ({
    event: kind,
    email: 'alice@example.com',
    ref: mail.ref,
    sg_message_id: `${mail.providerId}.filter0`,
    sg_event_id: `e-${kind}`,
    ...more,
  });
  const post = (...events: object[]) => webhook(signSendGrid(world.now(), events));
  const delivery = async () => (await world.page(body.notificationId)).deliveries[0];
  return { world, mail, id: body.notificationId as string, webhook, event, post, delivery, telemetry };
}

describe("SendGrid's webhook", () => {
  test('a delivered e-mail makes its page DELIVERED, and a repeated batch changes nothing', async () => {
    const { post, event, delivery } = await mailed();
    expect((await post(event('processed'), event('delivered'))).status).toBe(204);
    const once = await delivery();
    expect(once).toMatchObject({ status: 'DELIVERED', provider: 'sendgrid' });
    expect((await post(event('processed'), event('delivered'))).status).toBe(204);
    expect(await delivery()).toEqual(once);
  });

  test.each<[string, (good: EventOptions) => EventOptions]>([
    ['no signature', (good) => ({ ...good, headers: { 'Content-Type': 'application/json' } })],
    ['another body', (good) => ({ ...good, rawBody: `${good.rawBody} ` })],
    ['what is no JSON', (good) => ({ ...good, rawBody: 'event=delivered' })],
    ['another timestamp', (good) => ({ ...good, headers: { ...good.headers, [STAMP]: '1763780000' } })],
  ])('%s answers 403 and changes nothing', async (_, forge) => {
    const { world, webhook, event, delivery } = await mailed();
    const before = await delivery();
    const answer = await webhook(forge(signSendGrid(world.now(), [event('delivered')])));
    expect([answer.status, answer.body.type]).toEqual([403, 'urn:lifeline:problem:bad-signature']);
    expect(await delivery()).toEqual(before);
  });

  test('the signature of another key answers 403', async () => {
    const { world, webhook, event } = await mailed();
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    expect((await webhook(signSendGrid(world.now(), [event('delivered')], privateKey))).status).toBe(403);
  });

  test('the line break at the end is signed too, also when the gateway sends the body as base64', async () => {
    const { world, webhook, event, delivery } = await mailed();
    const signed = signSendGrid(world.now(), [event('delivered')]);
    expect((await webhook({ ...signed, base64: true })).status).toBe(204);
    expect(await delivery()).toMatchObject({ status: 'DELIVERED' });
  });

  test('what is not ours is passed over: one foreign event must not bring the batch again for a day', async () => {
    const { post, event, delivery, mail } = await mailed();
    const foreign = [
      event('delivered', { ref: 'somebody-elses' }),
      event('delivered', { ref: undefined }),
      event('delivered', { ref: mail.ref.replace('email', 'sms') }),
      event('delivered', { ref: `${'a'.repeat(16)}-1-email-1-1` }),
      event('delivered', { ref: mail.ref.replace(/\d+$/, '9') }),
      event('open'),
      {},
    ];
    expect((await post(...foreign, event('delivered'))).status).toBe(204);
    expect(await delivery()).toMatchObject({ status: 'DELIVERED' });
  });

  test.each(['open', 'teleported', 'group_resubscribe'])(
    'an event of the kind %s, which has no rule, stands in the history and changes nothing',
    async (kind) => {
      const { post, event, delivery } = await mailed();
      const before = await delivery();
      expect((await post(event(kind), event(kind, { sg_event_id: 'again' }))).status).toBe(204);
      const { events, ...rest } = await delivery();
      expect({ ...rest, events: before.events }).toEqual(before);
      const told = { kind: 'receipt', provider: 'sendgrid', providerStatus: kind, code: 'unknown_status' };
      expect(events).toEqual([...before.events, expect.objectContaining(told)]);
      expect((await post(event('delivered'))).status).toBe(204);
      expect(await delivery()).toMatchObject({ status: 'DELIVERED' });
    },
  );

  test('without SendGrid in the provider secret every call is refused', async () => {
    const { world, event } = await mailed();
    const handler = apiHandler(sendGridEvents(world.ports, world.settings), recordedTelemetry());
    const { status } = await callApi(handler, 'receiveSendGridEvents', signSendGrid(world.now(), [event('delivered')]));
    expect(status).toBe(403);
  });

  test('a bounce after the delivery, which names no message, sends the mail through SES once', async () => {
    const { world, post, event, delivery } = await mailed();
    await post(event('delivered'));
    const late = event('bounce', { sg_message_id: undefined, status: '5.7.1', sg_event_id: 'late' });
    expect((await post(late)).status).toBe(204);
    await world.drain();
    expect(world.sent.map(({ by }) => by)).toEqual(['sendgrid', 'ses']);
    await post(late);
    await world.advance(60_000);
    expect(world.sent).toHaveLength(2);
    expect(await delivery()).toMatchObject({ status: 'SENT', provider: 'ses' });
  });
});

const STAMP = 'X-Twilio-Email-Event-Webhook-Timestamp';

describe("SES's events", () => {
  const record = (body: unknown) => ({ body: JSON.stringify(body), messageId: 'm' }) as never;
  const sesEvent = (ref: string, messageId: string, kind: string, more: object = {}) => ({
    id: 'e',
    source: 'aws.ses',
    'detail-type': `Email ${kind}`,
    detail: { mail: { messageId, tags: { ref: [ref] } }, ...more },
  });

  /** A mail that SendGrid could not deliver and SES has accepted. */
  async function throughSes() {
    const { world, post, event, delivery, id } = await mailed();
    await post(event('bounce', { status: '5.7.1' }));
    await world.drain();
    const standby = world.sent[1];
    if (standby?.by !== 'ses') throw new Error('nothing went through SES');
    const { logger } = recordedTelemetry();
    const take = sesEvents({ ...world.ports, logger }, world.settings);
    const messageId = standby.providerId.replace('ses:', '');
    const tell = (kind: string, more: object = {}) =>
      take(record(sesEvent(standby.ref, messageId, kind, more)), {} as never);
    const status = async () => (await world.page(id)).status as string;
    return { world, tell, delivery, status };
  }
  const complaint = (complaintSubType: string | null) => ({
    complaint: {
      complaintSubType,
      complaintFeedbackType: null,
      complainedRecipients: [{ emailAddress: 'a@b.example' }],
    },
  });

  test('a complaint because the address is on the suppression list fails the delivery: the mail never left SES', async () => {
    const { tell, delivery, status } = await throughSes();
    await tell('Sent');
    await tell('Complaint Received', complaint('OnAccountSuppressionList'));
    expect(await delivery()).toMatchObject({ status: 'FAILED', error: { code: 'suppressed' }, provider: 'ses' });
    expect(await status()).toBe('FAILED');
  });

  test.each(['OnAccountSuppressionList', 'Suppressed'])(
    'a bounce of the subtype %s fails the delivery',
    async (sub) => {
      const { tell, delivery } = await throughSes();
      await tell('Bounced', { bounce: { bounceType: 'Permanent', bounceSubType: sub, bouncedRecipients: [{}] } });
      expect(await delivery()).toMatchObject({ status: 'FAILED', error: { code: 'suppressed' } });
    },
  );

  test.each(['Rejected', 'Rendering Failed'])('a mail that SES reports as %s fails the delivery', async (kind) => {
    const { tell, delivery } = await throughSes();
    await tell(kind);
    expect(await delivery()).toMatchObject({ status: 'FAILED', error: { class: 'our_bug' } });
  });

  test('the complaint of a person is about a mail that arrived: DELIVERED, and it stays so', async () => {
    const { tell, delivery } = await throughSes();
    await tell('Delivery Delayed');
    expect((await delivery()).status).toBe('SENT');
    await tell('Complaint Received', complaint(null));
    expect((await delivery()).status).toBe('DELIVERED');
    await tell('Delivered');
    await tell('Complaint Received', complaint(null));
    expect((await delivery()).status).toBe('DELIVERED');
  });

  test('an event of a kind without a rule stands in the history and changes nothing', async () => {
    const { tell, delivery } = await throughSes();
    const before = await delivery();
    await tell('Subscribed');
    await tell('Subscribed');
    const { events, ...rest } = await delivery();
    expect({ ...rest, events: before.events }).toEqual(before);
    const told = { kind: 'receipt', provider: 'ses', providerStatus: 'subscribed', code: 'unknown_status' };
    expect(events).toEqual([...before.events, expect.objectContaining(told)]);
  });

  test('a delivered one makes the page DELIVERED through SES', async () => {
    const { world, post, event, delivery } = await mailed();
    await post(event('bounce', { status: '5.7.1' }));
    await world.drain();
    const [, standby] = world.sent;
    const { logger, lines } = recordedTelemetry();
    const take = sesEvents({ ...world.ports, logger }, world.settings);
    const id = standby?.providerId.replace('ses:', '') ?? '';
    await take(record(sesEvent(standby?.ref ?? '', id, 'Delivered')), {} as never);
    expect(await delivery()).toMatchObject({ status: 'DELIVERED', provider: 'ses' });
    expect(lines).toEqual([]);
  });

  test('what cannot be read, or is not ours, is done with and leaves no trace of a person', async () => {
    const { world } = await mailed();
    const { logger, lines } = recordedTelemetry();
    const take = sesEvents({ ...world.ports, logger }, world.settings);
    await take({ body: 'alice@example.com', messageId: 'm' } as never, {} as never);
    await take(record(sesEvent('another-program', 'x', 'Delivered')), {} as never);
    await take(record(sesEvent(`${'a'.repeat(16)}-1-email-1-1`, 'x', 'Delivered')), {} as never);
    expect(JSON.stringify(lines)).not.toContain('alice');
    expect(lines).toHaveLength(2);
  });
});
