/** Answers by text on a gateway in trouble: what no webhook brings, the hourly look at Twilio's list finds (ADR 23). */
import { expect, test } from 'vitest';
import { createInboundSweep, SWEEP_WINDOW } from '../../lambdas/answers/inbound-sweep.ts';
import type { ListedText } from '../../lambdas/providers/sms/twilio-inbound.ts';
import { createWorld, INCIDENT } from '../support/world.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const phoneOf = (n: number) => `+1415556${String(n).padStart(4, '0')}`;

/** People who were texted, Twilio's list of what they text back, and the sweep over it. */
async function texted(people: number) {
  const world = createWorld();
  const ids: string[] = [];
  for (let n = 0; n < people; n++) {
    const body = { name: `Person ${n}`, phone: phoneOf(n), phoneVerified: true };
    await world.call('putRecipient', { params: { id: `usr_${n}` }, body });
    const incident = { ...INCIDENT.incident, id: `INC-${n}` };
    const { body: page } = await world.call('dispatchNotification', {
      body: { ...INCIDENT, recipientId: `usr_${n}`, incident },
    });
    ids.push(page.notificationId);
  }
  await world.drain();
  const list: ListedText[] = [];
  const replies: { to: string; body: string }[] = [];
  const sweep = createInboundSweep({
    list: async (since) => ({ texts: list.filter(({ at }) => at >= since), isCut: false }),
    isKnown: world.inbound.isDone,
    answerText: world.answerText,
    reply: async (to, body) => replies.push({ to, body }),
    window: SWEEP_WINDOW,
    clock: { now: world.now },
    logger: world.logger,
    count: world.count,
  });
  /** A phone texts: Twilio has it, whether or not its webhook gets through. */
  const says = (phone: string, body: string): ListedText => {
    const text = { id: `SM${String(list.length).padStart(32, '0')}`, from: phone, body, at: world.now() };
    list.push(text);
    return text;
  };
  return { world, ids, replies, sweep, says };
}

test('500 answers while the gateway answers 503 every third time all count, by retry or by sweep, and none counts twice', async () => {
  const { world, ids, replies, sweep, says } = await texted(500);
  let requests = 0;
  let lost = 0;
  for (let n = 0; n < ids.length; n++) {
    const text = says(phoneOf(n), 'ACK');
    let isTaken = false;
    // Half of the numbers have Twilio's own settings, which do not repeat after a 503; the others repeat three times.
    for (let tries = 0; tries < (n < 250 ? 1 : 4) && !isTaken; tries++) {
      const isRefused = ++requests % 3 === 0;
      // What the gateway refuses has reached the function in a third of the cases: only its answer is lost.
      if (!isRefused || requests % 9 === 0) await world.text(text.from, text.body, { MessageSid: text.id });
      isTaken = !isRefused;
    }
    if (!isTaken) lost++;
  }
  expect(lost).toBeGreaterThan(50);
  await world.advance(2 * MINUTE);
  await sweep();
  for (const id of ids) expect(await world.page(id)).toMatchObject({ status: 'ACKNOWLEDGED', acknowledgedVia: 'sms' });
  const answered = world.audit.entries.filter(({ action }) => action === 'page.acknowledged');
  expect(new Set(answered.map(({ resource }) => resource)).size).toBe(answered.length);
  // Who was not answered by the webhook hears of it now.
  expect(replies.length).toBeGreaterThan(40);
  expect(new Set(replies.map(({ to }) => to)).size).toBe(replies.length);
  const before = replies.length;
  await sweep();
  expect(replies).toHaveLength(before);
});

test('an answer that the sweep finds counts from the time it came', async () => {
  const { world, ids, sweep, says } = await texted(1);
  const came = world.now();
  says(phoneOf(0), 'ACK');
  await world.advance(40 * MINUTE);
  await sweep();
  expect(Date.parse((await world.page(ids[0] ?? '')).acknowledgedAt)).toBe(came);
});

test('a STOP whose START was texted after it is not heeded again by a later sweep', async () => {
  const { world, sweep, says } = await texted(1);
  const phone = phoneOf(0);
  for (const word of ['STOP', 'START']) await world.text(phone, word, { MessageSid: says(phone, word).id });
  const suppressed = async () => (await world.call('getRecipient', { params: { id: 'usr_0' } })).body.smsSuppressed;
  await world.advance(2 * MINUTE);
  await sweep();
  expect(await suppressed()).toBe(false);
  const entries = world.audit.entries.length;
  await world.advance(60 * MINUTE);
  await sweep();
  expect(await suppressed()).toBe(false);
  expect(world.audit.entries).toHaveLength(entries);
});

test('a text that is less than a minute old is left to its webhook', async () => {
  const { world, ids, sweep, says, replies } = await texted(1);
  says(phoneOf(0), 'ACK');
  await world.advance(59 * SECOND);
  await sweep();
  expect(replies).toEqual([]);
  expect((await world.page(ids[0] ?? '')).status).not.toBe('ACKNOWLEDGED');
});

test('a sweep that Twilio does not answer throws, so that its alarm sees it', async () => {
  const { world } = await texted(1);
  const sweep = createInboundSweep({
    list: () => Promise.reject(new Error('Twilio answers 503 instead of its messages')),
    isKnown: world.inbound.isDone,
    answerText: world.answerText,
    reply: async () => undefined,
    window: SWEEP_WINDOW,
    clock: { now: world.now },
    logger: world.logger,
    count: world.count,
  });
  await expect(sweep()).rejects.toThrow('503');
});
