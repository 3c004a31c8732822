/** Whatever works on rows, met by one that a newer version wrote: it is left alone, and keeps nothing else (ADR 18). */

import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { createRedriveWorker } from '../../../lambdas/api/redrive.ts';
import { bringingBack } from '../../../lambdas/composition/dead-letters.ts';
import { receivingMessages } from '../../../lambdas/composition/receiving.ts';
import type { Redrive } from '../../../lambdas/core/dead-letters/ports.ts';
import type { Channel, Page } from '../../../lambdas/core/page/page.ts';
import { rules } from '../../../lambdas/core/rules.ts';
import { HOUR } from '../../../lambdas/core/time.ts';
import { createEscalationCheck, createKeepTaskToken } from '../../../lambdas/escalation/check.ts';
import { createStep } from '../../../lambdas/escalation/step.ts';
import { createReceiptChecks } from '../../../lambdas/receipts/receipt-check.ts';
import { createSesEvents } from '../../../lambdas/receipts/ses-events.ts';
import { createSnsSmsLog } from '../../../lambdas/receipts/sns-sms-log.ts';
import { METRICS } from '../../../lambdas/runtime/metric-names.ts';
import { createDeliveryQueue } from '../../../lambdas/stores/queues.ts';
import { heldPages } from '../../support/held-pages.ts';
import { smsLogLine } from '../../support/log-event.ts';
import { memoryAwaited, memoryCodes, memoryPages, memoryRecipients } from '../../support/memory-ports.ts';
import { SMS, someDelivery, somePage, T0 } from '../../support/pages.ts';
import { recordedTelemetry } from '../../support/telemetry.ts';
import { createWorld } from '../../support/world.ts';

const OF_NEWER = { name: 'OfNewerVersion' };
const clock = { now: () => T0 + HOUR };
const never = () => {
  throw new Error('this was not to be done');
};
const severe = { id: 'INC-1', title: 'Rack on fire', priority: 'SEVERE', service: 'db' } as unknown as Page['incident'];

async function stored(page: Page) {
  const pages = memoryPages();
  await pages.create(page);
  return pages;
}

describe('escalation', () => {
  const parts = async () => ({
    pages: await stored(somePage({ incident: severe })),
    taskTokens: { get: never, put: async () => {} },
    escalations: { start: never, wake: never },
    escalationChecks: { send: never },
    rules: rules(),
    clock,
  });
  it('a look starts and wakes nothing, and comes back', async () => {
    await expect(createEscalationCheck((await parts()) as never)(somePage().id)).rejects.toMatchObject(OF_NEWER);
  });
  it('a step is retried by its machine', async () => {
    await expect(createStep((await parts()) as never)(somePage().id, false)).rejects.toMatchObject(OF_NEWER);
  });
  it('a wait that begins orders no look after look', async () => {
    await createKeepTaskToken((await parts()) as never)(somePage().id, 'token', T0 + 2 * HOUR);
  });
});

