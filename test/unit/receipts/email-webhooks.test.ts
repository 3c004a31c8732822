import { expect, test } from 'vitest';
import { apiHandler } from '../../../lambdas/http/api-handler.ts';
import { createSendGridEvents } from '../../../lambdas/receipts/sendgrid-events.ts';
import { createSesEvents } from '../../../lambdas/receipts/ses-events.ts';
import type { ReceiveReceipt } from '../../../lambdas/use-cases/receive-receipt.ts';
import { callApi } from '../../support/api-event.ts';
import { T0 } from '../../support/pages.ts';
import { SENDGRID_PUBLIC_KEY, signSendGrid } from '../../support/sendgrid-signed.ts';
import { recordedTelemetry } from '../../support/telemetry.ts';

const event = (kind: string, letter = 'a') => ({
  event: kind,
  email: 'alice@example.com',
  ref: `${letter.repeat(16)}-1-email-1-1`,
  sg_message_id: 'm.filter0',
  sg_event_id: `e-${kind}-${letter}`,
});

const post = (receiveReceipt: ReceiveReceipt, events: object[]) => {
  const telemetry = recordedTelemetry();
  const receiveSendGridEvents = createSendGridEvents({
    receiveReceipt,
    publicKey: async () => SENDGRID_PUBLIC_KEY,
    logger: telemetry.logger,
    clock: { now: () => T0 },
  });
  return callApi(apiHandler({ receiveSendGridEvents }, telemetry), 'receiveSendGridEvents', signSendGrid(T0, events));
};

test("a batch of SendGrid's that meets trouble of our own answers 503 after the rest of the batch is done", async () => {
  const taken: string[] = [];
  const receive: ReceiveReceipt = async ({ pageId }) => {
    if (pageId.includes('b')) throw new Error('alice@example.com: the table is gone');
    taken.push(pageId);
    return 'applied';
  };
  const answer = await post(
    receive,
    ['b', 'a', 'c'].map((letter) => event('delivered', letter)),
  );
  expect(answer.status).toBe(503);
  expect(taken.sort()).toEqual([`pg_${'a'.repeat(16)}`, `pg_${'c'.repeat(16)}`]);
});

test("SendGrid's events of one page are taken one after the other, in their order", async () => {
  const log: string[] = [];
  const receive: ReceiveReceipt = async (_, report) => {
    log.push(`> ${report.providerStatus}`);
    await new Promise(setImmediate);
    log.push(`< ${report.providerStatus}`);
    return 'applied';
  };
  await post(receive, [event('processed'), event('delivered')]);
  expect(log).toEqual(['> processed', '< processed', '> delivered', '< delivered']);
});

test('an event of SES that meets trouble of our own stays in its queue and comes again', async () => {
  const receiveReceipt: ReceiveReceipt = async () => {
    throw new Error('the table is gone');
  };
  const take = createSesEvents({ receiveReceipt, logger: recordedTelemetry().logger });
  const mail = { messageId: 'x', tags: { ref: [event('delivered').ref] } };
  const body = JSON.stringify({ id: 'e', source: 'aws.ses', 'detail-type': 'Email Delivered', detail: { mail } });
  await expect(take({ body, messageId: 'm' } as never, {} as never)).rejects.toThrow('the table is gone');
});
