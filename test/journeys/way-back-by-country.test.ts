/** A text names the way back that its route has (docs/spec/replies.md#answering). */
import { describe, expect, test } from 'vitest';
import { createWorld, INCIDENT } from '../support/world.ts';

const LINK = /https:\/\/lifeline\.example\/api\/actions\/[\w-]{32}$/;
type World = ReturnType<typeof createWorld>;

async function paged(phone: string): Promise<{ world: World; texts: string[] }> {
  const world = createWorld({ standby: () => undefined });
  await world.putAlice({ phone });
  await world.call('dispatchNotification', { body: INCIDENT });
  await world.drain();
  return { world, texts: world.sent.map(({ body }) => body) };
}

describe('from a number of the USA', () => {
  test.each([
    ['India', '+919820012345'],
    ['France', '+33612345678'],
    ['the United Kingdom', '+447700900100'],
  ])('a page to %s carries a link and asks for no reply, which would reach nobody', async (_, phone) => {
    const { texts } = await paged(phone);
    expect(texts[0]).toMatch(LINK);
    expect(texts[0]).not.toMatch(/Reply/);
  });

  test.each([
    ['the USA', '+14155550100'],
    ['Canada', '+16045550100'],
  ])('a page to %s asks for the reply', async (_, phone) => {
    const { texts } = await paged(phone);
    expect(texts[0]).toMatch(/ - Reply ACK [2-9A-Z]{3,4}$/);
  });

  test.each([
    ['India', '+919820012345', LINK],
    ['the USA', '+14155550100', /Reply ACK [2-9A-Z]{3,4}$/],
  ])('the texts of later rounds to %s go by the same rule', async (_, phone, expected) => {
    const { world } = await paged(phone);
    const before = world.sent.length;
    await world.advance(6 * 60_000);
    const later = world.sent.slice(before).filter(({ channel }) => channel === 'sms');
    expect(later.length).toBeGreaterThan(0);
    for (const { body } of later) expect(body).toMatch(expected);
  });
});

describe('a text that comes in', () => {
  test('a text by RCS acknowledges, because it comes from the same phone', async () => {
    const { world } = await paged('+14155550100');
    const [page] = (await world.call('listNotifications', { query: { recipientId: 'usr_alice' } })).body.items;
    expect(await world.text('rcs:+14155550100', 'ACK')).toMatch(/acknowledged/i);
    expect((await world.page(page.notificationId)).status).toBe('ACKNOWLEDGED');
  });

  test.each([
    ['a messenger', 'whatsapp:+14155550100', {}],
    ['a short code', '72345', {}],
    ['a phone that nobody has', '+14155559999', {}],
    ['nobody, by its form', 'sip:alice@example.com', {}],
    ['a message with an id of no known form', '+14155550100', { MessageSid: 'x1' }],
  ])('from %s is answered with silence, counted, and never refused', async (_, from, fields) => {
    const { world } = await paged('+14155550100');
    expect(await world.text(from, 'ACK', fields)).toBe('');
    expect(world.counted.filter((metric) => metric === 'TextDropped')).toHaveLength(1);
  });
});
