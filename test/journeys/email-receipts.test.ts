/** From SendGrid's webhook and SES's events to the page, through our handlers. */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createSendGridEvents } from '../../lambdas/receipts/sendgrid-events.ts';
import { createSesEvents } from '../../lambdas/receipts/ses-events.ts';
import { apiHandler } from '../../lambdas/runtime/api-handler.ts';
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
  const handler = apiHandler(
    {
      receiveSendGridEvents: createSendGridEvents({
        receiveReceipt: world.receiveReceipt,
        publicKey: async () => SENDGRID_PUBLIC_KEY,
        logger: telemetry.logger,
        clock: { now: world.now },
      }),
    },
    telemetry,
  );
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

  test('trouble of our own answers 503 after the rest of the batch is done, so that the repeat finds only what is missing', async () => {
    const { world, event } = await mailed();
    const taken: string[] = [];
    const telemetry = recordedTelemetry();
    const handler = apiHandler(
      {
        receiveSendGridEvents: createSendGridEvents({
          async receiveReceipt({ pageId }) {
            if (pageId.includes('b')) throw new Error('alice@example.com: the table is gone');
            taken.push(pageId);
            return 'applied';
          },
          publicKey: async () => SENDGRID_PUBLIC_KEY,
          ...{ logger: telemetry.logger, clock: { now: world.now } },
        }),
      },
      telemetry,
    );
    const of = (letter: string) => event('delivered', { ref: `${letter.repeat(16)}-1-email-1-1` });
    const signed = signSendGrid(world.now(), ['b', 'a', 'c'].map(of));
    expect((await callApi(handler, 'receiveSendGridEvents', signed)).status).toBe(503);
    expect(taken.sort()).toEqual([`pg_${'a'.repeat(16)}`, `pg_${'c'.repeat(16)}`]);
  });

  test('events of one page are taken one after the other, in their order', async () => {
    const { world, event } = await mailed();
    const log: string[] = [];
    const telemetry = recordedTelemetry();
    const handler = apiHandler(
      {
        receiveSendGridEvents: createSendGridEvents({
          async receiveReceipt(_, { providerStatus }) {
            log.push(`> ${providerStatus}`);
            await new Promise(setImmediate);
            log.push(`< ${providerStatus}`);
            return 'applied';
          },
          publicKey: async () => SENDGRID_PUBLIC_KEY,
          ...{ logger: telemetry.logger, clock: { now: world.now } },
        }),
      },
      telemetry,
    );
    await callApi(
      handler,
      'receiveSendGridEvents',
      signSendGrid(world.now(), [event('processed'), event('delivered')]),
    );
    expect(log).toEqual(['> processed', '< processed', '> delivered', '< delivered']);
  });

  test('without SendGrid in the provider secret every call is refused', async () => {
    const { world, event } = await mailed();
    const telemetry = recordedTelemetry();
    const deps = { receiveReceipt: world.receiveReceipt, logger: telemetry.logger, clock: { now: world.now } };
    const handler = apiHandler(
      { receiveSendGridEvents: createSendGridEvents({ ...deps, publicKey: async () => undefined }) },
      telemetry,
    );
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
  const sesEvent = (ref: string, messageId: string, kind: string) => ({
    ...{ id: 'e', source: 'aws.ses', 'detail-type': `Email ${kind}` },
    detail: { mail: { messageId, tags: { ref: [ref] } } },
  });

  test('a delivered one makes the page DELIVERED through SES', async () => {
    const { world, post, event, delivery } = await mailed();
    await post(event('bounce', { status: '5.7.1' }));
    await world.drain();
    const [, standby] = world.sent;
    const { logger, lines } = recordedTelemetry();
    const take = createSesEvents({ receiveReceipt: world.receiveReceipt, logger });
    const id = standby?.providerId.replace('ses:', '') ?? '';
    await take(record(sesEvent(standby?.ref ?? '', id, 'Delivered')), {} as never);
    expect(await delivery()).toMatchObject({ status: 'DELIVERED', provider: 'ses' });
    expect(lines).toEqual([]);
  });

  test('what cannot be read, or is not ours, is done with and leaves no trace of a person', async () => {
    const { world } = await mailed();
    const { logger, lines } = recordedTelemetry();
    const take = createSesEvents({ receiveReceipt: world.receiveReceipt, logger });
    await take({ body: 'alice@example.com', messageId: 'm' } as never, {} as never);
    await take(record(sesEvent('another-program', 'x', 'Delivered')), {} as never);
    await take(record(sesEvent(`${'a'.repeat(16)}-1-email-1-1`, 'x', 'Delivered')), {} as never);
    expect(JSON.stringify(lines)).not.toContain('alice');
    expect(lines).toHaveLength(2);
  });

  test('trouble of our own brings the event again', async () => {
    const { logger } = recordedTelemetry();
    const receiveReceipt = async () => {
      throw new Error('the table is gone');
    };
    const take = createSesEvents({ receiveReceipt, logger });
    const event = record(sesEvent(`${'a'.repeat(16)}-1-email-1-1`, 'x', 'Delivered'));
    await expect(take(event, {} as never)).rejects.toThrow('the table is gone');
  });
});