describe('a held page', () => {
  it('that only a newer version can let go stays held, beside others that go, until it counts as waiting for long', async () => {
    const world = await heldPages();
    const window = { id: 'w1', services: ['db'], startsAt: T0, endsAt: T0 + HOUR, version: 1, updatedAt: T0 };
    await world.windows.put(window, 0);
    const [newer, known] = [await world.page({ id: 'INC-1' }), await world.page({ id: 'INC-2' })];
    const page = newer.page;
    const change = { ...page, rev: page.rev + 1, incident: { ...page.incident, priority: 'SEVERE' as 'HIGH' } };
    await world.stored.save(page, change);
    world.move(HOUR);
    await world.sweep();
    await world.drain();
    expect((await world.stored.get(page.id))?.held).toBeDefined();
    expect(await world.holds.list()).toEqual([{ recipientId: 'usr_alice', pageId: page.id, until: T0 + HOUR }]);
    expect(new Set(world.copies.map(({ message }) => message.pageId))).toEqual(new Set([known.page.id]));
    expect(world.telemetry.counted).toEqual([]);
    world.move(11 * 60_000);
    await world.sweep();
    await world.drain();
    expect(world.telemetry.counted).toEqual([METRICS.leftToNewer]);
    // The version that knows it has been deployed.
    const now = await world.stored.get(page.id);
    if (now) await world.stored.save(now, { ...now, rev: now.rev + 1, incident: page.incident });
    await world.sweep();
    await world.drain();
    expect(world.copies.map(({ message }) => message.pageId)).toContain(page.id);
    expect(await world.holds.list()).toEqual([]);
  });

  it('for a reason that is not known goes out at the end it says, and not before', async () => {
    const world = await heldPages();
    const { page } = await world.page();
    const held = { until: T0 + HOUR, reason: 'handover' as 'cap' };
    await world.stored.save(page, { ...page, rev: page.rev + 1, held });
    await world.holds.put({ recipientId: 'usr_alice', pageId: page.id, until: held.until });
    world.copies.length = 0;
    world.move(HOUR - 1);
    await world.reevaluate('usr_alice');
    expect([world.copies, (await world.stored.get(page.id))?.held]).toEqual([[], held]);
    world.move(1);
    await world.reevaluate('usr_alice');
    expect(world.copies.length).toBeGreaterThan(0);
  });
});

describe('dead letters', () => {
  const letter = { about: { pageId: somePage().id, round: 1, claim: 1 } };
  it.each([
    ['in a state that is not known', somePage({ deliveries: { [SMS]: someDelivery({ status: 'PARKED' }) } })],
    [
      'that would climb by a channel that is not known',
      somePage({
        pendingTiers: [{ tier: 'fallback', channels: [{ channel: 'fax' as Channel, to: '+1' }] }],
        deliveries: {
          [SMS]: someDelivery({
            status: 'FAILED',
            failedAt: T0,
            error: { code: '1', class: 'transient', message: '' },
          }),
        },
      }),
    ],
  ])('a letter about a delivery %s stays where it is', async (_, page) => {
    const pages = await stored(page);
    const redrive = bringingBack(
      {
        pages,
        recipients: memoryRecipients(),
        codes: memoryCodes(clock),
        queue: { send: never },
        escalationChecks: { send: never },
        audit: { record: never, list: never },
        clock,
      },
      { rules: rules(), available: new Set(['sms']) },
    );
    await expect(redrive(letter, 'sms', { actor: 'a' })).rejects.toMatchObject(OF_NEWER);
  });

  it('a redrive of a channel that is not known comes back', async () => {
    const redrive = { channel: 'fax' } as unknown as Redrive;
    const work = createRedriveWorker({ redrives: { get: async () => redrive }, box: { take: never } } as never);
    await expect(work('{"redriveId":"rd_1","empties":0}')).rejects.toMatchObject(OF_NEWER);
  });
});

