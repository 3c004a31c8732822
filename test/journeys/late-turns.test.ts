/** What people do in the middle of a climb: answer late, opt out, change their phone. Nobody is woken for nothing. */

import { describe, expect, test } from 'vitest';
import { answer } from '../../lambdas/core/page/answer.ts';
import type { Page } from '../../lambdas/core/page/page.ts';
import type { PageStore } from '../../lambdas/core/page/ports.ts';
import type { SendResult } from '../../lambdas/core/providers/ports.ts';
import { MINUTE, SECOND } from '../../lambdas/core/time.ts';
import { callFault } from '../../lambdas/providers/sms/twilio-codes.ts';
import { changePage } from '../../lambdas/use-cases/change-page.ts';
import { memoryPhoneLocks } from '../support/memory-escalation.ts';
import { memoryCodes } from '../support/memory-ports.ts';
import { ALICE, createWorld, INCIDENT, type Options } from '../support/world.ts';

const NEW_PHONE = '+14155550177';
type World = ReturnType<typeof createWorld>;

const failing = (status: number, code?: number) => (): SendResult => ({
  outcome: 'failed',
  fault: callFault(status, code),
});

async function setup(options: Options = {}) {
  const world = createWorld({ channels: ['email', 'sms', 'voice'], ...options });
  await world.putAlice();
  for (const [id, phone] of [
    ['usr_bob', '+14155550101'],
    ['usr_carol', '+14155550102'],
  ] as const) {
    await world.call('putRecipient', { params: { id }, body: { name: id, phone, phoneVerified: true } });
  }
  return world;
}

async function page(world: World, fields: { incident?: object; [name: string]: unknown } = {}) {
  const body = { ...INCIDENT, ...fields, incident: { ...INCIDENT.incident, ...fields.incident } };
  const answer = await world.call('dispatchNotification', { body });
  expect(answer.status).toBe(202);
  await world.drain();
  return answer.body.notificationId as string;
}

const pagesOf = (world: World, who: string) => world.pages.all().filter(({ recipientId }) => recipientId === who);
const acknowledge = (world: World, id: string) => world.call('acknowledgeNotification', { params: { id }, body: {} });

/** Lets the write that exhausts a page go through and its writer die with it. */
function dyingAt(met: (next: Page) => boolean) {
  let deaths = 0;
  return (pages: PageStore): PageStore => ({
    ...pages,
    async save(before, next) {
      const result = await pages.save(before, next);
      if (deaths === 0 && met(next)) {
        deaths++;
        throw new Error('killed');
      }
      return result;
    },
  });
}

describe('the next person', () => {
  test('the next person is not paged for what was answered after the one who gave up had died', async () => {
    const world = await setup({ wrapPages: dyingAt((next) => next.exhausted !== undefined) });
    const id = await page(world, { channels: ['sms'], escalateTo: ['usr_bob'] });
    await world.advance(30 * MINUTE);
    await acknowledge(world, id);
    await world.advance(10 * MINUTE);
    expect((await world.page(id)).status).toBe('ACKNOWLEDGED');
    expect(pagesOf(world, 'usr_bob')).toEqual([]);
  });

  test('stops climbing when the answer comes just before the page is there', async () => {
    const wrapPages = (pages: PageStore): PageStore => ({
      ...pages,
      async getWithDescription(id) {
        const whole = await pages.getWithDescription(id);
        // Answered right after it was looked at, and before the next page is drafted.
        const by = { at: (whole?.exhausted?.at ?? 0) - 1, by: 'Alice', via: 'api' } as const;
        if (whole?.exhausted) await changePage(pages, id, (one) => ({ page: answer(one, 'acknowledge', by) }));
        return whole;
      },
    });
    const world = await setup({ wrapPages });
    await page(world, { channels: ['sms'], escalateTo: ['usr_bob'] });
    await world.advance(40 * MINUTE);
    expect(world.sent.filter(({ to }) => to === '+14155550101').length).toBeLessThanOrEqual(1);
    for (const one of pagesOf(world, 'usr_bob')) expect(one.acknowledged).toBeDefined();
  });

  test('has one page of an incident, though two people gave up on it', async () => {
    const world = await setup();
    await page(world, { channels: ['sms'], escalateTo: ['usr_bob'] });
    await page(world, { channels: ['sms'], escalateTo: ['usr_bob'], recipientId: 'usr_carol' });
    await world.advance(31 * MINUTE);
    expect(pagesOf(world, 'usr_bob')).toHaveLength(1);
  });

  test('the next person is paged anew when the incident is given up again after their first page had ended', async () => {
    const world = await setup();
    await page(world, { channels: ['sms'], escalateTo: ['usr_bob'] });
    await world.advance(90 * MINUTE);
    await page(world, { channels: ['sms'], escalateTo: ['usr_bob'] });
    await world.advance(31 * MINUTE);
    expect(pagesOf(world, 'usr_bob')).toHaveLength(2);
  });
});

