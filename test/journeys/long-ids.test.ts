/** Incidents of our own are named after somebody's id, and an id may be as long as an incident's: 64 characters. */
import { expect, test } from 'vitest';
import { createWorld } from '../support/world.ts';

const [ALICE, BOB] = ['+14155550100', '+14155550101'];
const TEXTS = /^lifeline-texts-/;

async function twoPeople(alice: string, bob: string) {
  const world = createWorld({ channels: ['email', 'sms'] });
  for (const [id, phone] of [
    [alice, ALICE],
    [bob, BOB],
  ] as const) {
    const body = {
      name: id.slice(-8),
      phone,
      phoneVerified: true,
      email: `${id.length}.${phone.slice(1)}@example.com`,
    };
    expect((await world.call('putRecipient', { params: { id }, body })).status).toBe(201);
  }
  const notices = (recipientId: string) =>
    world.pages.all().filter((page) => page.recipientId === recipientId && TEXTS.test(page.incident.id));
  return { world, notices };
}

const common = (length: number) => 'oncall-engineer-of-the-payments-platform-team-in-berlin-germany'.slice(0, length);

test.each([
  ['49 characters in common', `${common(49)}-alice`, `${common(49)}-bob`],
  ['63 characters in common', `${common(63)}a`, `${common(63)}b`],
  ['one id the beginning of the other', common(49), `${common(49)}s`],
  ['nothing in common but a prefix', 'usr_alice', 'usr_bob'],
])('START of one of two people leaves the notice of the other alone: %s', async (_, alice, bob) => {
  const { world, notices } = await twoPeople(alice, bob);
  await world.text(ALICE, 'STOP');
  await world.text(BOB, 'STOP');
  await world.drain();
  const [ofAlice, ofBob] = [notices(alice), notices(bob)];
  expect([ofAlice.length, ofBob.length]).toEqual([1, 1]);
  expect(ofAlice[0]?.incident.id).not.toBe(ofBob[0]?.incident.id);

  await world.text(ALICE, 'START');
  await world.drain();
  // The news that texts go on resolves the notice of the same person, and of nobody else.
  expect((await world.page(ofAlice[0]?.id ?? '')).status).toBe('RESOLVED');
  expect(notices(bob)).toEqual(ofBob);
  expect((await world.page(ofBob[0]?.id ?? '')).status).not.toBe('RESOLVED');
  for (const page of [...notices(alice), ...notices(bob)]) expect(page.incident.id.length).toBeLessThanOrEqual(64);
});
