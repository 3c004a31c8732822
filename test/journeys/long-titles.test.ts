import { describe, expect, test } from 'vitest';
import { CHANNELS } from '../../lambdas/core/page/page.ts';
import { signSlack } from '../support/slack-signed.ts';
import { SLACK_SIGNING_SECRET } from '../support/world/names.ts';
import { ALICE, createWorld, EVERYWHERE, INCIDENT } from '../support/world.ts';
import { stringsOf } from '../unit/content/hostile.ts';

const BOB = '+14155550101';

/** 200 characters of a title, each of which a cut at a fixed length tears in its own way. */
const TITLES: [string, string][] = [
  ['emoji of two units', '🔥'],
  ['flags of two letters', '🇩🇪'],
  ['thumbs with a skin tone', '👍🏽'],
  ['families of four', '👨‍👩‍👧‍👦'],
  ['letters with two marks', 'x̂̌'],
  ['syllables of three jamo', '\u1100\u1161\u11a8'],
].map(([what = '', one = '']) => [what, one]);

/** The units of JSON texts within texts (cards, payloads) are looked at too. */
const everyText = (value: unknown): string[] =>
  stringsOf(value).flatMap((text) => {
    if (!text.startsWith('{')) return [text];
    try {
      return [text, ...everyText(JSON.parse(text))];
    } catch {
      return [text];
    }
  });

describe.each(TITLES)('a title of 200 %s', (_what, one) => {
  const title = one.repeat(Math.floor(200 / [...one].length));

  /** Parts of a torn character: what is left of the runs of this character once the whole ones are taken out. */
  function torn(text: string): string[] {
    const parts = new Set([...one.normalize('NFC'), ...one.normalize('NFD')]);
    const rest = text.normalize('NFC').replaceAll(one.normalize('NFC'), '');
    return [...rest].filter((char) => parts.has(char) && !/[\u0020-\u007e\u200d]/.test(char));
  }

  test('a long title is whole or cut between characters in every text, answer, page and audit, whoever answers', async () => {
    const world = createWorld({ channels: CHANNELS });
    const seen: unknown[] = [];
    const call: typeof world.call = async (...args) => {
      const answer = await world.call(...args);
      seen.push(answer.body);
      return answer;
    };
    const slack = { slackUserId: 'UBOB' };
    await world.putAlice(EVERYWHERE);
    const bob = { name: 'Bob', phone: BOB, phoneVerified: true, ...slack };
    await call('putRecipient', { params: { id: 'usr_bob' }, body: bob });
    const incident = { ...INCIDENT.incident, title, description: `${title}\n`.repeat(3) };
    const ids: string[] = [];
    for (const recipientId of ['usr_alice', 'usr_bob']) {
      const body = { ...INCIDENT, incident, recipientId, skipTiers: true };
      const answer = await call('dispatchNotification', { body });
      expect(answer.status).toBe(202);
      ids.push(answer.body.notificationId);
    }
    await world.advance(5_000);
    const ring = world.sent.find(({ by, channel, to }) => by === 'twilio' && channel === 'voice' && to === BOB);
    if (ring) seen.push(await world.press(ring, '2'));
    seen.push(await world.dial(ALICE));
    const slash = { command: '/oncall', text: 'list', user_id: 'UBOB' };
    await call('receiveSlackCommand', signSlack(SLACK_SIGNING_SECRET, world.now(), slash));
    const token = (await world.links.link({ id: ids[0] ?? '' }, 'acknowledge')).split('/').at(-1) ?? '';
    for (const Accept of ['text/html', 'application/json']) {
      await call('getAction', { params: { token }, headers: { Accept }, caller: null });
    }
    // Somebody with a long name answers.
    const by = `B${one.repeat(Math.floor(99 / [...one].length))}`;
    await call('acknowledgeNotification', { params: { id: ids[0] ?? '' }, body: { by } });
    await world.advance(10_000);
    for (const phone of [ALICE, BOB]) seen.push(await world.text(phone, 'ACK'), await world.dial(phone));
    seen.push(await world.text(ALICE, 'RESOLVE'));
    for (const id of ids) await call('getNotification', { params: { id } });
    await call('listNotifications');
    await world.advance(10_000);

    const texts = everyText([seen, world.sent, world.audit.entries, world.pages.all(), world.slackReplies, world.told]);
    expect(texts.filter((text) => text.includes(one) || text.normalize('NFC').includes(one)).length).toBeGreaterThan(5);
    for (const text of texts) {
      expect(text.isWellFormed(), text).toBe(true);
      expect(torn(text), text).toEqual([]);
    }
  });
});