describe('a phone that is changed in mid-climb', () => {
  const change = (world: World) => world.putAlice({ phone: NEW_PHONE });

  test('a phone that is changed in mid-climb still answers by the code that its texts name', async () => {
    const world = await setup();
    const id = await page(world, { channels: ['sms'] });
    await change(world);
    await world.advance(6 * MINUTE);
    const last = world.sent.at(-1);
    expect(last?.to).toBe(NEW_PHONE);
    const code = /ACK (\w+)/.exec(last?.body ?? '')?.[1];
    await world.text(NEW_PHONE, `ACK ${code}`);
    expect((await world.page(id)).status).toBe('ACKNOWLEDGED');
  });

  test('answers that page and no other, where its code belongs to another page there', async () => {
    const codes = memoryCodes({ now: () => 0 });
    const world = await setup({ stores: { codes } });
    const id = await page(world, { channels: ['sms'] });
    const { code } = await world.page(id);
    await codes.reserve(NEW_PHONE, code, 'pg_aaaaaaaaaaaaaaaa', world.now() + 60 * MINUTE);
    await change(world);
    await world.advance(6 * MINUTE);
    const named = /ACK (\w+)/.exec(world.sent.at(-1)?.body ?? '')?.[1];
    expect(named).not.toBe(code);
    await world.text(NEW_PHONE, `ACK ${named}`);
    expect((await world.page(id)).status).toBe('ACKNOWLEDGED');
  });
});

describe('STOP in mid-climb', () => {
  test('ends the retries of a text, and the next tier is not kept waiting for them', async () => {
    const world = await setup({ provider: failing(429, 21611), standby: failing(429, 21611) });
    const id = await page(world);
    await world.text(ALICE, 'STOP');
    const before = world.calls.filter(({ channel }) => channel === 'sms').length;
    await world.advance(40 * SECOND);
    expect(world.calls.filter(({ channel }) => channel === 'sms')).toHaveLength(before);
    const [sms] = (await world.page(id)).deliveries;
    expect(sms).toMatchObject({ channel: 'sms', status: 'FAILED', error: { code: 'opted_out' } });
    expect(world.sent.filter(({ channel }) => channel === 'voice')).toHaveLength(1);
  });
});

describe('a call', () => {
  test('that was accepted seconds after the answer is cancelled while it rings', async () => {
    let world: World | undefined;
    let id = '';
    const slow = async () => {
      if (world) {
        await acknowledge(world, id);
        // Both passes over the incident come before the provider answers.
        await world.advance(2_900);
      }
      return undefined;
    };
    world = await setup({ behave: { 'twilio/voice': slow } });
    const body = { ...INCIDENT, channels: ['voice'] };
    const answer = await world.call('dispatchNotification', { body });
    id = answer.body.notificationId;
    await world.drain();
    await world.advance(10 * SECOND);
    expect(world.hungUp).toHaveLength(1);
  });
});

test('a dispatch that joins an open page names the tiers that this page has before it', async () => {
  const world = await setup();
  await page(world);
  const again = await world.call('dispatchNotification', { body: { ...INCIDENT, channels: ['voice'] } });
  expect(again.body).toMatchObject({ deduplicated: true, pendingTiers: ['fallback'] });
});

test('key 9 where nobody is next does not say that somebody is', async () => {
  const world = await setup();
  await page(world, { channels: ['voice'] });
  const [call] = world.sent;
  if (!call) throw new Error('no call');
  expect(await world.press(call, '9')).toContain('Nobody is named to be paged next');
  expect(world.alerts.raised).toMatchObject([{ kind: 'NOT_PASSED_ON', cause: 'nobody_to_escalate_to' }]);
});

describe('the line of a phone', () => {
  test('a phone lock is not kept by turns that place no call: after an outage the newest round rings at once', async () => {
    let isDown = true;
    const down = () => (isDown ? failing(503)() : undefined);
    const world = await setup({ behave: { 'twilio/voice': down, 'aws-voice/voice': down } });
    await page(world, { channels: ['voice'] });
    await world.advance(11 * MINUTE);
    isDown = false;
    const back = world.now();
    await world.advance(6 * MINUTE);
    const [first] = world.sent.filter(({ channel }) => channel === 'voice');
    expect(first?.at).toBeLessThan(back + 1.5 * MINUTE);
  });

  test('lets only the newest round ring that has waited for it', async () => {
    const lines = memoryPhoneLocks();
    const world = await setup({ stores: { phoneLocks: lines } });
    await lines.take(ALICE, 'somebody else', world.now(), world.now() + 11 * MINUTE);
    const id = await page(world, { channels: ['voice'] });
    await world.advance(14 * MINUTE);
    const rounds = world.sent.filter(({ channel }) => channel === 'voice').map(({ ref }) => ref.split('-')[1]);
    expect(rounds).toEqual(['3', '3']);
    const [first, second, third] = (await world.page(id)).deliveries;
    expect([first.status, second.status]).toEqual(['SKIPPED', 'SKIPPED']);
    expect(third).toMatchObject({ round: 3, status: 'FAILED', error: { code: 'no_human' } });
  });

  test('a phone lock is not kept by a copy that comes twice', async () => {
    const world = await setup({
      behave: { 'twilio/voice': failing(429, 21611), 'aws-voice/voice': failing(429, 21611) },
    });
    const id = await page(world, { channels: ['voice'] });
    await world.lanes.voice?.urgent.send({ pageId: id, round: 1, channel: 'voice', claim: 1 }, 0);
    await world.drain();
    const other = await page(world, { channels: ['voice'], incident: { id: 'INC-2' } });
    expect((await world.page(other)).deliveries[0].attempts).toBe(1);
  });
});