describe('receipts', () => {
  const FAX = 'aaaaaaaaaaaaaaaa-1-fax-1-1';
  it('for a delivery in a state that is not known change nothing and come back', async () => {
    const pages = await stored(
      somePage({ deliveries: { [SMS]: someDelivery({ status: 'PARKED', claims: 1, legs: 1 }) } }),
    );
    const receive = receivingMessages({ pages, queue: { send: never }, clock } as never, { rules: rules() });
    const receipt = { provider: 'twilio', providerId: 'SM1', providerStatus: 'delivered', rank: 4 } as const;
    const ref = { pageId: somePage().id, round: 1, channel: 'sms', claim: 1, leg: 1 } as const;
    await expect(receive(ref, { ...receipt, news: 'delivered' })).rejects.toMatchObject(OF_NEWER);
    expect(pages.all()[0]?.deliveries[SMS]?.events).toHaveLength(1);
  });

  it('receipts of SES and of the log of SNS for a channel that is not known come back', async () => {
    const detail = { mail: { messageId: 'm-1', tags: { ref: [FAX] } } };
    const body = JSON.stringify({ id: 'e', source: 'aws.ses', 'detail-type': 'Email Delivered', detail });
    const ses = createSesEvents({ receiveReceipt: never, ...recordedTelemetry() });
    await expect(ses({ body } as never, {} as never)).rejects.toMatchObject(OF_NEWER);
    const lateReceipts = { received: async () => FAX, sent: never };
    const log = createSnsSmsLog({ lateReceipts, receiveReceipt: never, ...recordedTelemetry() });
    await expect(log(smsLogLine('m-1'))).rejects.toMatchObject(OF_NEWER);
  });

  it('that are asked for every hour: one of a newer version is left to it, and the others are asked for', async () => {
    const awaited = memoryAwaited();
    const check = { provider: 'twilio', providerId: 'SM1', step: 'alarm' } as const;
    await awaited.add({ ...check, ref: FAX }, T0);
    await awaited.add({ ...check, ref: 'aaaaaaaaaaaaaaaa-1-sms-1-1', provider: 'vonage' as 'twilio' }, T0);
    await awaited.add({ ...check, ref: 'aaaaaaaaaaaaaaaa-2-sms-1-1' }, T0);
    const asked: string[] = [];
    const queue = { schedule: async ({ ref }: { ref: string }) => void asked.push(ref) };
    await createReceiptChecks({ pages: memoryPages(), awaited, checks: queue, ask: never, clock } as never).sweep();
    expect(asked).toEqual(['aaaaaaaaaaaaaaaa-2-sms-1-1']);
    expect(await awaited.list()).toHaveLength(3);
  });
});

it('a webhook of Twilio about a channel that is not known is answered 503, one about none of ours 404', async () => {
  const world = createWorld();
  const sid = `SM${'a'.repeat(32)}`;
  expect(await world.callback('aaaaaaaaaaaaaaaa-1-fax-1-1', sid, 'delivered')).toMatchObject({ status: 503 });
  expect(await world.callback('aaaaaaaaaaaaaaaa-1-sms', sid, 'delivered')).toMatchObject({ status: 404 });
});

it('a copy for a channel that is not known is for a newer version; for one that the deployment lacks it is an error', async () => {
  const sent: unknown[] = [];
  const client = { send: async (command: unknown) => void sent.push(command) } as unknown as SQSClient;
  const queue = createDeliveryQueue(client, { sms: { urgent: 'u', normal: 'n' } });
  const copy = { pageId: 'pg_aaaaaaaaaaaaaaaa', round: 1, claim: 1 };
  await expect(queue.send({ ...copy, channel: 'fax' as Channel }, 'HIGH')).rejects.toMatchObject(OF_NEWER);
  await expect(queue.send({ ...copy, channel: 'voice' }, 'HIGH')).rejects.toMatchObject({ name: 'Error' });
  await queue.send({ ...copy, channel: 'sms' }, 'SEVERE' as 'HIGH');
  expect(sent).toEqual([expect.any(SendMessageCommand)]);
});

it('a PUT of a recipient keeps preferences for channels that it cannot name', async () => {
  const recipients = memoryRecipients();
  const world = createWorld({ stores: { recipients } });
  await world.putAlice({ preferences: [{ channel: 'sms', enabled: false }] });
  const alice = await recipients.get('usr_alice');
  if (!alice) throw new Error('Alice is not there');
  const foreign = { channel: 'fax' as Channel, enabled: false };
  await recipients.put({ ...alice, preferences: [...alice.preferences, foreign], version: 2 }, 1);
  const read = await world.call('getRecipient', { params: { id: 'usr_alice' } });
  expect(read.body.preferences).toContainEqual(foreign);
  await world.putAlice({ preferences: [] });
  expect((await recipients.get('usr_alice'))?.preferences).toEqual([foreign]);
});
